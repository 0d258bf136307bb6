//! Phones in the hands of the tests' payer: what they do with texts, and what they show.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::{Body, Problem};
use crate::phones::{BEHAVIOURS, Behaviour, Text};
use crate::unionpay::UnionPay;

/// Which of the phone's two lists is read.
#[derive(Deserialize)]
pub(crate) struct Folder {
    #[serde(default)]
    folder: String,
}

pub(crate) async fn list(State(unionpay): State<Arc<UnionPay>>) -> Json<Value> {
    let phones = unionpay.phones.list().into_iter();
    Json(phones.map(|(number, behaviour, texts)| view(&number, behaviour, Some(texts))).collect())
}

pub(crate) async fn show(State(unionpay): State<Arc<UnionPay>>, Path(number): Path<String>) -> Json<Value> {
    Json(view(&number, unionpay.phones.behaviour(&number), None))
}

/// Sets what a phone does with texts that come from now on.
pub(crate) async fn change(
    State(unionpay): State<Arc<UnionPay>>,
    Path(number): Path<String>,
    bytes: Bytes,
) -> Result<Json<Value>, Problem> {
    let body = Body::read(&bytes, &["behaviour", "seconds"])?;
    let behaviour = match body.one_of("behaviour", &BEHAVIOURS)?.as_str() {
        "loses" => Behaviour::Loses,
        "rejects" => Behaviour::Rejects,
        "intercepts" => Behaviour::Intercepts,
        "delays" => {
            let seconds = body.count("seconds")?;
            Behaviour::Delays(seconds.ok_or_else(|| Problem::field("seconds", "is required by delays: business time"))?)
        }
        _ => Behaviour::Receives,
    };
    if body.has("seconds") && !matches!(behaviour, Behaviour::Delays(_)) {
        return Err(Problem::field("seconds", "belongs to delays only"));
    }
    unionpay.phones.set(&number, behaviour);
    Ok(Json(view(&number, behaviour, None)))
}

/// What the phone shows by now; `?folder=intercepted` opens the list that nobody looks into.
pub(crate) async fn messages(
    State(unionpay): State<Arc<UnionPay>>,
    Path(number): Path<String>,
    Query(query): Query<Folder>,
) -> Result<Json<Value>, Problem> {
    let intercepted = match query.folder.as_str() {
        "" | "inbox" => false,
        "intercepted" => true,
        _ => return Err(Problem::field("folder", "unknown value").allowing(["inbox", "intercepted"])),
    };
    let texts = unionpay.phones.read(&number, intercepted);
    let text = |text: &Text| json!({ "from": text.from, "body": text.body, "at": text.shown_at.to_string() });
    Ok(Json(texts.iter().map(text).collect()))
}

fn view(number: &str, behaviour: Behaviour, texts: Option<usize>) -> Value {
    let seconds = if let Behaviour::Delays(seconds) = behaviour { Some(seconds) } else { None };
    json!({ "number": number, "behaviour": behaviour.name(), "seconds": seconds, "messages": texts })
}
