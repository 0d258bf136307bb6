//! `alipay.trade.query`: how a trade stands. It ends what a lost answer began.

use serde_json::json;
use tantu_domain::attempt::AttemptReport;
use tantu_domain::ids::AttemptId;

use super::answer::Answer;
use super::gateway::{Call, Gateway, Heard};
use super::trade;

/// Alipay has no trade under this number. Normal as long as the payer has not been there, and after a fault,
/// so it is final only when the charge's own expiry is past.
pub(super) const NOT_EXIST: &str = "ACQ.TRADE_NOT_EXIST";

/// Asks how an attempt stands.
pub(super) async fn query(gateway: &Gateway, attempt: AttemptId) -> AttemptReport {
    let number = attempt.channel_number();
    let call = Call {
        method: "alipay.trade.query",
        family: "alipay.trade.query",
        number: &number,
        notify_url: None,
        content: json!({ "out_trade_no": number }),
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
    if answer.deciding() == NOT_EXIST {
        return AttemptReport::NotExist;
    }
    if !answer.worked() {
        return gateway.fault(call, answer);
    }
    if !fields.is("out_trade_no", call.number) {
        return gateway.not_ours(call, "out_trade_no");
    }
    trade::trade(fields, "send_pay_date", gateway.clock().now()).unwrap_or_else(|field| gateway.incomplete(call, field))
}
