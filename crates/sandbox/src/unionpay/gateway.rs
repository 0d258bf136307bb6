//! `/gateway/api/*.do`: who calls, and is it what he signed?
//!
//! A request without version, txnType, txnSubType, signMethod or signature is answered by the words `Invalid request.`,
//! and one whose transaction does not belong to its address by `Invalid request URI.` (recorded as constants, with that
//! explanation, in a public Go client; no second source). Everything else is answered in the format, signed: 10 for what
//! is malformed, 31 for a merchant who is not known or not active, 11 for a certificate that is not on record or a
//! signature that it does not verify, 13 for what is missing, 43 for another product. A certificate is looked for before
//! the signature can be checked, and nothing is read that is not signed.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::answer::{answer, body};
use super::call::{Call, Door, Kind, OrderKey, token_data};
use super::faulty::{self, Reply};
use super::fields::{Fields, is_one_value, read_form};
use super::{UnionPay, customer, page, signature};
use crate::banks::Code;
use crate::beijing;
use crate::money::Fen;
use crate::wire::Connection;

const LARGEST_BODY: usize = 256 * 1024;
/// Without these nothing is a request.
const KEY_FIELDS: [&str; 5] = ["version", "txnType", "txnSubType", "signMethod", "signature"];

pub(crate) async fn back(
    state: State<Arc<UnionPay>>,
    connection: ConnectInfo<Connection>,
    request: Request,
) -> Response {
    handle(state.0, connection.0, request, Door::Back).await
}

pub(crate) async fn query(
    state: State<Arc<UnionPay>>,
    connection: ConnectInfo<Connection>,
    request: Request,
) -> Response {
    handle(state.0, connection.0, request, Door::Query).await
}

pub(crate) async fn front(
    state: State<Arc<UnionPay>>,
    connection: ConnectInfo<Connection>,
    request: Request,
) -> Response {
    handle(state.0, connection.0, request, Door::Front).await
}

async fn handle(up: Arc<UnionPay>, connection: Connection, request: Request, door: Door) -> Response {
    let Ok(bytes) = to_bytes(request.into_body(), LARGEST_BODY).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "the request body is larger than 256 KiB\n").into_response();
    };
    let fields = match read_form(&bytes) {
        Some(fields) => fields,
        None => return text(body(answer(&Fields::new(), "10", Vec::new()), &up.authority.signer)),
    };
    let value = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    if KEY_FIELDS.iter().any(|name| value(name).is_empty()) {
        return text("Invalid request.".to_owned());
    }
    let kind = Kind::of(value("txnType"), value("txnSubType")).filter(|kind| kind.comes_through(door));
    let Some(kind) = kind else { return text("Invalid request URI.".to_owned()) };
    let call = match read(&up, kind, door, &fields) {
        Ok(call) => call,
        Err(code) if door == Door::Front => return page::refused(code),
        Err(code) => return text(body(answer(&fields, code, Vec::new()), &up.authority.signer)),
    };
    if door == Door::Front {
        return page::open(&up, call);
    }
    match faulty::respond(&up, call).await {
        Reply::Text(body) => text(body),
        Reply::Html(page) => Html(page).into_response(),
        Reply::Http(status) => StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY).into_response(),
        Reply::Cut => {
            connection.cut();
            StatusCode::NO_CONTENT.into_response()
        }
    }
}

/// Clients read the text whatever its content type is; which one the real gateway sends could not be verified.
fn text(body: String) -> Response {
    ([(header::CONTENT_TYPE, "text/html;charset=UTF-8")], body).into_response()
}

fn read(up: &UnionPay, kind: Kind, door: Door, fields: &Fields) -> Result<Call, Code> {
    let value = |name: &str| fields.get(name).map(String::as_str).filter(|value| !value.is_empty());
    authenticate(up, fields)?;
    let required = Kind::required_by_all().chain(
        match door {
            Door::Front => &["tokenPayData", "frontUrl", "backUrl"][..],
            Door::Back | Door::Query => kind.required(),
        }
        .iter()
        .copied(),
    );
    for name in required {
        value(name).ok_or("13")?;
    }
    check_format(fields)?;
    if !kind.products().contains(&value("bizType").unwrap_or_default()) {
        return Err("43");
    }
    let sealed_for_us = value("encryptCertId").is_none_or(|id| id == up.authority.encryption_id);
    let card = match value("accNo") {
        Some(_) if !sealed_for_us => return Err("10"),
        Some(sealed) => Some(up.authority.unseal(sealed).ok_or("10")?),
        None => None,
    };
    let customer = if sealed_for_us { customer::read(&up.authority, fields)? } else { return Err("10") };
    let text = |name: &str| value(name).unwrap_or_default().to_owned();
    Ok(Call {
        kind,
        key: OrderKey { mer_id: text("merId"), order_id: text("orderId"), txn_time: text("txnTime") },
        amount: amount(fields)?,
        card,
        customer,
        token_data: token_data(fields).ok_or("10")?,
        fields: fields.clone(),
    })
}

fn authenticate(up: &UnionPay, fields: &Fields) -> Result<(), Code> {
    let value = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let utf8 = value("encoding").eq_ignore_ascii_case("utf-8");
    if value("version") != "5.1.0" || value("signMethod") != "01" || !utf8 {
        return Err("10");
    }
    if value("merId").is_empty() || value("certId").is_empty() {
        return Err("13");
    }
    let certificate = {
        let books = up.books();
        let merchant = books.merchant(value("merId")).filter(|merchant| merchant.active).ok_or("31")?;
        merchant.certificates.iter().find(|certificate| certificate.id == value("certId")).cloned().ok_or("11")?
    };
    if signature::verify(&certificate.public_der, fields) { Ok(()) } else { Err("11") }
}

fn check_format(fields: &Fields) -> Result<(), Code> {
    let value = |name: &str| fields.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let is = |name: &str, allowed: &[&str]| value(name).is_none_or(|value| allowed.contains(&value));
    // 8 to 40 letters and digits (boyuanitsm/pay, Consume.java); older demos say 32 at most.
    let order_id = value("orderId").unwrap_or_default();
    let order_id = (8..=40).contains(&order_id.len()) && order_id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let times = ["txnTime", "payTimeout"]
        .iter()
        .all(|name| value(name).is_none_or(|text| beijing::parse_digits(text).is_some()));
    let numbers = value("orderTimeout").is_none_or(|text| text.len() <= 10 && text.parse::<u64>().is_ok());
    // It comes back in answers, where a bare `&` would be the end of it; demos advise to encode it.
    let reserved = value("reqReserved").is_none_or(is_one_value);
    let listed = is("accessType", &["0"]) && is("channelType", &["05", "07", "08"]) && is("currencyCode", &["156"]);
    if order_id && times && numbers && reserved && listed { Ok(()) } else { Err("10") }
}

/// Fen, digits only, above nought.
fn amount(fields: &Fields) -> Result<Option<Fen>, Code> {
    let Some(text) = fields.get("txnAmt").filter(|text| !text.is_empty()) else { return Ok(None) };
    let digits = text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    let amount: i64 = text.parse().ok().filter(|_| digits).ok_or("10")?;
    if amount > 0 { Ok(Some(Fen::new(amount))) } else { Err("10") }
}
