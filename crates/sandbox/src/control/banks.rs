//! The banks as data: what each supports and how it behaves. A bank's BINs are what a merchant gets as a list.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::body::{Body, Problem};
use crate::banks::bank::{BINDS, Bank, Bin, minutes};
use crate::money::Fen;
use crate::unionpay::UnionPay;

const FIELDS: &[&str] = &["online", "binds", "sms", "sms_above", "opens", "closes"];

pub(crate) async fn list(State(unionpay): State<Arc<UnionPay>>) -> Json<Value> {
    let bins = unionpay.banks.bins();
    Json(Value::Array(unionpay.banks.banks().iter().map(|bank| view(bank, bins)).collect()))
}

pub(crate) async fn change(
    State(unionpay): State<Arc<UnionPay>>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Result<Json<Value>, Problem> {
    let body = Body::read(&bytes, FIELDS)?;
    let (online, sms, above) = (body.flag("online")?, body.flag("sms")?, body.count("sms_above")?);
    let binds = body.some_of("binds", &BINDS)?;
    let (opens, closes) = (time(&body, "opens")?, time(&body, "closes")?);
    let changed = unionpay.banks.change_bank(&id, |bank| {
        bank.online = online.unwrap_or(bank.online);
        bank.sms = sms.unwrap_or(bank.sms);
        bank.sms_above = above.map_or(bank.sms_above, Fen::new);
        bank.binds = binds.unwrap_or(bank.binds);
        bank.opens = opens.unwrap_or(bank.opens);
        bank.closes = closes.unwrap_or(bank.closes);
    });
    let bank = changed.ok_or_else(|| Problem::not_found(format!("no bank {id}: GET /banks lists them")))?;
    Ok(Json(view(&bank, unionpay.banks.bins())))
}

fn time(body: &Body, name: &str) -> Result<Option<u16>, Problem> {
    let Some(text) = body.text(name)? else { return Ok(None) };
    minutes(&text).map(Some).ok_or_else(|| Problem::field(name, "has to be a time of the day in Beijing, as 07:30"))
}

fn view(bank: &Bank, bins: &[Bin]) -> Value {
    let bins: Vec<Value> = bins.iter().filter(|bin| bin.bank == bank.id).map(bin_view).collect();
    let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let binds = BINDS.into_iter().find(|(_, binds)| *binds == bank.binds).map(|(name, _)| name);
    json!({
        "id": bank.id,
        "name": bank.name,
        "online": bank.online,
        "binds": binds,
        "sms": bank.sms,
        "sms_above": bank.sms_above.count(),
        "opens": clock(bank.opens),
        "closes": clock(bank.closes),
        "bins": bins,
        "codes": {
            "online_payment_disabled": bank.disabled,
            "not_activated": bank.not_activated,
            "abnormal": bank.abnormal,
            "risk_blocked": bank.risk,
            "restricted": bank.restricted,
            "funds": bank.funds,
            "month": bank.month,
        },
        "compares_phone_before_code": bank.sms_to_reserved,
        "stale_on_new_phone": bank.stale_on_new_phone,
    })
}

fn bin_view(bin: &Bin) -> Value {
    json!({
        "bin": bin.bin,
        "kind": bin.kind.name(),
        "length": bin.length,
        "per_transaction": bin.limits.per_transaction.count(),
        "per_day": bin.limits.per_day.count(),
        "per_month": bin.limits.per_month.count(),
    })
}
