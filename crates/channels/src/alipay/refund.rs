//! `alipay.trade.refund` and `alipay.trade.fastpay.refund.query`: money on its way back.
//!
//! `out_request_no` makes a refund happen once, however often it is sent with the same amount.

use serde_json::json;
use tantu_domain::attempt::AttemptReport;

use super::answer::Answer;
use super::gateway::{Call, Gateway, Heard};
use super::query::NOT_EXIST;
use super::trade::amount;
use crate::RefundOrder;

/// Gives money back.
pub(super) async fn refund(gateway: &Gateway, order: &RefundOrder) -> AttemptReport {
    let number = order.attempt.channel_number();
    let call = Call {
        method: "alipay.trade.refund",
        family: "alipay.trade.refund",
        number: &number,
        notify_url: None,
        content: json!({
            "out_trade_no": number,
            "out_request_no": order.refund.channel_number(),
            "refund_amount": order.amount.decimal(),
            "refund_reason": order.reason,
        }),
    };
    match gateway.call(&call).await {
        Heard::Answer(answer) => report(gateway, &call, order, &answer),
        Heard::Fault(word) => AttemptReport::Fault(word),
        Heard::Nothing => AttemptReport::NoAnswer,
    }
}

fn report(gateway: &Gateway, call: &Call<'_>, order: &RefundOrder, answer: &Answer) -> AttemptReport {
    let fields = answer.fields();
    if answer.contradicts("out_trade_no", call.number) {
        return gateway.not_ours(call, "out_trade_no");
    }
    if !answer.worked() {
        return gateway.refusal(call, answer);
    }
    if !fields.is("out_trade_no", call.number) {
        return gateway.not_ours(call, "out_trade_no");
    }
    // 10000 says that the call worked; only `fund_change` says that money moved. `N` is also what a
    // repetition of a refund that was made gets, so it is asked for (opendocs, `alipay.trade.refund`).
    if !fields.is("fund_change", "Y") {
        return AttemptReport::Fault(gateway.word("fund_change_n", answer.message()));
    }
    // `refund_fee` is all that went back for this trade so far, so at least this refund.
    match amount(fields, "refund_fee") {
        Some(total) if total.minor() >= order.amount.minor() => AttemptReport::Refunded,
        Some(_) | None => gateway.incomplete(call, "refund_fee"),
    }
}

/// Asks how a refund stands.
pub(super) async fn query_refund(gateway: &Gateway, order: &RefundOrder) -> AttemptReport {
    let number = order.attempt.channel_number();
    let request = order.refund.channel_number();
    let call = Call {
        method: "alipay.trade.fastpay.refund.query",
        family: "alipay.trade.fastpay.refund.query",
        number: &number,
        notify_url: None,
        content: json!({ "out_trade_no": number, "out_request_no": request }),
    };
    match gateway.call(&call).await {
        Heard::Answer(answer) => standing(gateway, &call, &request, order, &answer),
        Heard::Fault(word) => AttemptReport::Fault(word),
        Heard::Nothing => AttemptReport::NoAnswer,
    }
}

fn standing(gateway: &Gateway, call: &Call<'_>, request: &str, order: &RefundOrder, answer: &Answer) -> AttemptReport {
    let fields = answer.fields();
    for (field, ours) in [("out_trade_no", call.number), ("out_request_no", request)] {
        if answer.contradicts(field, ours) {
            return gateway.not_ours(call, field);
        }
    }
    if answer.deciding() == NOT_EXIST {
        return AttemptReport::NotExist;
    }
    if !answer.worked() {
        return gateway.fault(call, answer);
    }
    match fields.get("refund_status") {
        Some("REFUND_SUCCESS") if !fields.is("out_request_no", request) => gateway.not_ours(call, "out_request_no"),
        Some("REFUND_SUCCESS") if amount(fields, "refund_amount") == Some(order.amount) => AttemptReport::Refunded,
        Some("REFUND_SUCCESS") => gateway.incomplete(call, "refund_amount"),
        // Not received, or failed; either way the same refund may be sent again, ten seconds after it was
        // sent at the earliest (`AlipayTradeFastpayRefundQueryResponse`, `refund_status`).
        None => AttemptReport::NotExist,
        Some(_) => gateway.incomplete(call, "refund_status"),
    }
}
