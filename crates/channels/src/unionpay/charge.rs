//! Consuming by token (01/01): the only call that takes money.
//!
//! Fields: the official demo of the token product, `Form_6_7_Consume` (copied in fmsdwifull/webback and, for 5.1.0,
//! Varorbc/PaySharp), and boyuanitsm/pay `token/Consume.java`. That `00` means *taken in* and not *paid* stands in
//! both. `payTimeout` is from lokielse/omnipay-unionpay and a remark in PaySharp; that a consume without a page heeds
//! it we have not seen written.

use tantu_domain::attempt::AttemptReport;
use tantu_domain::card::CardToken;

use super::gateway::{BACK, Call, Gateway, Heard, TOKEN_PRODUCT, YUAN, field};
use super::query::query;
use super::{answer, binding, format};
use crate::{ChargeOrder, ChargeWay};

/// The family of its codes, which are also those of its outcome in a query and a notification.
pub(super) const FAMILY: &str = "acp/consume";

/// Takes the money.
pub(super) async fn charge(gateway: &Gateway, order: &ChargeOrder) -> AttemptReport {
    let number = order.attempt.channel_number();
    let ChargeWay::Card { token, code } = &order.way else {
        tracing::error!(number, "only a bound card can be charged at UnionPay; nothing was sent");
        return AttemptReport::NoAnswer;
    };
    let mut fields = vec![
        field("currencyCode", YUAN),
        field("txnAmt", format::amount(order.amount)),
        field("backUrl", order.notify_url.as_str()),
        field("payTimeout", format::time(order.expires_at)),
        field("tokenPayData", named(gateway, token)),
    ];
    if let Some(code) = code {
        let Some(info) = binding::customer_info(&[("smsCode", code.reveal())]) else {
            tracing::error!(number, "the code holds what cannot be sent; nothing was sent");
            return AttemptReport::NoAnswer;
        };
        fields.push(("customerInfo", info));
    }
    let call = Call {
        method: "consume",
        family: FAMILY,
        endpoint: BACK,
        kind: ["01", "01", TOKEN_PRODUCT],
        number: &number,
        at: order.attempt.made_at(),
        fields,
    };
    let heard = match gateway.call(&call).await {
        Heard::Answer(answer) => answer,
        Heard::Fault(word) => return AttemptReport::Fault(word),
        Heard::Nothing => return AttemptReport::NoAnswer,
    };
    if answer::is_working(heard.code()) {
        return AttemptReport::Waiting;
    }
    if !heard.accepted() {
        return gateway.refusal(&call, &heard);
    }
    // It is taken in; whether it is paid, only a query or a notification says.
    match query(gateway, order.attempt).await {
        known @ (AttemptReport::Succeeded { .. } | AttemptReport::Declined { .. }) => known,
        _ => AttemptReport::Waiting,
    }
}

/// How a token is named: with the number under which UnionPay knows who may ask for it.
pub(super) fn named(gateway: &Gateway, token: &CardToken) -> String {
    format!("{{trId={}&token={}}}", gateway.tr_id(), token.reveal())
}
