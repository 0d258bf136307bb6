//! Calls of the SMS service and of the registry: JSON, a bearer key, and faults of the way there and back.
//!
//! Both interfaces are this project's own (docs/sms-and-registry.md), because nothing that all providers share is published.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::faults::{FaultBook, Occasion, What};
use crate::wire::Connection;

/// A refusal of a call: its status, the field that is wrong, and why.
#[derive(Debug)]
pub(crate) struct Refused {
    status: StatusCode,
    field: Option<&'static str>,
    error: String,
}

impl Refused {
    pub(crate) fn field(field: &'static str, error: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, field: Some(field), error: error.into() }
    }

    pub(crate) fn of(status: StatusCode, error: impl Into<String>) -> Self {
        Self { status, field: None, error: error.into() }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut body = json!({ "error": self.error });
        if let (Some(field), Some(object)) = (self.field, body.as_object_mut()) {
            object.insert("field".to_owned(), Value::from(field));
        }
        (self.status, Json(body)).into_response()
    }
}

/// A call was made with this bearer key, or is refused.
pub(crate) fn require_key(headers: &HeaderMap, key: &str) -> Result<(), Refused> {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer "));
    let same = given.is_some_and(|given| {
        aws_lc_rs::constant_time::verify_slices_are_equal(given.as_bytes(), key.as_bytes()).is_ok()
    });
    if same { Ok(()) } else { Err(Refused::of(StatusCode::UNAUTHORIZED, "needs Authorization: Bearer <the key>")) }
}

/// The body as a JSON object whose fields are all known, and texts but for [`Texts::values`].
pub(crate) struct Texts(serde_json::Map<String, Value>);

impl Texts {
    pub(crate) fn read(bytes: &[u8], known: &[&'static str]) -> Result<Self, Refused> {
        let Ok(Value::Object(fields)) = serde_json::from_slice(bytes) else {
            return Err(Refused::of(StatusCode::BAD_REQUEST, "the body has to be a JSON object"));
        };
        if let Some(unknown) = fields.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(Refused::of(
                StatusCode::BAD_REQUEST,
                format!("unknown field {unknown:?}; known are {known:?}"),
            ));
        }
        Ok(Self(fields))
    }

    /// The caller's own id of the request: by it the same request is known again.
    pub(crate) fn id(&self) -> Result<&str, Refused> {
        let id = self.required("id")?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if id.len() <= 64 && id.bytes().all(plain) {
            return Ok(id);
        }
        Err(Refused::field("id", "has to be 1 to 64 letters, digits, _ and -"))
    }

    /// The texts of an object.
    pub(crate) fn values(&self, name: &'static str) -> Result<BTreeMap<String, String>, Refused> {
        let Some(Value::Object(values)) = self.0.get(name) else {
            return Err(Refused::field(name, "has to be an object of texts"));
        };
        let text = |(name, value): (&String, &Value)| value.as_str().map(|text| (name.clone(), text.to_owned()));
        let texts: Option<BTreeMap<String, String>> = values.iter().map(text).collect();
        texts.ok_or_else(|| Refused::field(name, "has to be an object of texts"))
    }

    pub(crate) fn optional(&self, name: &'static str) -> Result<Option<&str>, Refused> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
            Some(_) => Err(Refused::field(name, "has to be a non-empty text")),
        }
    }

    pub(crate) fn required(&self, name: &'static str) -> Result<&str, Refused> {
        self.optional(name)?.ok_or_else(|| Refused::field(name, "is required"))
    }
}

/// Carries out a call through at most one scripted fault.
pub(crate) async fn through(
    faults: &Arc<FaultBook>,
    occasion: Occasion<'_>,
    connection: &Connection,
    act: impl FnOnce() -> Response,
) -> Response {
    let cut = |connection: &Connection| {
        connection.cut();
        StatusCode::NO_CONTENT.into_response()
    };
    match faults.take(occasion) {
        Some(What::RequestLost) => cut(connection),
        Some(What::AnswerLost) => {
            drop(act());
            cut(connection)
        }
        Some(What::AnswerLate { delay }) => {
            let answer = act();
            tokio::time::sleep(delay).await;
            answer
        }
        Some(What::Slow { delay }) => {
            tokio::time::sleep(delay).await;
            act()
        }
        Some(What::Http { status, processed }) => {
            if processed {
                drop(act());
            }
            StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY).into_response()
        }
        _ => act(),
    }
}
