//! Small services over JSON with a bearer key: what the text-message sender and the registry have in common.
//! Requests hold codes and documents, so their bytes are overwritten once they are sent.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{RequestBuilder, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;
use zeroize::Zeroizing;

use crate::http::{Http, Reply, is_safe};
use crate::secret::Secret;

/// No genuine answer comes near this.
const LONGEST_ANSWER: usize = 16 * 1024;

/// Where a service is, and how it knows us.
#[derive(Debug, Clone)]
pub struct ServiceConfig {
    /// Its address, to which the paths are added.
    pub base: Url,
    /// The bearer key that it gave us.
    pub key: Secret,
    /// The longest that one call may take as a whole.
    pub timeout: Duration,
    /// The longest that its connection may take.
    pub connect_timeout: Duration,
}

/// Why a configuration cannot work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServiceConfigError {
    /// The key is empty or no header could hold it.
    #[error("the key is empty or holds what no header can hold; take it as the service gave it")]
    Key,
    /// The service would be asked in the open.
    #[error("the service's address must begin with https:// unless it is on this machine")]
    Insecure,
    /// The HTTP client cannot be made.
    #[error("the HTTP client cannot be made: {0}")]
    Client(String),
}

/// Why a call brought no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ServiceError {
    /// Nothing came back, or nothing that can be read: it may have been done, or not.
    #[error("the service gave no answer that can be read; ask again with the same id")]
    NoAnswer,
    /// A fault of the service: likewise.
    #[error("the service answered {status}; ask again with the same id")]
    Fault {
        /// The HTTP status.
        status: u16,
    },
    /// The service refused the request: nothing was done.
    #[error("the service refused the request with {status}; check the key and what was sent")]
    Refused {
        /// The HTTP status.
        status: u16,
    },
}

/// One service.
pub(crate) struct Service {
    http: Http,
    base: Url,
    bearer: HeaderValue,
    name: &'static str,
}

impl Service {
    pub(crate) fn new(name: &'static str, config: &ServiceConfig) -> Result<Self, ServiceConfigError> {
        if !is_safe(&config.base) {
            return Err(ServiceConfigError::Insecure);
        }
        let bearer = Zeroizing::new(format!("Bearer {}", config.key.reveal()));
        let mut bearer = HeaderValue::from_str(&bearer).map_err(|_| ServiceConfigError::Key)?;
        if config.key.reveal().is_empty() {
            return Err(ServiceConfigError::Key);
        }
        bearer.set_sensitive(true);
        let http = Http::new(config.timeout, config.connect_timeout, LONGEST_ANSWER);
        Ok(Self { http: http.map_err(ServiceConfigError::Client)?, base: config.base.clone(), bearer, name })
    }

    /// `POST {base}/{path…}`.
    pub(crate) async fn post<A: DeserializeOwned>(
        &self,
        path: &[&str],
        id: &str,
        body: &impl Serialize,
    ) -> Result<A, ServiceError> {
        // Room enough that growing leaves no copy behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST_ANSWER));
        serde_json::to_writer(&mut *bytes, body).map_err(|_| ServiceError::NoAnswer)?;
        let url = self.url(path).ok_or(ServiceError::NoAnswer)?;
        let request = self.http.post(url).header(CONTENT_TYPE, "application/json").body(Bytes::from_owner(bytes));
        self.send(request, id).await
    }

    /// `GET {base}/{path…}`.
    pub(crate) async fn get<A: DeserializeOwned>(&self, path: &[&str], id: &str) -> Result<A, ServiceError> {
        let url = self.url(path).ok_or(ServiceError::NoAnswer)?;
        self.send(self.http.get(url), id).await
    }

    fn url(&self, path: &[&str]) -> Option<Url> {
        let mut url = self.base.clone();
        url.path_segments_mut().ok()?.pop_if_empty().extend(path);
        Some(url)
    }

    async fn send<A: DeserializeOwned>(&self, request: RequestBuilder, id: &str) -> Result<A, ServiceError> {
        let service = self.name;
        let (status, body) = match self.http.send(request.header(AUTHORIZATION, self.bearer.clone())).await {
            Reply::Answer { status, body } => (status, Zeroizing::new(body)),
            Reply::Nothing(why) => {
                tracing::warn!(service, id, why, "no answer that can be read");
                return Err(ServiceError::NoAnswer);
            }
        };
        let code = status.as_u16();
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(|_| {
                tracing::error!(service, id, code, "the answer cannot be read");
                ServiceError::NoAnswer
            });
        }
        tracing::warn!(service, id, code, "the service did not do it");
        // Told to wait is not told no.
        if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS && status != StatusCode::REQUEST_TIMEOUT
        {
            Err(ServiceError::Refused { status: code })
        } else {
            Err(ServiceError::Fault { status: code })
        }
    }
}
