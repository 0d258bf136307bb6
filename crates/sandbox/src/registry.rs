//! The registry of identities (实名核验), as docs/sms-and-registry.md says: does this name belong to this document, phone
//! and card? Which of them is wrong is never said. A document's number that is not well formed (GB 11643: 17 digits, a
//! real date, the check digit) is 400 and no verification. The carriers vouch for the phone, the card's bank for the card.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::json;

use crate::SandboxError;
use crate::backstage::Backstage;
use crate::banks::Banks;
use crate::faults::Occasion;
use crate::keys::random_word;
use crate::people::{People, is_certificate_number};
use crate::plain_call::{Refused, Texts, require_key, through};
use crate::wire::Connection;

/// The name of this service in faults.
pub(crate) const CHANNEL: &str = "registry";
/// Its calls, as faults name them.
pub(crate) const CALLS: [&str; 1] = ["verify"];

/// The service.
pub(crate) struct Registry {
    pub(crate) address: SocketAddr,
    pub(crate) key: String,
    pub(crate) people: People,
    /// Whether the sources behind it answer.
    pub(crate) available: AtomicBool,
    backstage: Backstage,
    banks: Arc<Banks>,
    /// What was asked under which id.
    asked: Mutex<BTreeMap<String, Question>>,
}

impl Registry {
    pub(crate) fn new(address: SocketAddr, backstage: &Backstage, banks: Arc<Banks>) -> Result<Self, SandboxError> {
        let (people, available) = (People::new(), AtomicBool::new(true));
        Ok(Self {
            address,
            key: random_word()?,
            people,
            available,
            backstage: backstage.clone(),
            banks,
            asked: Mutex::default(),
        })
    }
}

/// The routes of the registry's port.
pub(crate) fn router(registry: Arc<Registry>) -> Router {
    Router::new().route("/registry/verifications", post(verify)).with_state(registry)
}

/// What is asked.
#[derive(Clone, PartialEq, Eq)]
struct Question {
    id: String,
    name: String,
    document: String,
    phone: Option<String>,
    card: Option<String>,
}

async fn verify(
    State(registry): State<Arc<Registry>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response {
    let question = match require_key(&headers, &registry.key).and_then(|()| read(&bytes)) {
        Ok(question) => question,
        Err(refused) => return refused.into_response(),
    };
    let occasion =
        Occasion { channel: CHANNEL, call: "verify", payer: Some(&question.document), order: Some(&question.id) };
    let answer = || {
        let mut asked = registry.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let first = asked.entry(question.id.clone()).or_insert_with(|| question.clone());
        if *first != question {
            return Refused::of(StatusCode::CONFLICT, "this id is another question: a new one needs a new id")
                .into_response();
        }
        Json(json!({ "id": question.id, "result": judge(&registry, &question) })).into_response()
    };
    through(&registry.backstage.faults, occasion, &connection, answer).await
}

fn read(bytes: &[u8]) -> Result<Question, Refused> {
    let texts = Texts::read(bytes, &["id", "name", "document", "phone", "card"])?;
    let document = texts.required("document")?;
    if !is_certificate_number(document) {
        let error = "has to be a resident's number: 17 digits, a date of birth that was, and its check digit";
        return Err(Refused::field("document", error));
    }
    Ok(Question {
        id: texts.id()?.to_owned(),
        name: texts.required("name")?.to_owned(),
        document: document.to_owned(),
        phone: texts.optional("phone")?.map(str::to_owned),
        card: texts.optional("card")?.map(str::to_owned),
    })
}

fn judge(registry: &Registry, question: &Question) -> &'static str {
    if !registry.available.load(Ordering::Relaxed) {
        return "unavailable";
    }
    let Some(person) = registry.people.find(&question.document) else { return "no_record" };
    let phone = question.phone.as_ref().is_none_or(|phone| person.phones.contains(phone));
    let card = question.card.as_ref().is_none_or(|number| {
        registry.banks.card(number).is_some_and(|card| {
            let holder = &card.holder;
            let phone = question.phone.as_ref().is_none_or(|phone| *phone == holder.phone);
            holder.certificate_number == question.document && holder.name == question.name && phone
        })
    });
    if person.name == question.name && phone && card { "match" } else { "mismatch" }
}
