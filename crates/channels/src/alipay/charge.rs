//! `alipay.trade.pay`: the only call that takes money, under an agreement (商家扣款) or by the code that the payer
//! shows (付款码).

use serde_json::json;
use tantu_domain::attempt::AttemptReport;

use super::answer::Answer;
use super::gateway::{Call, Gateway, Heard};
use super::{format, trade};
use crate::{ChargeOrder, ChargeWay};

/// Takes the money.
pub(super) async fn charge(gateway: &Gateway, order: &ChargeOrder) -> AttemptReport {
    let number = order.attempt.channel_number();
    let (family, right) = match &order.way {
        ChargeWay::Mandate { agreement_no } => (
            "alipay.trade.pay/withhold",
            vec![
                // The product of charges under an agreement signed as `GENERAL_WITHHOLDING_P`.
                ("product_code", json!("GENERAL_WITHHOLDING")),
                ("agreement_params", json!({ "agreement_no": agreement_no })),
            ],
        ),
        ChargeWay::PaymentCode { code } => (
            "alipay.trade.pay",
            vec![
                ("product_code", json!("FACE_TO_FACE_PAYMENT")),
                ("scene", json!("bar_code")),
                ("auth_code", json!(code.reveal())),
            ],
        ),
        ChargeWay::Card { .. } => {
            tracing::error!(number, "a card cannot be charged at Alipay; nothing was sent");
            return AttemptReport::NoAnswer;
        }
    };
    let mut content = json!({
        "out_trade_no": number,
        "total_amount": order.amount.decimal(),
        "subject": format::subject(&order.subject),
        // Absolute, so that it is the same instant for both sides whenever the request arrives. Where it is given,
        // `timeout_express` counts for nothing, which would begin with the trade (`AlipayTradePayModel`).
        "time_expire": format::time(order.expires_at),
    });
    for (name, value) in right {
        content[name] = value;
    }
    let call =
        Call { method: "alipay.trade.pay", family, number: &number, notify_url: Some(&order.notify_url), content };
    match gateway.call(&call).await {
        Heard::Answer(answer) => report(gateway, &call, &answer),
        Heard::Fault(word) => AttemptReport::Fault(word),
        Heard::Nothing => AttemptReport::NoAnswer,
    }
}

fn report(gateway: &Gateway, call: &Call<'_>, answer: &Answer) -> AttemptReport {
    let fields = answer.fields();
    if answer.contradicts("out_trade_no", call.number) {
        return gateway.not_ours(call, "out_trade_no");
    }
    // The payer is asked in his app (付款码), or an asynchronous charge was only taken in.
    if answer.is_plain("10003") {
        return AttemptReport::Waiting;
    }
    if !answer.worked() {
        return gateway.refusal(call, answer);
    }
    if !fields.is("out_trade_no", call.number) {
        return gateway.not_ours(call, "out_trade_no");
    }
    // 10000 says that the call worked. That money moved is said by the time of the payment, which an
    // asynchronous charge that was only taken in does not have (`AlipayTradePayResponse`).
    let Some(paid_at) = fields.get("gmt_payment").and_then(format::read_time) else {
        return gateway.incomplete(call, "gmt_payment");
    };
    trade::paid(fields, paid_at).unwrap_or_else(|field| gateway.incomplete(call, field))
}
