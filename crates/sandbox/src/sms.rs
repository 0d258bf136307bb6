//! The SMS service that a merchant sends through: messages in, delivery receipts out.
//!
//! * `POST /sms/messages` `{"id","to","template"?,"body","callback_url"?}`: 202 `{"id","to","status","updated_at"}`. The
//!   id is the sender's; the same id with the same content is the same message (200), with another content 409.
//! * `GET /sms/messages/{id}`: the same object as it stands now; 404 for an id that never arrived.
//! * `callback_url` gets each receipt as a POST of the same object, with `Sms-Signature`: the HMAC-SHA256 of the body
//!   under the key, in hexadecimal. Any 2xx acknowledges it; it is not repeated, because the receipt can be asked for.
//!
//! A platform may send `values` for the carrier's approved template instead of a `body` (docs/sms-and-registry.md); the text
//! then reads template and values, and every answer also says `state` and `at` in that document's words.
//!
//! All calls carry `Authorization: Bearer <key>`. Statuses: `queued` (taken; for a phone that loses texts, for ever),
//! `delayed` (the carrier holds it), `rejected` (the carrier refuses it), `delivered` (the phone showed it),
//! `delivered_unread` (the phone acknowledged it and did not show it). There are receipts for messages sent through this
//! service only: what a bank sends to the same phone is the bank's business, and nobody else sees a receipt of it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::hmac;
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
use crate::outbox::{Letter, Outbox};
use crate::phones::{Fate, Phones};
use crate::plain_call::{Refused, Texts, require_key, through};
use crate::wire::Connection;

/// The name of this service in faults and in the truth.
pub(crate) const CHANNEL: &str = "sms";
/// Its calls, as faults name them.
pub(crate) const CALLS: [&str; 2] = ["send", "receipt"];
/// Two of the longest texts that a phone shows in one piece; more is a sender's mistake.
const LONGEST_BODY: usize = 500;

/// A message of a sender.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) to: String,
    pub(crate) template: Option<String>,
    pub(crate) body: String,
    callback_url: Option<String>,
    fate: Fate,
    sent_at: Timestamp,
}

impl Message {
    fn status(&self, now: Timestamp) -> &'static str {
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
        let updated_at = match self.fate {
            Fate::Held(until) if until <= now => until,
            _ => self.sent_at,
        };
        let state = match self.status(now) {
            "delivered_unread" => "read_elsewhere",
            other => other,
        };
        let at = updated_at.to_string();
        json!({ "id": self.id, "to": self.to, "status": self.status(now), "updated_at": at, "state": state, "at": at })
    }
}

/// The service.
pub(crate) struct Sms {
    pub(crate) address: SocketAddr,
    pub(crate) key: String,
    backstage: Backstage,
    phones: Arc<Phones>,
    receipts: Outbox<String>,
    messages: Mutex<BTreeMap<String, Message>>,
}

impl Sms {
    pub(crate) fn new(address: SocketAddr, backstage: &Backstage, phones: Arc<Phones>) -> Result<Self, SandboxError> {
        Ok(Self {
            address,
            key: random_word()?,
            backstage: backstage.clone(),
            phones,
            receipts: Outbox::new(|status, _| status.is_success())?,
            messages: Mutex::default(),
        })
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

    fn signature(&self, body: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.key.as_bytes());
        hex::encode(hmac::sign(&key, body.as_bytes()))
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
    let written = written(bytes);
    let texts = Texts::read(&written, &["id", "to", "template", "body", "callback_url"])?;
    let (id, to, body) = (texts.required("id")?, texts.required("to")?, texts.required("body")?);
    if id.len() > 64 {
        return Err(Refused::field("id", "has to be 64 bytes or less"));
    }
    if to.len() != 11 || !to.starts_with('1') || !to.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refused::field("to", "has to be a mobile number of the mainland: eleven digits, the first 1"));
    }
    if body.chars().count() > LONGEST_BODY {
        return Err(Refused::field("body", "has to be 500 characters or less"));
    }
    Ok(Message {
        id: id.to_owned(),
        to: to.to_owned(),
        template: texts.optional("template")?.map(str::to_owned),
        body: body.to_owned(),
        callback_url: texts.optional("callback_url")?.map(str::to_owned),
        fate: Fate::Lost,
        sent_at: sms.backstage.clock.business_now(),
    })
}

/// The body with the text that the carrier makes of an approved template and its values.
fn written(bytes: &[u8]) -> Vec<u8> {
    let Ok(Value::Object(mut fields)) = serde_json::from_slice(bytes) else { return bytes.to_vec() };
    let Some(values) = Texts::take_object(&mut fields, "values") else { return bytes.to_vec() };
    let template = fields.get("template").and_then(Value::as_str).unwrap_or_default();
    let listed: Vec<String> = values.iter().map(|(name, value)| format!("{name} {value}")).collect();
    fields.insert("body".to_owned(), Value::from(format!("{template}: {}", listed.join(", "))));
    Value::Object(fields).to_string().into_bytes()
}

/// Takes a message once: the second of the same id is the first.
fn take(sms: &Arc<Sms>, mut message: Message) -> Response {
    let now = message.sent_at;
    let known = sms.with(|messages| {
        if let Some(known) = messages.get(&message.id) {
            return Some((known.to == message.to && known.body == message.body, known.receipt(now)));
        }
        message.fate = sms.phones.send("106900000000", &message.to, &message.body);
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
            call_back(sms, message.clone());
            // The carrier has not answered yet when the service does.
            let taken = json!({
                "id": message.id, "to": message.to, "status": "queued", "updated_at": now.to_string(), "state": "queued",
            });
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

/// Posts each receipt of a message when it is known. A lost message has none.
fn call_back(sms: &Arc<Sms>, message: Message) {
    let Some(url) = message.callback_url.clone() else { return };
    if message.fate == Fate::Lost {
        return;
    }
    let sender = Arc::clone(sms);
    sms.backstage.tasks.spawn(async move {
        let clock = &sender.backstage.clock;
        post_receipt(&sender, &message, &url, clock.business_now()).await;
        if let Fate::Held(until) = message.fate {
            clock.wait_until(until).await;
            post_receipt(&sender, &message, &url, until).await;
        }
    });
}

async fn post_receipt(sms: &Sms, message: &Message, url: &str, now: Timestamp) {
    let body = message.receipt(now).to_string();
    let header = Some(("Sms-Signature", sms.signature(&body)));
    let index = sms.receipts.add(message.id.clone());
    let letter = Letter { index, url: url.to_owned(), content_type: "application/json", header, body };
    sms.receipts.attempt(&letter).await;
}
