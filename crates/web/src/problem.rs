//! Everything that can go wrong, as an RFC 9457 problem: the only place that turns an error into a status.
//!
//! A problem says which field is wrong and what form it should have. It never repeats a value that was sent, because any
//! field may hold a secret by mistake; nor a path of ours or a message of the database. A refused payment is no problem of the request; `answer.rs` shows it.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use tantu_domain::ids::is_id;
use tantu_domain::refund::RefundError;
use tantu_engine::error::{EngineError, Rejection};
use tantu_store::error::StoreError;

use crate::device;
use crate::json::time;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    MalformedJson,
    InvalidBody,
    UnknownField,
    MissingField,
    InvalidField,
    AmountZero,
    AmountNegative,
    AmountFractional,
    AmountOverflow,
    UnknownCurrency,
    MissingHeader,
    InvalidHeader,
    Unauthenticated,
    DeviceUnverified,
    Forbidden,
    NotYours,
    NotFound,
    MethodNotAllowed,
    Timeout,
    State,
    OrderTaken,
    LinkSpent,
    ProofSpent,
    CodeRefused,
    IdentityUnconfirmed,
    CodeSpent,
    TooSoon,
    TooLarge,
    MediaType,
    KeyReused,
    FormExpired,
    NotificationRefused,
    ChannelUnavailable,
    NotStored,
    Stopping,
    Crowded,
    Internal,
}

impl Kind {
    /// Its status, its name and its title.
    pub(crate) fn facts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::MalformedJson => (StatusCode::BAD_REQUEST, "malformed-json", "The body is not JSON"),
            Self::InvalidBody => (StatusCode::BAD_REQUEST, "invalid-body", "The body does not fit"),
            Self::UnknownField => (StatusCode::BAD_REQUEST, "unknown-field", "A field is not known"),
            Self::MissingField => (StatusCode::BAD_REQUEST, "missing-field", "A field is missing"),
            Self::InvalidField => (StatusCode::BAD_REQUEST, "invalid-field", "A field does not fit"),
            Self::AmountZero => (StatusCode::BAD_REQUEST, "amount-zero", "The amount is zero"),
            Self::AmountNegative => (StatusCode::BAD_REQUEST, "amount-negative", "The amount is negative"),
            Self::AmountFractional => {
                (StatusCode::BAD_REQUEST, "amount-fractional", "The amount is not a whole number")
            }
            Self::AmountOverflow => (StatusCode::BAD_REQUEST, "amount-overflow", "The amount is too large"),
            Self::UnknownCurrency => (StatusCode::BAD_REQUEST, "unknown-currency", "The currency is not kept here"),
            Self::MissingHeader => (StatusCode::BAD_REQUEST, "missing-header", "A header is missing"),
            Self::InvalidHeader => (StatusCode::BAD_REQUEST, "invalid-header", "A header does not fit"),
            Self::Unauthenticated => (StatusCode::UNAUTHORIZED, "unauthenticated", "Who asks is not known"),
            Self::DeviceUnverified => {
                (StatusCode::UNAUTHORIZED, "device-unverified", "The device's signature does not verify")
            }
            Self::Forbidden => (StatusCode::FORBIDDEN, "forbidden", "The caller may not do this"),
            Self::NotYours => (StatusCode::FORBIDDEN, "not-yours", "This is another payer's"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found", "There is no such thing"),
            Self::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "The method is not known here")
            }
            Self::Timeout => (StatusCode::REQUEST_TIMEOUT, "timeout", "The request took too long"),
            Self::State => (StatusCode::CONFLICT, "state", "The present state does not allow this"),
            Self::OrderTaken => (StatusCode::CONFLICT, "order-taken", "The order number has a payment already"),
            Self::LinkSpent => (StatusCode::GONE, "link-spent", "The link is over"),
            Self::ProofSpent => (StatusCode::CONFLICT, "proof-spent", "The proof is over"),
            Self::CodeRefused => (StatusCode::CONFLICT, "code-refused", "The code was not taken"),
            Self::IdentityUnconfirmed => {
                (StatusCode::CONFLICT, "identity-unconfirmed", "The sources do not confirm it")
            }
            Self::CodeSpent => (StatusCode::CONFLICT, "code-spent", "The code is over"),
            Self::TooSoon => (StatusCode::TOO_MANY_REQUESTS, "too-soon", "It is too soon"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large"),
            Self::MediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", "The body's type is not read here"),
            Self::KeyReused => {
                (StatusCode::UNPROCESSABLE_ENTITY, "key-reused", "The idempotency key belongs to another request")
            }
            Self::FormExpired => (StatusCode::FORBIDDEN, "form-expired", "The form is not of this browser"),
            Self::NotificationRefused => {
                (StatusCode::BAD_REQUEST, "notification-refused", "The notification is not believed")
            }
            Self::ChannelUnavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, "channel-unavailable", "The channel does not answer")
            }
            Self::NotStored => (StatusCode::SERVICE_UNAVAILABLE, "not-stored", "The database cannot be used now"),
            Self::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "stopping", "The server is stopping"),
            Self::Crowded => (StatusCode::SERVICE_UNAVAILABLE, "crowded", "More are asking than can be answered"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "We made a mistake"),
        }
    }
}

/// What is wrong, with the way out.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) kind: Kind,
    pub(crate) detail: String,
    pub(crate) field: Option<String>,
    pub(crate) payment: Option<String>,
}

impl Problem {
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), field: None, payment: None }
    }

    /// The problem of a field or a header, under its full name.
    pub(crate) fn field(kind: Kind, field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..Self::new(kind, detail) }
    }

    /// What is unknown and what is somebody else's look the same. A text that is no id is not repeated: it may be a card's
    /// number or a password in the wrong place.
    pub(crate) fn not_found(what: &str, id: &str) -> Self {
        if is_id(id) {
            return Self::new(Kind::NotFound, format!("there is no {what} {id}"));
        }
        Self::new(Kind::NotFound, format!("there is no such {what}"))
    }

    /// The problem of a command that was read from a body: what it did not find stands there as a field.
    pub(crate) fn of_body(error: EngineError) -> Self {
        let field = match &error {
            EngineError::Rejected(Rejection::NotFound { what, .. }) => Some((*what).to_owned()),
            _ => None,
        };
        let problem = Self::from(error);
        Self { field: field.or(problem.field.clone()), ..problem }
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.kind.facts().0
    }

    /// Seconds after which the same request may fare better.
    fn retry_after(&self) -> Option<u32> {
        matches!(self.kind, Kind::ChannelUnavailable | Kind::NotStored | Kind::Stopping)
            .then_some(1)
            .or((self.kind == Kind::TooSoon).then_some(60))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, name, title) = self.kind.facts();
        let mut body = Map::new();
        body.insert("type".into(), json!(format!("urn:tantu:problem:{name}")));
        body.insert("title".into(), json!(title));
        body.insert("status".into(), json!(status.as_u16()));
        body.insert("detail".into(), json!(self.detail));
        body.extend(self.field.iter().map(|field| ("field".to_owned(), json!(field))));
        body.extend(self.payment.iter().map(|payment| ("payment".to_owned(), json!(payment))));
        let mut response = problem_response(status, &Value::Object(body));
        if status == StatusCode::UNAUTHORIZED {
            // Whoever sent a good key and a bad signature must not look for another key.
            let wanted = if self.kind == Kind::DeviceUnverified { device::HEADER } else { "Bearer" };
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(wanted));
        }
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// A body of `application/problem+json`.
pub(crate) fn problem_response(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::NotFound { what, id } => Self::not_found(what, &id),
            Rejection::KeyReused => Self::field(Kind::KeyReused, "Idempotency-Key", Rejection::KeyReused.to_string()),
            Rejection::OrderTaken { order_no, payment } => {
                let detail = Rejection::OrderTaken { order_no, payment: payment.clone() }.to_string();
                Self { payment: Some(payment), ..Self::field(Kind::OrderTaken, "order_no", detail) }
            }
            Rejection::State(why) => Self::new(Kind::State, why),
            Rejection::CodeUnfit => Self::field(Kind::InvalidField, "payment_code", Rejection::CodeUnfit.to_string()),
            Rejection::ProofSpent => Self::field(Kind::ProofSpent, "proof", Rejection::ProofSpent.to_string()),
            Rejection::CodeSpent => Self::field(Kind::CodeSpent, "bank_code", Rejection::CodeSpent.to_string()),
            Rejection::TooSoon(soon) => Self::new(Kind::TooSoon, format!("the next one is taken at {}", time(soon.at))),
            Rejection::NotLoaded(_) => {
                tracing::error!("a decision on less than it needs has left the lane");
                Self::new(Kind::Internal, "this was not decided; nothing has changed")
            }
            Rejection::Unrefundable(why) => {
                let detail = why.to_string();
                match why {
                    RefundError::NotPaid(_)
                    | RefundError::NoMerchant
                    | RefundError::Repayment
                    | RefundError::NothingLeft(_)
                    | RefundError::Money(_) => Self::new(Kind::State, detail),
                    RefundError::Currency(_) => Self::field(Kind::UnknownCurrency, "amount.currency", detail),
                    RefundError::NotPositive { .. }
                    | RefundError::MoreThanLeft { .. }
                    | RefundError::TooMany { .. }
                    | RefundError::NotWholePoints { .. } => Self::field(Kind::InvalidField, "amount.amount", detail),
                }
            }
            Rejection::MerchantShort { .. } => Self::new(Kind::State, rejection.to_string()),
            Rejection::LinkSpent => Self::new(Kind::LinkSpent, Rejection::LinkSpent.to_string()),
            Rejection::Fenced(job) => {
                tracing::error!(%job, "a request met the fence of a job");
                Self::new(Kind::Internal, "the request met work in progress; send it again")
            }
        }
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Rejected(rejection) => rejection.into(),
            EngineError::Store(error) => error.into(),
            EngineError::Password(why) => {
                tracing::error!(why, "a pay password could not be looked at");
                Self::new(
                    Kind::Internal,
                    "the pay password could not be looked at; nothing was paid, and the fault is ours",
                )
            }
            EngineError::Channel(why) => Self::new(Kind::ChannelUnavailable, why),
            EngineError::Vault => {
                tracing::error!("what is sealed could not be sealed or opened");
                Self::new(
                    Kind::Internal,
                    "what is sealed could not be sealed or read; nothing changed, and the fault is ours",
                )
            }
            EngineError::Stopping => Self::new(Kind::Stopping, EngineError::Stopping.to_string()),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the database did not do as asked");
        match error {
            StoreError::Locked { .. }
            | StoreError::Missing { .. }
            | StoreError::Newer { .. }
            | StoreError::Url { .. }
            | StoreError::Busy(_)
            | StoreError::Unavailable(..) => Self::new(
                Kind::NotStored,
                "the database cannot be used now and nothing changed; send the same request again, /readyz says when",
            ),
            StoreError::Unknown(_) => Self::new(
                Kind::NotStored,
                "whether the request was saved is not known; send the same one with the same Idempotency-Key, and it has one effect",
            ),
            StoreError::Claimed | StoreError::Refused(_) | StoreError::NotOneShard(_) | StoreError::Corrupt { .. } => {
                Self::new(Kind::Internal, "the database refused the change and nothing changed; our log says why")
            }
        }
    }
}
