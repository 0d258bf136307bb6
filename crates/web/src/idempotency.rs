//! Headers that make a request repeatable, and the hash that tells a repetition from another request.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use serde::Serialize;
use tantu_domain::client::{Client, Speaker};
use tantu_store::claim::IdempotencyKey;

use crate::problem::{Kind, Problem};
use crate::secret::sha256;

/// The name of the header, as clients read it in problems.
pub(crate) const HEADER: &str = "Idempotency-Key";

/// The longest key.
const LONGEST: usize = 128;

/// The request's own key.
#[derive(Debug, Clone)]
pub(crate) struct Key(String);

impl Key {
    /// The key under which a page's form has one effect, however often its button is pressed.
    pub(crate) fn of_form(nonce: &str, chosen: &str) -> Result<Self, Problem> {
        let plain = !nonce.is_empty() && nonce.len() <= 64 && nonce.bytes().all(|byte| byte.is_ascii_graphic());
        if !plain {
            return Err(Problem::field(Kind::FormExpired, "nonce", "the form is incomplete; open the page again"));
        }
        Ok(Self(format!("{nonce}.{}", chosen.chars().take(40).collect::<String>())))
    }

    /// The key as it is of whoever sent it.
    pub(crate) fn of(&self, client: impl ToString) -> IdempotencyKey {
        IdempotencyKey { client: client.to_string(), key: self.0.clone() }
    }
}

impl<S: Sync> FromRequestParts<S> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut values = parts.headers.get_all(HEADER).iter();
        let Some(value) = values.next() else {
            let detail =
                "send Idempotency-Key with a fresh random value, and the same value when you repeat this request";
            return Err(Problem::field(Kind::MissingHeader, HEADER, detail));
        };
        let bytes = value.as_bytes();
        let plain = !bytes.is_empty() && bytes.len() <= LONGEST && bytes.iter().all(u8::is_ascii_graphic);
        if !plain || values.next().is_some() {
            let detail = format!("give one key of 1 to {LONGEST} visible ASCII characters, such as a UUID");
            return Err(Problem::field(Kind::InvalidHeader, HEADER, detail));
        }
        Ok(Self(String::from_utf8_lossy(bytes).into_owned()))
    }
}

/// The payer's app, if the request names one: `Tantu-Client: tantu-app/5.2.0`.
#[derive(Debug, Clone)]
pub(crate) struct ClientHeader(pub(crate) Option<Client>);

impl ClientHeader {
    /// Who speaks, if nothing is known of his device.
    pub(crate) fn speaker(self) -> Speaker {
        Speaker { client: self.0, device: None }
    }
}

impl<S: Sync> FromRequestParts<S> for ClientHeader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        client_of(&parts.headers).map(Self)
    }
}

fn client_of(headers: &HeaderMap) -> Result<Option<Client>, Problem> {
    let Some(value) = headers.get("Tantu-Client") else { return Ok(None) };
    let wrong = |why: String| Problem::field(Kind::InvalidHeader, "Tantu-Client", why);
    let text = value.to_str().map_err(|_| wrong("write name/version such as tantu-app/5.2.0".into()))?;
    text.parse().map(Some).map_err(|error: tantu_domain::client::ClientError| wrong(error.to_string()))
}

/// The hash of what a request asks: two requests with the same hash ask the same.
///
/// It is taken over the body as it was understood, so that spaces and the order of fields do not matter. What a
/// device signed is not in it; device.rs says why.
pub(crate) fn request_hash(what: &str, body: &impl Serialize, client: Option<&Client>) -> Result<[u8; 32], Problem> {
    let body = serde_json::to_vec(body).map_err(|error| {
        tracing::error!(%error, "a request could not be written down");
        Problem::new(Kind::Internal, "the request could not be written down; nothing changed")
    })?;
    let client = client.map(|client| format!("{}/{}", client.app, client.version)).unwrap_or_default();
    Ok(sha256(&[what.as_bytes(), b"\n", client.as_bytes(), b"\n", &body]))
}
