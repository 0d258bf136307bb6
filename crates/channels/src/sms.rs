//! Sending text messages and reading their receipts: our own small interface (docs/sms-and-registry.md), because
//! carriers have no common one. A message is named by our id, so that it may be sent again and arrives once.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::secret::Secret;
use crate::service::Service;
pub use crate::service::{ServiceConfig, ServiceConfigError, ServiceError};

/// A message to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Our id: 1 to 64 letters, digits, `_` and `-`.
    pub id: String,
    /// The phone, eleven digits.
    pub to: Secret,
    /// The template that the carrier has approved.
    pub template: String,
    /// What stands in it; a code is among them.
    pub values: BTreeMap<String, Secret>,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// It waits to be sent.
    Queued,
    /// The carrier is late with it.
    Delayed,
    /// The phone has it. Whether anybody read it, nobody says.
    Delivered,
    /// The carrier did not take it, or gave up.
    Rejected,
    /// The phone has it, and did not show it: a blocker has taken it.
    DeliveredUnread,
}

impl MessageState {
    /// The name on the wire.
    pub fn id(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Delayed => "delayed",
            Self::Delivered => "delivered",
            Self::Rejected => "rejected",
            Self::DeliveredUnread => "delivered_unread",
        }
    }
}

/// The receipt of a message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Receipt {
    /// Our id.
    pub id: String,
    /// What became of it.
    pub state: MessageState,
    /// Since when, if that is said.
    #[serde(default)]
    pub at: Option<Timestamp>,
    /// Why, if it was rejected or delayed.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Sending messages.
#[async_trait]
pub trait Sms: Send + Sync {
    /// Sends one message, or learns what became of it if it was sent before.
    ///
    /// # Errors
    /// [`ServiceError`]: after anything but a refusal it may be on its way.
    async fn send(&self, message: &Message) -> Result<Receipt, ServiceError>;

    /// Asks what became of a message.
    ///
    /// # Errors
    /// [`ServiceError`]; a refusal with 404 means that there is none with this id.
    async fn receipt(&self, id: &str) -> Result<Receipt, ServiceError>;
}

/// The sender of text messages.
pub struct SmsService(Service);

impl SmsService {
    /// Makes the client; nothing is sent.
    ///
    /// # Errors
    /// [`ServiceConfigError`] says what cannot work.
    pub fn new(config: &ServiceConfig) -> Result<Self, ServiceConfigError> {
        Service::new("sms", config).map(Self)
    }
}

#[derive(Serialize)]
struct Body<'a> {
    id: &'a str,
    to: &'a str,
    template: &'a str,
    values: BTreeMap<&'a str, &'a str>,
}

fn about(id: &str, receipt: Receipt) -> Result<Receipt, ServiceError> {
    if receipt.id == id {
        return Ok(receipt);
    }
    tracing::error!(id, "the receipt is of another message");
    Err(ServiceError::NoAnswer)
}

#[async_trait]
impl Sms for SmsService {
    async fn send(&self, message: &Message) -> Result<Receipt, ServiceError> {
        let values = message.values.iter().map(|(name, value)| (name.as_str(), value.reveal())).collect();
        let body = Body { id: &message.id, to: message.to.reveal(), template: &message.template, values };
        about(&message.id, self.0.post(&["sms", "messages"], &message.id, &body).await?)
    }

    async fn receipt(&self, id: &str) -> Result<Receipt, ServiceError> {
        about(id, self.0.get(&["sms", "messages", id], id).await?)
    }
}
