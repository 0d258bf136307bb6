//! Reading bodies, forms and ids out of requests, each with a clear word about what does not fit.

use std::error::Error;
use std::str::FromStr;

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, JsonRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;
use tantu_domain::ids::{
    AccountId, AnnouncementId, BillId, BindingId, CaseId, CodeId, CreditEntryId, DeviceKeyId, IncidentId, InstrumentId,
    LotId, MandateId, MerchantId, PaymentId, RefundId, TicketId,
};
use tantu_domain::staff::StaffMark;

use crate::problem::{Kind, Problem};

/// A JSON body whose every field is known.
#[derive(Debug)]
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let json = media_type(request.headers()).is_some_and(|essence| is_json(&essence));
        if !json {
            let detail = "the body must be JSON; send Content-Type: application/json";
            return Err(Problem::field(Kind::MediaType, "Content-Type", detail));
        }
        let bytes = all_bytes(request, state).await?;
        parse(&bytes).map(Self)
    }
}

/// A JSON body that may be left out altogether: nothing reads like `{}`.
#[derive(Debug)]
pub(crate) struct OptionalJsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for OptionalJsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = all_bytes(Request::from_parts(parts.clone(), body), state).await?;
        if bytes.is_empty() {
            return parse(b"{}").map(Self);
        }
        let request = Request::from_parts(parts, bytes.into());
        JsonBody::from_request(request, state).await.map(|JsonBody(value)| Self(value))
    }
}

/// The bytes of a body, bounded by the router's limit.
#[derive(Debug)]
pub(crate) struct RawBody(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for RawBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        all_bytes(request, state).await.map(Self)
    }
}

/// The fields of a page's form. Unknown ones are ignored: browsers add their own.
#[derive(Debug, Clone, Default)]
pub(crate) struct FormBody(Vec<(String, String)>);

impl FormBody {
    /// The value of a field; empty if it is absent.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

impl<S: Send + Sync> FromRequest<S> for FormBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let form = media_type(request.headers()).is_some_and(|essence| essence == "application/x-www-form-urlencoded");
        if !form {
            let detail = "a form is sent as application/x-www-form-urlencoded";
            return Err(Problem::field(Kind::MediaType, "Content-Type", detail));
        }
        let bytes = all_bytes(request, state).await?;
        Ok(Self(url::form_urlencoded::parse(&bytes).into_owned().collect()))
    }
}

fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or("").trim().to_ascii_lowercase())
}

fn is_json(essence: &str) -> bool {
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

async fn all_bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|rejection: BytesRejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Problem::new(Kind::TooLarge, "the body is larger than this server reads; send less")
        } else {
            Problem::new(Kind::InvalidBody, "the body did not arrive whole; send it again")
        }
    })
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    match axum::Json::<T>::from_bytes(bytes) {
        Ok(axum::Json(value)) => Ok(value),
        Err(rejection) => Err(json_problem(&rejection)),
    }
}

fn json_problem(rejection: &JsonRejection) -> Problem {
    let said = rejection.source().map(ToString::to_string).unwrap_or_default();
    let (path, message) = match said.split_once(": ") {
        Some((path, message)) if !path.contains(' ') => (path, message),
        _ => ("", said.as_str()),
    };
    match rejection {
        JsonRejection::JsonSyntaxError(_) => syntax_problem(path, message),
        JsonRejection::JsonDataError(_) => data_problem(path, message),
        _ => Problem::new(Kind::InvalidBody, "the body cannot be read; /openapi.json shows what is expected"),
    }
}

/// Of a message about the syntax, only what stands after the last name of the body's own.
fn syntax_problem(path: &str, message: &str) -> Problem {
    let message = message.rsplit(": ").next().unwrap_or_default();
    let (kind, detail) = if message.starts_with("number out of range") {
        let detail = format!("a number is beyond all bounds ({message}); amounts end at {}", i64::MAX);
        (Kind::AmountOverflow, detail)
    } else {
        let detail = format!("the body is not JSON: {message}; check commas, quotes and brackets there");
        (Kind::MalformedJson, detail)
    };
    Problem { field: named(path), ..Problem::new(kind, detail) }
}

/// serde's words name an unknown or missing field in backquotes, and the path names where it stands. They repeat the value
/// too, which may be a secret in the wrong field: only the name is taken from them, and what was expected.
fn data_problem(path: &str, message: &str) -> Problem {
    let quoted = message.split('`').nth(1).unwrap_or("");
    let (kind, what, hint) = if message.starts_with("unknown field") {
        (Kind::UnknownField, "unknown field", "leave it out")
    } else if message.starts_with("missing field") {
        (Kind::MissingField, "missing field", "add it")
    } else if message.starts_with("duplicate field") {
        (Kind::InvalidField, "duplicate field", "give it once")
    } else {
        let detail = match expected(message) {
            Some(expected) => format!("expected {expected}; /openapi.json shows the type"),
            None => "the value does not fit; /openapi.json shows the type".to_owned(),
        };
        return Problem { field: named(path), ..Problem::new(Kind::InvalidField, detail) };
    };
    let stands_there = path == quoted || path.ends_with(&format!(".{quoted}"));
    let full = match path {
        "" | "." => quoted.to_owned(),
        path if stands_there => path.to_owned(),
        path => format!("{path}.{quoted}"),
    };
    let name = if is_name(quoted) { format!("{what} `{quoted}`") } else { what.to_owned() };
    let detail = match expected(message) {
        Some(expected) => format!("{name}, expected {expected}; {hint}"),
        None => format!("{name}; {hint}"),
    };
    Problem { field: named(&full), ..Problem::new(kind, detail) }
}

/// What serde wanted instead: the program's own words, which stand last, after whatever was sent.
fn expected(message: &str) -> Option<&str> {
    let known = ["invalid type: ", "invalid value: ", "invalid length ", "unknown variant ", "unknown field "];
    let knows = known.iter().any(|start| message.starts_with(start));
    message.rsplit_once(", expected ").filter(|_| knows).map(|(_, expected)| expected)
}

/// Field names come from the request, and somebody may have written a secret as one: a path is repeated up to there.
fn named(path: &str) -> Option<String> {
    let names = path.split('.').take_while(|name| is_name(name.split('[').next().unwrap_or_default()));
    let path = names.collect::<Vec<_>>().join(".");
    (!path.is_empty()).then_some(path)
}

/// Whether a text looks like a field's name: at most forty letters, and not enough digits for a code.
fn is_name(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    plain && digits <= 2 && (1..=40).contains(&text.len())
}

/// The fields of a query whose every field is known.
#[derive(Debug)]
pub(crate) struct QueryFields<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for QueryFields<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = Query::<T>::from_request_parts(parts, state).await;
        read.map(|Query(fields)| Self(fields)).map_err(|rejection| {
            let said = rejection.source().map(ToString::to_string).unwrap_or_default();
            let (path, message) = said.split_once(": ").unwrap_or(("", said.as_str()));
            data_problem(path, message)
        })
    }
}

/// An id in the path. What is no id answers as an unknown one does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PathId<T>(pub(crate) T);

/// A kind of thing that a path can name.
pub(crate) trait Named: FromStr {
    /// The word for it.
    const WHAT: &'static str;
}

impl Named for PaymentId {
    const WHAT: &'static str = "payment";
}
impl Named for AccountId {
    const WHAT: &'static str = "account";
}
impl Named for RefundId {
    const WHAT: &'static str = "refund";
}
impl Named for BillId {
    const WHAT: &'static str = "bill";
}
impl Named for CreditEntryId {
    const WHAT: &'static str = "credit entry";
}
impl Named for LotId {
    const WHAT: &'static str = "lot";
}
impl Named for MerchantId {
    const WHAT: &'static str = "merchant";
}
impl Named for MandateId {
    const WHAT: &'static str = "mandate";
}
impl Named for BindingId {
    const WHAT: &'static str = "binding";
}
impl Named for InstrumentId {
    const WHAT: &'static str = "instrument";
}
impl Named for DeviceKeyId {
    const WHAT: &'static str = "device key";
}
impl Named for CaseId {
    const WHAT: &'static str = "case";
}
impl Named for TicketId {
    const WHAT: &'static str = "ticket";
}
impl Named for CodeId {
    const WHAT: &'static str = "code";
}
impl Named for StaffMark {
    const WHAT: &'static str = "member of staff";
}
impl Named for AnnouncementId {
    const WHAT: &'static str = "announcement";
}
impl Named for IncidentId {
    const WHAT: &'static str = "incident";
}

impl<T: Named, S: Send + Sync> FromRequestParts<S> for PathId<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) =
            Path::<String>::from_request_parts(parts, state).await.map_err(|_| Problem::not_found(T::WHAT, ""))?;
        text.parse().map(Self).map_err(|_| Problem::not_found(T::WHAT, &text))
    }
}

/// Two ids in the path: whose, and which.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PathIds<A, B>(pub(crate) A, pub(crate) B);

impl<A: Named, B: Named, S: Send + Sync> FromRequestParts<S> for PathIds<A, B> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path((first, second)) = Path::<(String, String)>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::not_found(B::WHAT, "with such an id"))?;
        let first = first.parse().map_err(|_| Problem::not_found(A::WHAT, &first))?;
        Ok(Self(first, second.parse().map_err(|_| Problem::not_found(B::WHAT, &second))?))
    }
}

/// An id in the field `field` of a body.
pub(crate) fn id_in<T: Named>(field: &str, text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem { field: Some(field.to_owned()), ..Problem::not_found(T::WHAT, text) })
}

/// A text in the field `field` of a body: not empty, not too long, without control characters.
pub(crate) fn text_in(field: &str, text: &str, longest: usize) -> Result<String, Problem> {
    let plain = !text.trim().is_empty() && text.chars().count() <= longest && !text.chars().any(char::is_control);
    if plain {
        return Ok(text.to_owned());
    }
    let detail = format!("write 1 to {longest} characters without line breaks");
    Err(Problem::field(Kind::InvalidField, field, detail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only what does not fit is read")]
    struct Order {
        amount: i64,
        channel: Option<Channel>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Channel {
        Alipay,
        Unionpay,
    }

    /// A body that does not fit, the field that is named, and words of the answer.
    const UNFIT: &[(&str, Option<&str>, &str)] = &[
        (r#"{"amount":"6222021234567894"}"#, Some("amount"), "expected i64"),
        (r#"{"amount":"x, expected 6222021234567894"}"#, Some("amount"), "expected i64"),
        (r#"{"amount":6222021234567894.5}"#, Some("amount"), "expected i64"),
        (r#"{"amount":1,"channel":"6222021234567894"}"#, Some("channel"), "`alipay`"),
        (r#"{"amount":1,"6222021234567894":1}"#, None, "unknown field, expected `amount`"),
        (r#"{"amount":1,"my card 6222021234567894":1}"#, None, "the value does not fit"),
        (r#"{"amount":1,"a: unknown field `6222021234567894`":1}"#, Some("a"), "unknown field"),
        (r#"{"amount":1,"color":"6222021234567894"}"#, Some("color"), "unknown field `color`, expected"),
        (r#"{"channel":null}"#, Some("amount"), "missing field `amount`"),
        (r#"{"amount":1,"amount":6222021234567894}"#, Some("amount"), "duplicate field `amount`"),
        (r#"{"amount":1e9999}"#, Some("amount"), "beyond all bounds"),
        (r#"{"amount":6222021234567894 6222021234567894}"#, None, "not JSON"),
    ];

    #[test]
    fn a_problem_names_the_field_and_never_repeats_what_stood_there() {
        for (body, field, words) in UNFIT {
            let problem = parse::<Order>(body.as_bytes()).unwrap_err();
            assert_eq!(problem.field.as_deref(), *field, "{body}: {}", problem.detail);
            assert!(problem.detail.contains(words), "{body}: {}", problem.detail);
            assert!(!problem.detail.contains("6222"), "{body}: {}", problem.detail);
        }
    }

    #[test]
    fn what_is_no_id_is_not_repeated() {
        let repeated = |text| id_in::<PaymentId>("payment", text).unwrap_err().detail;
        assert_eq!(repeated("6222021234567894"), "there is no such payment");
        let elsewhere = "acc_01h455vb4pex5vsknk084sn00q";
        assert_eq!(repeated(elsewhere), format!("there is no payment {elsewhere}"));
    }
}
