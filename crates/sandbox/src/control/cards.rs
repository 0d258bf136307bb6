//! Cards at their banks: made, changed and paid into from outside. Showing one is also asking the bank about it.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::body::{Body, Problem};
use crate::banks::card::{Card, CardState, Holder, KINDS, STATES, Wanted};
use crate::money::Fen;
use crate::people::seeded;
use crate::unionpay::UnionPay;

const NEW: &[&str] =
    &["number", "bin", "bank", "kind", "name", "certificate_number", "phone", "expired", "cvn2", "balance", "state"];
const CHANGES: &[&str] = &[
    "name",
    "certificate_number",
    "phone",
    "expired",
    "cvn2",
    "balance",
    "state",
    "per_transaction",
    "per_day",
    "per_month",
];
/// What a card holds that nobody said anything about: 1,000 yuan.
const BALANCE: i64 = 100_000;

pub(crate) async fn create(
    State(unionpay): State<Arc<UnionPay>>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let body = Body::read(&bytes, NEW)?;
    let wanted = wanted(&body)?;
    let card = match body.text("number")? {
        Some(number) => unionpay.banks.issue_numbered(&number, &wanted).ok_or_else(|| {
            Problem::field("number", "fits no BIN of GET /banks in its length, or its check digit is wrong")
        })?,
        None => unionpay.banks.issue(&wanted).ok_or_else(|| {
            Problem::field("bank", "no BIN of GET /banks fits what is asked for in bin, bank and kind")
        })?,
    };
    let view = view(&card);
    unionpay.banks.keep(card);
    Ok((StatusCode::CREATED, Json(view)))
}

fn wanted(body: &Body) -> Result<Wanted, Problem> {
    // Whoever needs a card and no particular person gets the first one of the data.
    let person = seeded().into_iter().next();
    let (name, number, phone) = person.map_or_else(Default::default, |person| {
        (person.name, person.certificate_number, person.phones.into_iter().next().unwrap_or_default())
    });
    Ok(Wanted {
        bin: body.text("bin")?,
        bank: body.text("bank")?,
        kind: body.some_of("kind", &KINDS)?,
        holder: Holder {
            name: body.text("name")?.unwrap_or(name),
            certificate_number: body.text("certificate_number")?.unwrap_or(number),
            phone: body.text("phone")?.unwrap_or(phone),
        },
        expired: month(body)?,
        cvn2: body.text("cvn2")?,
        balance: Fen::new(body.count("balance")?.unwrap_or(BALANCE)),
        state: body.some_of("state", &STATES)?.unwrap_or(CardState::Normal),
    })
}

fn month(body: &Body) -> Result<Option<String>, Problem> {
    let Some(text) = body.text("expired")? else { return Ok(None) };
    let month = text.get(2..).and_then(|month| month.parse::<u8>().ok());
    let good = text.len() == 4
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && month.is_some_and(|month| (1..=12).contains(&month));
    if good { Ok(Some(text)) } else { Err(Problem::field("expired", "has to be YYMM, as UnionPay writes it")) }
}

pub(crate) async fn list(State(unionpay): State<Arc<UnionPay>>) -> Json<Value> {
    Json(Value::Array(unionpay.banks.cards().iter().map(view).collect()))
}

pub(crate) async fn show(
    State(unionpay): State<Arc<UnionPay>>,
    Path(number): Path<String>,
) -> Result<Json<Value>, Problem> {
    unionpay.banks.card(&number).map(|card| Json(view(&card))).ok_or_else(no_card)
}

pub(crate) async fn change(
    State(unionpay): State<Arc<UnionPay>>,
    Path(number): Path<String>,
    bytes: Bytes,
) -> Result<Json<Value>, Problem> {
    let body = Body::read(&bytes, CHANGES)?;
    let (name, certificate_number, phone) = (body.text("name")?, body.text("certificate_number")?, body.text("phone")?);
    let (expired, cvn2, balance) = (month(&body)?, body.text("cvn2")?, body.count("balance")?);
    let state = body.some_of("state", &STATES)?;
    let limits = (body.count("per_transaction")?, body.count("per_day")?, body.count("per_month")?);
    let changed = unionpay.banks.change_card(&number, |card| {
        let holder = &mut card.holder;
        holder.name = name.unwrap_or_else(|| holder.name.clone());
        holder.certificate_number = certificate_number.unwrap_or_else(|| holder.certificate_number.clone());
        holder.phone = phone.unwrap_or_else(|| holder.phone.clone());
        card.expired = expired.or(card.expired.take());
        card.cvn2 = cvn2.or(card.cvn2.take());
        card.balance = balance.map_or(card.balance, Fen::new);
        card.state = state.unwrap_or(card.state);
        card.limits.per_transaction = limits.0.map_or(card.limits.per_transaction, Fen::new);
        card.limits.per_day = limits.1.map_or(card.limits.per_day, Fen::new);
        card.limits.per_month = limits.2.map_or(card.limits.per_month, Fen::new);
    });
    changed.map(|card| Json(view(&card))).ok_or_else(no_card)
}

/// The holder pays money in.
pub(crate) async fn pay_in(
    State(unionpay): State<Arc<UnionPay>>,
    Path(number): Path<String>,
    bytes: Bytes,
) -> Result<Json<Value>, Problem> {
    let body = Body::read(&bytes, &["amount"])?;
    let amount = body.count("amount")?.filter(|amount| *amount > 0);
    let amount = amount.ok_or_else(|| Problem::field("amount", "is required: fen, a whole number above nought"))?;
    let card = unionpay.banks.card(&number).ok_or_else(no_card)?;
    if card.balance.plus(Fen::new(amount)).is_none() {
        return Err(Problem::field("amount", "is more than an account can hold"));
    }
    unionpay.banks.give_back(&number, Fen::new(amount), None);
    unionpay.banks.card(&number).map(|card| Json(view(&card))).ok_or_else(no_card)
}

fn no_card() -> Problem {
    Problem::not_found("no card of this number: POST /cards makes one, GET /cards lists them")
}

pub(crate) fn view(card: &Card) -> Value {
    json!({
        "number": card.number,
        "masked": card.masked(),
        "bank": card.bank,
        "kind": card.kind.name(),
        "name": card.holder.name,
        "certificate_number": card.holder.certificate_number,
        "phone": card.holder.phone,
        "expired": card.expired,
        "cvn2": card.cvn2,
        "balance": card.balance.count(),
        "state": card.state.name(),
        "per_transaction": card.limits.per_transaction.count(),
        "per_day": card.limits.per_day.count(),
        "per_month": card.limits.per_month.count(),
    })
}
