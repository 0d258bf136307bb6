//! The registry of identities (实名核验): does this name belong to this number, phone and card?
//!
//! `POST /registry/verifications` `{"request_id","name","certificate_number","phone"?,"card"?}`: 200
//! `{"request_id","factors","result"}`. With neither phone nor card it is two factors, with one of them three, with both
//! four. The result is `match`, `mismatch` (not all belong together; which one is never said), `no_record` (nobody of
//! this number) or `unavailable` (a source behind the registry did not answer: nothing is known). A number that is not
//! well formed (GB 11643: 17 digits, a real date, the check digit) is 400 and no verification.
//!
//! A platform that names its question `id` and the number `document` (docs/sms-and-registry.md) is answered `{"id","result"}`.
//!
//! All calls carry `Authorization: Bearer <key>`. The carriers vouch for the phone, the card's bank for the card.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
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
}

impl Registry {
    pub(crate) fn new(address: SocketAddr, backstage: &Backstage, banks: Arc<Banks>) -> Result<Self, SandboxError> {
        let (people, available) = (People::new(), AtomicBool::new(true));
        Ok(Self { address, key: random_word()?, people, available, backstage: backstage.clone(), banks })
    }
}

/// The routes of the registry's port.
pub(crate) fn router(registry: Arc<Registry>) -> Router {
    Router::new().route("/registry/verifications", post(verify)).with_state(registry)
}

/// What is asked.
struct Question {
    request_id: String,
    name: String,
    certificate_number: String,
    phone: Option<String>,
    card: Option<String>,
    /// Whether it was asked in the platform's own words.
    short: bool,
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
    let occasion = Occasion {
        channel: CHANNEL,
        call: "verify",
        payer: Some(&question.certificate_number),
        order: Some(&question.request_id),
    };
    let answer = || {
        let factors =
            2_u8.saturating_add(u8::from(question.phone.is_some())).saturating_add(u8::from(question.card.is_some()));
        let result = judge(&registry, &question);
        if question.short {
            return Json(json!({ "id": question.request_id, "result": result })).into_response();
        }
        Json(json!({ "request_id": question.request_id, "factors": factors, "result": result })).into_response()
    };
    through(&registry.backstage.faults, occasion, &connection, answer).await
}

fn read(bytes: &[u8]) -> Result<Question, Refused> {
    let known = ["request_id", "id", "name", "certificate_number", "document", "phone", "card"];
    let texts = Texts::read(bytes, &known)?;
    let short = texts.optional("id")?.is_some();
    let (id, number) = if short { ("id", "document") } else { ("request_id", "certificate_number") };
    let certificate_number = texts.required(number)?;
    if !is_certificate_number(certificate_number) {
        let error = "has to be a resident's number: 17 digits, a date of birth that was, and its check digit";
        return Err(Refused::field(number, error));
    }
    Ok(Question {
        request_id: texts.required(id)?.to_owned(),
        name: texts.required("name")?.to_owned(),
        certificate_number: certificate_number.to_owned(),
        phone: texts.optional("phone")?.map(str::to_owned),
        card: texts.optional("card")?.map(str::to_owned),
        short,
    })
}

fn judge(registry: &Registry, question: &Question) -> &'static str {
    if !registry.available.load(Ordering::Relaxed) {
        return "unavailable";
    }
    let Some(person) = registry.people.find(&question.certificate_number) else { return "no_record" };
    let phone = question.phone.as_ref().is_none_or(|phone| person.phones.contains(phone));
    let card = question.card.as_ref().is_none_or(|number| {
        registry.banks.card(number).is_some_and(|card| {
            let holder = &card.holder;
            let phone = question.phone.as_ref().is_none_or(|phone| *phone == holder.phone);
            holder.certificate_number == question.certificate_number && holder.name == question.name && phone
        })
    });
    if person.name == question.name && phone && card { "match" } else { "mismatch" }
}
