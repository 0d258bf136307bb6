//! UnionPay's own books, for audits: what became of every order. Amounts are whole fen; times are business times.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::body::Problem;
use super::cards;
use super::unionpay::{key_view, token_view};
use crate::unionpay::UnionPay;
use crate::unionpay::books::Books;
use crate::unionpay::call::Kind;
use crate::unionpay::order::{Order, PENDING};

/// All orders, the oldest first.
pub(crate) async fn orders(State(unionpay): State<Arc<UnionPay>>) -> Json<Value> {
    let books = unionpay.books();
    Json(books.orders().iter().map(|order| view(&books, order)).collect())
}

/// The orders of one number; there can be several, because only number and time together name one.
pub(crate) async fn order(
    State(unionpay): State<Arc<UnionPay>>,
    Path(order_id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let books = unionpay.books();
    let found: Vec<Value> = books.orders_numbered(&order_id).map(|order| view(&books, order)).collect();
    if found.is_empty() {
        return Err(Problem::not_found(format!("no order {order_id} has arrived: GET /unionpay/orders lists all")));
    }
    Ok(Json(Value::Array(found)))
}

/// What `GET /truth` shows of UnionPay.
pub(crate) fn whole(unionpay: &UnionPay) -> Value {
    let cards: Vec<Value> = unionpay.banks.cards().iter().map(cards::view).collect();
    let notifications = notifications(unionpay);
    let books = unionpay.books();
    json!({
        "orders": books.orders().iter().map(|order| view(&books, order)).collect::<Vec<_>>(),
        "tokens": books.tokens().iter().map(token_view).collect::<Vec<_>>(),
        "merchant_balance": books.merchants.iter().map(|merchant| merchant.balance.count()).sum::<i64>(),
        "cards": cards,
        "notifications": notifications,
    })
}

fn view(books: &Books, order: &Order) -> Value {
    let mut view = key_view(&order.key);
    let more = json!({
        "transaction": order.kind.name(),
        "state": state(order),
        "resp_code": order.code,
        "amount": order.amount.count(),
        "refunded": order.refunded.count(),
        "card": order.card,
        "token": order.token,
        "query_id": order.query_id,
        "taken_at": order.taken_at.to_string(),
        "reversed_at": order.reversed_at.map(|moment| moment.to_string()),
        "original": order.original.as_ref().map(key_view),
        "calls": books.calls(&order.key),
        "times_charged": order.times_charged,
    });
    if let (Some(view), Value::Object(more)) = (view.as_object_mut(), more) {
        view.extend(more);
    }
    view
}

/// The channel's truth in one word: whether the merchant has the money of a payment is `paid`, and nothing else.
fn state(order: &Order) -> &'static str {
    match (order.kind, order.code.as_str()) {
        _ if order.reversed_at.is_some() => "reversed",
        _ if order.undone => "undone",
        (_, PENDING) => "pending",
        (Kind::Consume, "00") if order.rest().count() == 0 => "refunded",
        (Kind::Consume, "00") => "paid",
        (_, "00") => "done",
        _ => "declined",
    }
}

fn notifications(unionpay: &UnionPay) -> Vec<Value> {
    let records = unionpay.outbox.records().into_iter();
    records
        .map(|(record, delivery)| {
            json!({
                "transaction": record.notice.kind.name(),
                "order_id": record.notice.key.order_id,
                "txn_time": record.notice.key.txn_time,
                "resp_code": record.notice.fields.get("respCode"),
                "url": record.notice.url,
                "forged": record.forged,
                "delivered": delivery.delivered,
                "attempts": delivery.attempts,
                "last_answer": delivery.last_answer,
            })
        })
        .collect()
}
