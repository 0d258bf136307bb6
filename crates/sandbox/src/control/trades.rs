//! What a buyer does on his phone: he shows a payment code, and he confirms a trade that waits for him.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::body::{Body, Problem};
use super::buyers::no_buyer;
use crate::alipay::{Alipay, payment_code, send_notice};

/// A new payment code; with `confirm` it says itself whether the buyer has to confirm.
pub(crate) async fn mint_code(
    State(alipay): State<Arc<Alipay>>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let body = Body::read(&bytes, &["confirm"])?;
    let (auth_code, code) = payment_code::mint(&alipay, &id, body.flag("confirm")?).ok_or_else(|| no_buyer(&id))?;
    let view = json!({
        "auth_code": auth_code,
        "buyer_id": code.buyer_id,
        "expires_at": code.expires_at.to_string(),
        "confirm": code.confirm,
    });
    Ok((StatusCode::CREATED, Json(view)))
}

/// The buyer enters his password for a trade that waits. It is paid and notified, or it goes on waiting.
pub(crate) async fn confirm(
    State(alipay): State<Arc<Alipay>>,
    Path(out_trade_no): Path<String>,
    bytes: Bytes,
) -> Result<Json<Value>, Problem> {
    Body::read(&bytes, &[])?;
    let (confirmed, notice) = payment_code::confirm(&alipay, &out_trade_no).ok_or_else(|| {
        Problem::not_found(format!("no trade {out_trade_no} that waits for its buyer: GET /truth lists all trades"))
    })?;
    if let Some(notice) = notice {
        send_notice(&alipay, notice).await;
    }
    let refused_with = confirmed.as_ref().err().map(|refusal| refusal.sub_code.clone());
    Ok(Json(json!({ "out_trade_no": out_trade_no, "paid": confirmed.is_ok(), "refused_with": refused_with })))
}
