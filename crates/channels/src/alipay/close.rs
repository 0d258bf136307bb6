//! `alipay.trade.close`: ends a trade that is not paid. A paid one is refused, and must then be asked for.

use serde_json::json;
use tantu_domain::attempt::AttemptReport;
use tantu_domain::ids::AttemptId;

use super::answer::Answer;
use super::gateway::{Call, Gateway, Heard};
use super::query::NOT_EXIST;

/// Closes an attempt that is not paid.
pub(super) async fn close(gateway: &Gateway, attempt: AttemptId) -> AttemptReport {
    let number = attempt.channel_number();
    let call = Call {
        method: "alipay.trade.close",
        family: "alipay.trade.close",
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
    if answer.contradicts("out_trade_no", call.number) {
        return gateway.not_ours(call, "out_trade_no");
    }
    if answer.deciding() == NOT_EXIST {
        return AttemptReport::NotExist;
    }
    if !answer.worked() {
        return gateway.fault(call, answer);
    }
    if !answer.fields().is("out_trade_no", call.number) {
        return gateway.not_ours(call, "out_trade_no");
    }
    AttemptReport::ClosedThere
}
