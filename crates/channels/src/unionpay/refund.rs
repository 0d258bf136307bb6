//! Money on its way back: refund (04/00) within months and in parts, undoing (31/00) as a whole on the settlement day
//! of the charge. Both name the charge by UnionPay's own number (`origQryId`, the charge's `queryId`) and are orders
//! of their own: the refund's number and the time it was made name them, so that they happen once.
//!
//! Fields: the official demos `Form_6_8_ConsumeUndo` and `Form_6_9_Refund` (copied in Varorbc/PaySharp),
//! smartwalle/unionpay `payment.go` (`Revoke`, `Refund`). The product in `bizType` differs: 000201 there, 000301 in
//! lokielse/omnipay-unionpay `WtzRefundRequest` and in the Java demos of 无跳转支付; we send the latter.

use jiff::Timestamp;
use tantu_domain::attempt::AttemptReport;

use super::answer::{Answer, is_success, is_working};
use super::format::{self, settlement_day};
use super::gateway::{BACK, Call, Gateway, Heard, YUAN, field};
use super::query::{self, outcome, question};
use super::trade;
use crate::RefundOrder;

/// The product under which money goes back.
const PRODUCT: &str = "000301";

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Refund,
    Undo,
}

/// Gives money back.
pub(super) async fn refund(gateway: &Gateway, order: &RefundOrder) -> AttemptReport {
    give_back(gateway, order, Way::Refund).await
}

/// Undoes a charge as a whole.
pub(super) async fn undo(gateway: &Gateway, order: &RefundOrder) -> AttemptReport {
    give_back(gateway, order, Way::Undo).await
}

async fn give_back(gateway: &Gateway, order: &RefundOrder, way: Way) -> AttemptReport {
    // The charge's number at UnionPay, and that there is something to give back.
    let (trade_no, charged) = match query::query(gateway, order.attempt).await {
        AttemptReport::Succeeded { trade_no, amount, .. } => (trade_no, amount),
        unknown @ (AttemptReport::NoAnswer | AttemptReport::Fault(_)) => return unknown,
        _ => return not_now(gateway, "charge_not_made", "the charge is not made (yet), so nothing can go back"),
    };
    if way == Way::Undo {
        if charged != order.amount {
            return not_now(gateway, "undo_in_part", "a charge is undone as a whole; refund a part of it");
        }
        if settlement_day(order.attempt.made_at()) != settlement_day(gateway.clock().wall()) {
            return not_now(gateway, "undo_window_closed", "a charge is undone on its settlement day; refund it");
        }
    }
    let number = order.refund.channel_number();
    let call = call(gateway, order, way, &number, &trade_no);
    match gateway.call(&call).await {
        Heard::Answer(answer) if is_success(answer.code()) => made(gateway, order).await,
        Heard::Answer(answer) if is_working(answer.code()) => AttemptReport::Waiting,
        Heard::Answer(answer) => gateway.refusal(&call, &answer),
        Heard::Fault(word) => AttemptReport::Fault(word),
        Heard::Nothing => AttemptReport::NoAnswer,
    }
}

fn call<'a>(gateway: &Gateway, order: &RefundOrder, way: Way, number: &'a str, trade_no: &str) -> Call<'a> {
    let (method, family, kind) = match way {
        Way::Refund => ("refund", "acp/refund", ["04", "00", PRODUCT]),
        Way::Undo => ("undo", "acp/undo", ["31", "00", PRODUCT]),
    };
    let fields = vec![
        field("currencyCode", YUAN),
        field("txnAmt", format::amount(order.amount)),
        field("origQryId", trade_no),
        field("backUrl", gateway.notify_url()),
    ];
    Call { method, family, endpoint: BACK, kind, number, at: made_at(order), fields }
}

/// It is taken in; whether it is made, only a query or a notification says.
async fn made(gateway: &Gateway, order: &RefundOrder) -> AttemptReport {
    match query_refund(gateway, order).await {
        known @ (AttemptReport::Refunded | AttemptReport::Declined { .. }) => known,
        _ => AttemptReport::Waiting,
    }
}

fn not_now(gateway: &Gateway, code: &str, message: &str) -> AttemptReport {
    AttemptReport::Fault(gateway.words().word(code, message))
}

fn made_at(order: &RefundOrder) -> Timestamp {
    order.refund.made_at()
}

/// Asks how a refund or an undoing stands.
pub(super) async fn query_refund(gateway: &Gateway, order: &RefundOrder) -> AttemptReport {
    let number = order.refund.channel_number();
    let call = question(&number, made_at(order), "acp/refund");
    match gateway.call(&call).await {
        Heard::Answer(answer) => standing(gateway, &call, order, &answer),
        Heard::Fault(word) => AttemptReport::Fault(word),
        Heard::Nothing => AttemptReport::NoAnswer,
    }
}

fn standing(gateway: &Gateway, call: &Call<'_>, order: &RefundOrder, answer: &Answer) -> AttemptReport {
    match outcome(gateway, call, answer) {
        Ok(code) if is_success(code) => match trade::amount(answer.fields()) {
            Ok(amount) if amount == order.amount => AttemptReport::Refunded,
            Ok(_) => gateway.incomplete(call, "txnAmt"),
            Err(field) => gateway.incomplete(call, field),
        },
        Ok(code) if is_working(code) => AttemptReport::Waiting,
        Ok(code) => {
            let message = answer.fields().get("origRespMsg").unwrap_or_default();
            gateway.words().refusal(&call.subject(), code, message)
        }
        Err(report) => report,
    }
}
