//! UnionPay's merchants with their certificates, and the tokens as UnionPay and the banks can change them.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::body::{Body, Problem};
use crate::money::Fen;
use crate::unionpay::books::Merchant;
use crate::unionpay::call::OrderKey;
use crate::unionpay::certificates::MerchantCertificate;
use crate::unionpay::token::{TOKEN_STATES, Token};
use crate::unionpay::{FIRST_REQUESTOR, UnionPay};

pub(crate) async fn merchants(State(unionpay): State<Arc<UnionPay>>) -> Json<Value> {
    Json(unionpay.books().merchants.iter().map(merchant_view).collect())
}

/// Puts a certificate on record for a merchant, who is made if he is new.
pub(crate) async fn register(
    State(unionpay): State<Arc<UnionPay>>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let body = Body::read(&bytes, &["mer_id", "tr_id", "certificate"])?;
    let pem = body.text("certificate")?;
    let certificate = pem.and_then(|pem| MerchantCertificate::read(&pem).ok());
    let wanted = "is required: a certificate in PEM with an RSA key of 2048 bits or more";
    let certificate = certificate.ok_or_else(|| Problem::field("certificate", wanted))?;
    let mer_id = body.text("mer_id")?.unwrap_or_else(|| format!("777{}", unionpay.ids.serial_digits(12)));
    if mer_id.len() != 15 || !mer_id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Problem::field("mer_id", "has to be 15 letters and digits"));
    }
    let tr_id = body.text("tr_id")?;
    let mut books = unionpay.books();
    if books.merchant(&mer_id).is_none() {
        let tr_id = tr_id.unwrap_or_else(|| FIRST_REQUESTOR.to_owned());
        let (certificates, balance) = (Vec::new(), Fen::ZERO);
        books.merchants.push(Merchant { mer_id: mer_id.clone(), tr_id, certificates, active: true, balance });
    }
    let merchant = books.merchant_mut(&mer_id).ok_or_else(no_merchant)?;
    merchant.certificates.retain(|known| known.id != certificate.id);
    merchant.certificates.push(certificate);
    Ok((StatusCode::CREATED, Json(merchant_view(merchant))))
}

pub(crate) async fn change_merchant(
    State(unionpay): State<Arc<UnionPay>>,
    Path(mer_id): Path<String>,
    bytes: Bytes,
) -> Result<Json<Value>, Problem> {
    let body = Body::read(&bytes, &["active"])?;
    let active = body.flag("active")?.ok_or_else(|| Problem::field("active", "is required"))?;
    let mut books = unionpay.books();
    let merchant = books.merchant_mut(&mer_id).ok_or_else(no_merchant)?;
    merchant.active = active;
    Ok(Json(merchant_view(merchant)))
}

fn no_merchant() -> Problem {
    Problem::not_found("no merchant of this number: GET /unionpay/merchants lists them")
}

fn merchant_view(merchant: &Merchant) -> Value {
    let certificates: Vec<&str> = merchant.certificates.iter().map(|certificate| certificate.id.as_str()).collect();
    json!({
        "mer_id": merchant.mer_id,
        "tr_id": merchant.tr_id,
        "cert_ids": certificates,
        "active": merchant.active,
        "balance": merchant.balance.count(),
    })
}

pub(crate) async fn tokens(State(unionpay): State<Arc<UnionPay>>) -> Json<Value> {
    Json(unionpay.books().tokens().iter().map(token_view).collect())
}

/// The bank or UnionPay suspends or cancels a token, and nobody tells the merchant.
pub(crate) async fn change_token(
    State(unionpay): State<Arc<UnionPay>>,
    Path(number): Path<String>,
    bytes: Bytes,
) -> Result<Json<Value>, Problem> {
    let body = Body::read(&bytes, &["state"])?;
    let state = body
        .some_of("state", &TOKEN_STATES)?
        .ok_or_else(|| Problem::field("state", "is required").allowing(TOKEN_STATES.iter().map(|(name, _)| *name)))?;
    let mut books = unionpay.books();
    let token = books.token_mut(&number);
    let token = token.ok_or_else(|| Problem::not_found("no such token: GET /unionpay/tokens lists them"))?;
    token.state = state;
    Ok(Json(token_view(token)))
}

pub(crate) fn token_view(token: &Token) -> Value {
    let state = TOKEN_STATES.into_iter().find(|(_, state)| *state == token.state).map(|(name, _)| name);
    let opened_by: Vec<Value> = token.opened_by.iter().map(key_view).collect();
    json!({
        "token": token.number,
        "tr_id": token.tr_id,
        "mer_id": token.mer_id,
        "card": token.card,
        "phone": token.phone,
        "begins_at": token.begins_at.to_string(),
        "ends_at": token.ends_at.to_string(),
        "state": state,
        "opened_by": opened_by,
    })
}

pub(crate) fn key_view(key: &OrderKey) -> Value {
    json!({ "mer_id": key.mer_id, "order_id": key.order_id, "txn_time": key.txn_time })
}
