//! The SMS service that a merchant sends through: messages in, receipts out, as docs/sms-and-registry.md says.
//!
//! A message for a phone that loses texts stays `queued` for ever. There are receipts for messages sent through this
//! service only: what a bank sends to the same phone is the bank's business, and nobody else sees a receipt of it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::SandboxError;
use crate::backstage::Backstage;
use crate::faults::Occasion;
use crate::keys::random_word;
use crate::phones::{Fate, Phones};
use crate::plain_call::{Refused, Texts, require_key, through};
use crate::wire::Connection;

/// The name of this service in faults and in the truth.
pub(crate) const CHANNEL: &str = "sms";
/// Its calls, as faults name them.
pub(crate) const CALLS: [&str; 2] = ["send", "receipt"];
/// Two of the longest texts that a phone shows in one piece; more is a sender's mistake.
const LONGEST_TEXT: usize = 500;

/// A message of a sender.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) to: String,
    pub(crate) template: String,
    pub(crate) values: BTreeMap<String, String>,
    fate: Fate,
    sent_at: Timestamp,
}

impl Message {
    fn state(&self, now: Timestamp) -> &'static str {
        match self.fate {
            Fate::Shown => "delivered",
            Fate::Lost => "queued",
            Fate::Held(until) if until > now => "delayed",
            Fate::Held(_) => "delivered",
            Fate::Rejected => "rejected",
            Fate::Hidden => "delivered_unread",
        }
    }

    /// What the sender may know of it.
    pub(crate) fn receipt(&self, now: Timestamp) -> Value {
        let at = match self.fate {
            Fate::Held(until) if until <= now => until,
            _ => self.sent_at,
        };
        let reason = match self.fate {
            Fate::Rejected => Some("the carrier does not know the number"),
            Fate::Held(until) if until > now => Some("the carrier is busy"),
            Fate::Shown | Fate::Lost | Fate::Held(_) | Fate::Hidden => None,
        };
        json!({ "id": self.id, "state": self.state(now), "at": at.to_string(), "reason": reason })
    }

    /// What the phone shows: the template's name, and what stands in it.
    pub(crate) fn text(&self) -> String {
        let values: Vec<String> = self.values.iter().map(|(name, value)| format!("{name} {value}")).collect();
        format!("{}: {}", self.template, values.join(", "))
    }
}

/// The service.
pub(crate) struct Sms {
    pub(crate) address: SocketAddr,
    pub(crate) key: String,
    backstage: Backstage,
    phones: Arc<Phones>,
    messages: Mutex<BTreeMap<String, Message>>,
}

impl Sms {
    pub(crate) fn new(address: SocketAddr, backstage: &Backstage, phones: Arc<Phones>) -> Result<Self, SandboxError> {
        Ok(Self { address, key: random_word()?, backstage: backstage.clone(), phones, messages: Mutex::default() })
    }

    fn with<T>(&self, act: impl FnOnce(&mut BTreeMap<String, Message>) -> T) -> T {
        act(&mut self.messages.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn messages(&self) -> Vec<Message> {
        self.with(|messages| messages.values().cloned().collect())
    }

    fn message(&self, id: &str) -> Option<Message> {
        self.with(|messages| messages.get(id).cloned())
    }
}

/// The routes of the service's port.
pub(crate) fn router(sms: Arc<Sms>) -> Router {
    Router::new().route("/sms/messages", post(send)).route("/sms/messages/{id}", get(show)).with_state(sms)
}

async fn send(
    State(sms): State<Arc<Sms>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response {
    let message = match require_key(&headers, &sms.key).and_then(|()| read(&sms, &bytes)) {
        Ok(message) => message,
        Err(refused) => return refused.into_response(),
    };
    let (to, id) = (message.to.clone(), message.id.clone());
    let occasion = Occasion { channel: CHANNEL, call: "send", payer: Some(&to), order: Some(&id) };
    through(&sms.backstage.faults, occasion, &connection, || take(&sms, message)).await
}

fn read(sms: &Sms, bytes: &[u8]) -> Result<Message, Refused> {
    let texts = Texts::read(bytes, &["id", "to", "template", "values"])?;
    let (id, to, template) = (texts.id()?, texts.required("to")?, texts.required("template")?);
    if to.len() != 11 || !to.starts_with('1') || !to.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refused::field("to", "has to be a mobile number of the mainland: eleven digits, the first 1"));
    }
    let message = Message {
        id: id.to_owned(),
        to: to.to_owned(),
        template: template.to_owned(),
        values: texts.values("values")?,
        fate: Fate::Lost,
        sent_at: sms.backstage.clock.business_now(),
    };
    if message.text().chars().count() > LONGEST_TEXT {
        return Err(Refused::field("values", "make a text that is too long: 500 characters or less"));
    }
    Ok(message)
}

/// Takes a message once: the second of the same id is the first.
fn take(sms: &Arc<Sms>, mut message: Message) -> Response {
    let now = message.sent_at;
    let known = sms.with(|messages| {
        if let Some(known) = messages.get(&message.id) {
            let same = (&known.to, &known.template, &known.values) == (&message.to, &message.template, &message.values);
            return Some((same, known.receipt(now)));
        }
        message.fate = sms.phones.send("106900000000", &message.to, &message.text());
        messages.insert(message.id.clone(), message.clone());
        None
    });
    match known {
        Some((true, receipt)) => Json(receipt).into_response(),
        Some((false, _)) => {
            Refused::of(StatusCode::CONFLICT, "this id is another message: a new message needs a new id")
                .into_response()
        }
        None => {
            // The carrier has not answered yet when the service does.
            let taken = json!({ "id": message.id, "state": "queued", "at": now.to_string(), "reason": null });
            (StatusCode::ACCEPTED, Json(taken)).into_response()
        }
    }
}

async fn show(
    State(sms): State<Arc<Sms>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    if let Err(refused) = require_key(&headers, &sms.key) {
        return refused.into_response();
    }
    let occasion = Occasion { channel: CHANNEL, call: "receipt", payer: None, order: Some(&id) };
    let now = sms.backstage.clock.business_now();
    let answer = || match sms.message(&id) {
        Some(message) => Json(message.receipt(now)).into_response(),
        None => Refused::of(StatusCode::NOT_FOUND, "no message of this id has arrived").into_response(),
    };
    through(&sms.backstage.faults, occasion, &connection, answer).await
}
