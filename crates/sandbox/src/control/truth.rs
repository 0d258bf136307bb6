//! The channels' own books, for audits. Amounts are whole fen; times are business times.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Controlled, agreements, buyers, unionpay_truth};
use crate::alipay::Alipay;
use crate::alipay::books::Books;
use crate::alipay::trade::Trade;
use crate::outbox::Delivery;

pub(crate) async fn show(State(controlled): State<Controlled>) -> Json<Value> {
    let now = controlled.backstage.clock.business_now();
    let messages: Vec<Value> = controlled
        .sms
        .messages()
        .iter()
        .map(|message| {
            let mut view = message.receipt(now);
            view["to"] = json!(message.to);
            view["text"] = json!(message.text());
            view
        })
        .collect();
    Json(json!({
        "alipay": alipay(&controlled.alipay, now),
        "unionpay": unionpay_truth::whole(&controlled.unionpay),
        "sms": { "messages": messages },
    }))
}

fn alipay(alipay: &Alipay, now: Timestamp) -> Value {
    let notifications = notifications(alipay);
    let books = alipay.books();
    let refused: Vec<Value> = books.refused().iter().map(|charge| {
        json!({ "out_trade_no": charge.out_trade_no, "sub_code": charge.sub_code, "at": charge.at.to_string() })
    }).collect();
    json!({
        "trades": books.trades().iter().map(|trade| trade_view(alipay, &books, trade, now)).collect::<Vec<_>>(),
        "refunds": books.trades().iter().flat_map(refunds).collect::<Vec<_>>(),
        "agreements": books.agreements().iter().map(agreements::view).collect::<Vec<_>>(),
        "buyers": books.buyers().map(buyers::view).collect::<Vec<_>>(),
        "merchant_balance": books.merchant_balance().count(),
        "refused_charges": refused,
        "notifications": notifications,
    })
}

fn trade_view(alipay: &Alipay, books: &Books, trade: &Trade, now: Timestamp) -> Value {
    json!({
        "out_trade_no": trade.out_trade_no,
        "trade_no": trade.trade_no,
        "app_id": alipay.app(trade.mode).id,
        "buyer_id": trade.buyer_id,
        "subject": trade.subject,
        "total_amount": trade.total.count(),
        "status": trade.status(now).code(),
        "refunded_amount": trade.refunded().count(),
        "funded_by": trade.payment.map(|payment| payment.from.code()),
        "created_at": trade.created_at.to_string(),
        "expires_at": trade.expires_at.to_string(),
        "paid_at": trade.payment.map(|payment| payment.at.to_string()),
        "closed_at": trade.closed_at(now).map(|moment| moment.to_string()),
        "pay_calls": books.pay_calls(&trade.out_trade_no),
        "times_charged": trade.times_charged,
    })
}

fn refunds(trade: &Trade) -> Vec<Value> {
    trade
        .refunds
        .iter()
        .map(|refund| {
            json!({
                "out_trade_no": trade.out_trade_no,
                "out_request_no": refund.out_request_no,
                "amount": refund.amount.count(),
                "at": refund.at.to_string(),
                "by_cancel": refund.by_cancel,
            })
        })
        .collect()
}

fn notifications(alipay: &Alipay) -> Vec<Value> {
    let of = |notice: &crate::alipay::Notice, name: &str| {
        notice.fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value.clone())
    };
    let view = |(record, delivery): (crate::alipay::Record, Delivery)| {
        json!({
            "notify_id": record.notify_id,
            "notify_type": record.notice.notify_type,
            "out_trade_no": record.notice.out_trade_no,
            "agreement_no": record.notice.agreement_no,
            "trade_status": of(&record.notice, "trade_status"),
            "url": record.notice.url,
            "forged": record.forged,
            "delivered": delivery.delivered,
            "attempts": delivery.attempts,
            "last_answer": delivery.last_answer,
        })
    };
    alipay.notifier.records().into_iter().map(view).collect()
}
