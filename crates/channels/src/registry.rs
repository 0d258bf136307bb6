//! Asking a registry whether a name, a document, a phone and a card belong together: our own small interface
//! (docs/sms-and-registry.md), with two, three or four factors.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::secret::Secret;
use crate::service::Service;
pub use crate::service::{ServiceConfig, ServiceConfigError, ServiceError};

/// What is to be compared. Name and document always are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Our id: 1 to 64 letters, digits, `_` and `-`. The same id is the same question.
    pub id: String,
    /// The person's name.
    pub name: Secret,
    /// The number of the person's document.
    pub document: Secret,
    /// The phone, if it is to be compared.
    pub phone: Option<Secret>,
    /// The card's number, if it is to be compared.
    pub card: Option<Secret>,
}

/// What the registry found. Which factor differs it does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// All belong together.
    Match,
    /// At least one does not.
    Mismatch,
    /// There is no such person in it.
    NoRecord,
    /// Its source does not answer; ask again later with another id.
    Unavailable,
}

impl Finding {
    /// The name on the wire.
    pub fn id(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Mismatch => "mismatch",
            Self::NoRecord => "no_record",
            Self::Unavailable => "unavailable",
        }
    }
}

/// Comparing factors.
#[async_trait]
pub trait Registry: Send + Sync {
    /// Compares the factors.
    ///
    /// # Errors
    /// [`ServiceError`]: nothing is known then, and nobody is verified.
    async fn verify(&self, verification: &Verification) -> Result<Finding, ServiceError>;
}

/// The registry.
pub struct RegistryService(Service);

impl RegistryService {
    /// Makes the client; nothing is sent.
    ///
    /// # Errors
    /// [`ServiceConfigError`] says what cannot work.
    pub fn new(config: &ServiceConfig) -> Result<Self, ServiceConfigError> {
        Service::new("registry", config).map(Self)
    }
}

#[derive(Serialize)]
struct Body<'a> {
    id: &'a str,
    name: &'a str,
    document: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<&'a str>,
}

#[derive(Deserialize)]
struct Answer {
    id: String,
    result: Finding,
}

#[async_trait]
impl Registry for RegistryService {
    async fn verify(&self, verification: &Verification) -> Result<Finding, ServiceError> {
        let body = Body {
            id: &verification.id,
            name: verification.name.reveal(),
            document: verification.document.reveal(),
            phone: verification.phone.as_ref().map(Secret::reveal),
            card: verification.card.as_ref().map(Secret::reveal),
        };
        let answer: Answer = self.0.post(&["registry", "verifications"], &verification.id, &body).await?;
        if answer.id == verification.id {
            return Ok(answer.result);
        }
        tracing::error!(id = verification.id, "the answer is to another question");
        Err(ServiceError::NoAnswer)
    }
}
