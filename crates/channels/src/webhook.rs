//! Telling merchants of what has happened, as Standard Webhooks (standardwebhooks.com, 1.0) lays it down: the id, the time of sending
//! and the body are signed with a secret that the merchant shares, and one that comes twice is known by its id.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use tantu_domain::ids::MerchantId;
use url::Url;
use zeroize::Zeroizing;

use crate::http::{Http, Reply, is_safe};
use crate::secret::Secret;

/// How a secret begins when it is written down.
const WRITTEN: &str = "whsec_";

/// How many bytes a secret has.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// Nobody reads what a merchant answers; more than this is not even taken.
const LONGEST_ANSWER: usize = 64 * 1024;

/// The longest that one delivery may take, and that its connection may take.
const TIMEOUT: Duration = Duration::from_secs(15);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Where a merchant is told, and how he knows that it is we who tell.
#[derive(Debug, Clone)]
pub struct WebhookEndpoint {
    /// Whose.
    pub merchant: MerchantId,
    /// His address.
    pub url: Url,
    /// `whsec_` and 24 to 64 bytes in Base64.
    pub secret: Secret,
}

/// Why an endpoint cannot work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebhookConfigError {
    /// He would be told in the open.
    #[error("the address of {0} must begin with https:// unless it is on this machine")]
    Insecure(MerchantId),
    /// The secret is none.
    #[error("the secret of {0} must be whsec_ and 24 to 64 random bytes in Base64")]
    Secret(MerchantId),
    /// Two endpoints of one merchant.
    #[error("{0} has two endpoints; leave one, and let it pass on what others need")]
    Twice(MerchantId),
    /// The HTTP client cannot be made.
    #[error("the HTTP client cannot be made: {0}")]
    Client(String),
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// The merchant has it.
    Taken,
    /// He wants no more of these (410), or has no endpoint any more.
    Unwanted,
    /// He did not say that he has it: it is told again.
    NotTaken,
}

struct Endpoint {
    url: Url,
    key: hmac::Key,
}

/// Tells merchants.
pub struct Webhooks {
    endpoints: BTreeMap<MerchantId, Endpoint>,
    http: Http,
}

impl fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.endpoints.keys()).finish()
    }
}

impl Webhooks {
    /// Makes the client; nobody is told anything yet.
    ///
    /// # Errors
    /// [`WebhookConfigError`] says what cannot work.
    pub fn new(endpoints: Vec<WebhookEndpoint>) -> Result<Self, WebhookConfigError> {
        let mut known = BTreeMap::new();
        for WebhookEndpoint { merchant, url, secret } in endpoints {
            if !is_safe(&url) {
                return Err(WebhookConfigError::Insecure(merchant));
            }
            let written = secret.reveal().strip_prefix(WRITTEN).and_then(|text| STANDARD.decode(text).ok());
            let bytes = Zeroizing::new(written.unwrap_or_default());
            if !SECRET_BYTES.contains(&bytes.len()) || bytes.iter().all(|byte| Some(byte) == bytes.first()) {
                return Err(WebhookConfigError::Secret(merchant));
            }
            let endpoint = Endpoint { url, key: hmac::Key::new(hmac::HMAC_SHA256, &bytes) };
            if known.insert(merchant, endpoint).is_some() {
                return Err(WebhookConfigError::Twice(merchant));
            }
        }
        let http = Http::new(TIMEOUT, CONNECT_TIMEOUT, LONGEST_ANSWER).map_err(WebhookConfigError::Client)?;
        Ok(Self { endpoints: known, http })
    }

    /// Whether a merchant wants to be told.
    pub fn tells(&self, merchant: MerchantId) -> bool {
        self.endpoints.contains_key(&merchant)
    }

    /// Tells a merchant once. `id` is the same however often it is told, and has no `.` in it.
    pub async fn deliver(&self, merchant: MerchantId, id: &str, now: Timestamp, body: Vec<u8>) -> Delivery {
        let Some(endpoint) = self.endpoints.get(&merchant) else { return Delivery::Unwanted };
        let seconds = now.as_second().to_string();
        let signature = sign(&endpoint.key, id, &seconds, &body);
        let request = self
            .http
            .post(endpoint.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature)
            .body(body);
        match self.http.send(request).await {
            Reply::Answer { status, .. } if status.is_success() => Delivery::Taken,
            Reply::Answer { status: StatusCode::GONE, .. } => Delivery::Unwanted,
            Reply::Answer { status, .. } => {
                tracing::warn!(%merchant, id, code = status.as_u16(), "a merchant did not take a webhook");
                Delivery::NotTaken
            }
            Reply::Nothing(why) => {
                tracing::warn!(%merchant, id, why, "a merchant did not answer to a webhook");
                Delivery::NotTaken
            }
        }
    }
}

/// The signature over id, time and body: `v1,` and an HMAC-SHA256 in Base64.
fn sign(key: &hmac::Key, id: &str, seconds: &str, body: &[u8]) -> String {
    let mut context = hmac::Context::with_key(key);
    context.update(format!("{id}.{seconds}.").as_bytes());
    context.update(body);
    format!("v1,{}", STANDARD.encode(context.sign()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(url: &str, secret: &str) -> WebhookEndpoint {
        let merchant = MerchantId::from_bytes([7; 16]).unwrap();
        WebhookEndpoint { merchant, url: Url::parse(url).unwrap(), secret: Secret::new(secret) }
    }

    const HERE: &str = "http://127.0.0.1:1/hook";
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    #[test]
    fn the_published_example_is_signed_as_published() {
        // The example of the specification's reference libraries.
        let key = hmac::Key::new(hmac::HMAC_SHA256, &STANDARD.decode(&SECRET[WRITTEN.len()..]).unwrap());
        let signed = sign(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", br#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn what_cannot_work_is_said() {
        let merchant = MerchantId::from_bytes([7; 16]).unwrap();
        let made = |endpoints: Vec<WebhookEndpoint>| Webhooks::new(endpoints).map(drop);
        assert_eq!(made(vec![endpoint(HERE, SECRET)]), Ok(()));
        let open = endpoint("http://shop.example/hook", SECRET);
        assert_eq!(made(vec![open]), Err(WebhookConfigError::Insecure(merchant)));
        for secret in
            ["", SECRET.trim_start_matches(WRITTEN), "whsec_c2hvcnQ=", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
        {
            assert_eq!(made(vec![endpoint(HERE, secret)]), Err(WebhookConfigError::Secret(merchant)), "{secret}");
        }
        let twice = vec![endpoint(HERE, SECRET), endpoint(HERE, SECRET)];
        assert_eq!(made(twice), Err(WebhookConfigError::Twice(merchant)));
    }
}
