//! `alipay.trade.pay` under an agreement (商家扣款): the only call that takes money.

use serde_json::json;
use tantu_domain::attempt::AttemptReport;

use super::answer::Answer;
use super::gateway::{Call, Gateway, Heard};
use super::{format, trade};
use crate::ChargeOrder;

/// The product of charges under an agreement signed as `GENERAL_WITHHOLDING_P`.
const PRODUCT: &str = "GENERAL_WITHHOLDING";

/// Alipay refuses longer subjects.
const LONGEST_SUBJECT: usize = 256;

/// Takes the money.
pub(super) async fn charge(gateway: &Gateway, order: &ChargeOrder) -> AttemptReport {
    let number = order.attempt.channel_number();
    let call = Call {
        method: "alipay.trade.pay",
        family: "alipay.trade.pay/withhold",
        number: &number,
        notify_url: Some(&order.notify_url),
        content: json!({
            "out_trade_no": number,
            "total_amount": order.amount.decimal(),
            "subject": subject(&order.subject),
            "product_code": PRODUCT,
            "agreement_params": { "agreement_no": order.agreement_no },
            // Absolute, so that it is the same instant for both sides whenever the request arrives.
            "time_expire": format::time(order.expires_at),
        }),
    };
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

/// A subject as Alipay takes it: without `/`, `=` and `&` (opendocs, `alipay.trade.pay`), and not too long.
fn subject(text: &str) -> String {
    let plain = |letter| if matches!(letter, '/' | '=' | '&') { ' ' } else { letter };
    text.chars().map(plain).take(LONGEST_SUBJECT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_as_alipay_takes_them() {
        assert_eq!(subject("茶/水 & 饼=1"), "茶 水   饼 1");
        assert_eq!(subject(&"茶".repeat(300)).chars().count(), 256);
    }
}
