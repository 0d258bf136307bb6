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
    AccountId, BindingId, DeviceKeyId, IncidentId, InstrumentId, MandateId, MerchantId, PaymentId,
};

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
        JsonRejection::JsonSyntaxError(_) if message.starts_with("number out of range") => {
            let detail = format!("a number is beyond all bounds ({message}); amounts end at {}", i64::MAX);
            Problem { field: named(path), ..Problem::new(Kind::AmountOverflow, detail) }
        }
        JsonRejection::JsonSyntaxError(_) => {
            let detail = format!("the body is not JSON: {message}; check commas, quotes and brackets there");
            Problem { field: named(path), ..Problem::new(Kind::MalformedJson, detail) }
        }
        JsonRejection::JsonDataError(_) => data_problem(path, message),
        _ => Problem::new(Kind::InvalidBody, "the body cannot be read; /openapi.json shows what is expected"),
    }
}

/// serde's words name an unknown or missing field in backquotes, and the path names where it stands.
fn data_problem(path: &str, message: &str) -> Problem {
    let quoted = message.split('`').nth(1).unwrap_or("");
    let (kind, hint) = if message.starts_with("unknown field") {
        (Kind::UnknownField, "leave it out")
    } else if message.starts_with("missing field") {
        (Kind::MissingField, "add it")
    } else if message.starts_with("duplicate field") {
        (Kind::InvalidField, "give it once")
    } else {
        return Problem {
            field: named(path),
            ..Problem::new(Kind::InvalidField, format!("{message}; /openapi.json shows the type"))
        };
    };
    let stands_there = path == quoted || path.ends_with(&format!(".{quoted}"));
    let full = match path {
        "" | "." => quoted.to_owned(),
        path if stands_there => path.to_owned(),
        path => format!("{path}.{quoted}"),
    };
    Problem { field: named(&full), ..Problem::new(kind, format!("{message}; {hint}")) }
}

/// Field names come from the request: they are cut before they are repeated.
fn named(path: &str) -> Option<String> {
    let plain = !path.is_empty() && path != "." && path != "?";
    plain.then(|| path.chars().take(120).collect())
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
impl Named for IncidentId {
    const WHAT: &'static str = "incident";
}

impl<T: Named, S: Send + Sync> FromRequestParts<S> for PathId<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::not_found(T::WHAT, "with such an id"))?;
        text.parse().map(Self).map_err(|_| Problem::not_found(T::WHAT, &text))
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
