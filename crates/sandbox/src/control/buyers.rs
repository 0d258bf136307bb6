//! Buyers at Alipay: made, changed and topped up from outside.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::body::{Body, Problem};
use crate::alipay::Alipay;
use crate::alipay::buyer::{Buyer, BuyerState, STATES, state_named};
use crate::money::Fen;

const FIELDS: &[&str] = &["logon_id", "balance", "bank_card_balance", "state"];

pub(crate) async fn create(
    State(alipay): State<Arc<Alipay>>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let body = Body::read(&bytes, FIELDS)?;
    let balance = body.count("balance")?.ok_or_else(|| Problem::field("balance", "is required, in fen"))?;
    let state = state(&body)?.or_else(|| state_named("normal"));
    let buyer = Buyer {
        buyer_id: alipay.ids.user_id(),
        logon_id: body.text("logon_id")?.unwrap_or_else(|| alipay.ids.phone()),
        balance: Fen::new(balance),
        bank_card_balance: body.count("bank_card_balance")?.map(Fen::new),
        state: state.ok_or_else(|| unknown_state("normal"))?,
    };
    let answer = view(&buyer);
    alipay.books().add_buyer(buyer);
    Ok((StatusCode::CREATED, Json(answer)))
}

pub(crate) async fn list(State(alipay): State<Arc<Alipay>>) -> Json<Value> {
    Json(Value::Array(alipay.books().buyers().map(view).collect()))
}

pub(crate) async fn show(State(alipay): State<Arc<Alipay>>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    alipay.books().buyer(&id).map(|buyer| Json(view(buyer))).ok_or_else(|| no_buyer(&id))
}

pub(crate) async fn change(
    State(alipay): State<Arc<Alipay>>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Result<Json<Value>, Problem> {
    let body = Body::read(&bytes, FIELDS)?;
    let (logon_id, balance, card) = (body.text("logon_id")?, body.count("balance")?, body.count("bank_card_balance")?);
    let state = state(&body)?;
    let mut books = alipay.books();
    let buyer = books.buyer_mut(&id).ok_or_else(|| no_buyer(&id))?;
    if let Some(logon_id) = logon_id {
        buyer.logon_id = logon_id;
    }
    if let Some(balance) = balance {
        buyer.balance = Fen::new(balance);
    }
    // Null unlinks the card, an absent field leaves it as it is.
    if body.is_null("bank_card_balance") || card.is_some() {
        buyer.bank_card_balance = card.map(Fen::new);
    }
    if let Some(state) = state {
        buyer.state = state;
    }
    Ok(Json(view(buyer)))
}

pub(crate) async fn top_up(
    State(alipay): State<Arc<Alipay>>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Result<Json<Value>, Problem> {
    let body = Body::read(&bytes, &["amount"])?;
    let amount = body.count("amount")?.filter(|amount| *amount > 0);
    let amount = amount.ok_or_else(|| Problem::field("amount", "is required: fen, a whole number above nought"))?;
    let mut books = alipay.books();
    let buyer = books.buyer_mut(&id).ok_or_else(|| no_buyer(&id))?;
    let sum = buyer.balance.plus(Fen::new(amount));
    buyer.balance = sum.ok_or_else(|| Problem::field("amount", "is more than an account can hold"))?;
    Ok(Json(view(buyer)))
}

fn state(body: &Body) -> Result<Option<&'static BuyerState>, Problem> {
    let Some(name) = body.text("state")? else { return Ok(None) };
    state_named(&name).map(Some).ok_or_else(|| unknown_state(&name))
}

fn unknown_state(name: &str) -> Problem {
    Problem::field("state", format!("unknown value {name:?}")).allowing(STATES.iter().map(|state| state.name))
}

pub(crate) fn no_buyer(id: &str) -> Problem {
    Problem::not_found(format!("no buyer {id}: POST /alipay/buyers makes one, GET /alipay/buyers lists them"))
}

pub(crate) fn view(buyer: &Buyer) -> Value {
    json!({
        "buyer_id": buyer.buyer_id,
        "logon_id": buyer.logon_id,
        "state": buyer.state.name,
        "refused_with": buyer.state.refused_with,
        "balance": buyer.balance.count(),
        "bank_card_balance": buyer.bank_card_balance.map(Fen::count),
    })
}
