//! Agreements as the buyer sees them in his own app: he can withdraw, and Alipay can suspend.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::body::{Body, Problem};
use super::buyers::no_buyer;
use crate::alipay::agreement::{Agreement, AgreementState, Unsigner};
use crate::alipay::{Alipay, send_notice, withdraw};
use crate::money::Fen;

pub(crate) async fn of_buyer(
    State(alipay): State<Arc<Alipay>>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let books = alipay.books();
    books.buyer(&id).ok_or_else(|| no_buyer(&id))?;
    let of_buyer = books.agreements().iter().filter(|agreement| agreement.buyer_id == id);
    Ok(Json(of_buyer.map(view).collect()))
}

/// The buyer withdraws; the merchant is notified at the address given at signing, unless `notify` is false.
pub(crate) async fn unsign(
    State(alipay): State<Arc<Alipay>>,
    Path(agreement_no): Path<String>,
    bytes: Bytes,
) -> Result<Json<Value>, Problem> {
    let body = Body::read(&bytes, &["notify"])?;
    let notify = body.flag("notify")?.unwrap_or(true);
    let notice = withdraw(&alipay, &agreement_no, Unsigner::Buyer, None)
        .map_err(|_| Problem::not_found(format!("no agreement {agreement_no} that could be withdrawn")))?;
    if let Some(notice) = notice.filter(|_| notify) {
        send_notice(&alipay, notice).await;
    }
    shown(&alipay, &agreement_no)
}

/// Suspends an agreement (STOP) or lets it go on (NORMAL).
pub(crate) async fn change(
    State(alipay): State<Arc<Alipay>>,
    Path(agreement_no): Path<String>,
    bytes: Bytes,
) -> Result<Json<Value>, Problem> {
    let body = Body::read(&bytes, &["status"])?;
    let state = match body.one_of("status", &["NORMAL", "STOP"])?.as_str() {
        "STOP" => AgreementState::Stopped,
        _ => AgreementState::Normal,
    };
    let changed = alipay.books().agreement_mut(&agreement_no).filter(|found| !found.is_unsigned()).map(|found| {
        found.state = state;
    });
    changed.ok_or_else(|| Problem::not_found(format!("no agreement {agreement_no} that is still signed")))?;
    shown(&alipay, &agreement_no)
}

fn shown(alipay: &Alipay, agreement_no: &str) -> Result<Json<Value>, Problem> {
    let books = alipay.books();
    let agreement = books.agreement(agreement_no);
    agreement.map(|found| Json(view(found))).ok_or_else(|| Problem::not_found(format!("no agreement {agreement_no}")))
}

pub(crate) fn view(agreement: &Agreement) -> Value {
    let (unsigned_at, unsigned_by) = match agreement.state {
        AgreementState::Unsigned { at, by: Unsigner::Buyer } => (Some(at.to_string()), Some("buyer")),
        AgreementState::Unsigned { at, by: Unsigner::Merchant } => (Some(at.to_string()), Some("merchant")),
        AgreementState::Normal | AgreementState::Stopped => (None, None),
    };
    json!({
        "agreement_no": agreement.agreement_no,
        "external_agreement_no": agreement.external_agreement_no,
        "buyer_id": agreement.buyer_id,
        "personal_product_code": agreement.personal_product_code,
        "sign_scene": agreement.sign_scene,
        "status": agreement.status(),
        "signed_at": agreement.signed_at.to_string(),
        "invalid_at": agreement.invalid_at.to_string(),
        "unsigned_at": unsigned_at,
        "unsigned_by": unsigned_by,
        "notify_url": agreement.notify_url,
        "charged": agreement.charged.count(),
        "charges": agreement.charges,
        "single_amount": agreement.rules.map(|rules| rules.single_amount.count()),
        "total_amount": agreement.rules.and_then(|rules| rules.total_amount).map(Fen::count),
        "total_payments": agreement.rules.and_then(|rules| rules.total_payments),
    })
}
