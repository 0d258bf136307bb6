//! `alipay.trade.cancel`: ends a trade whether it is paid or not; what was paid goes back.

use serde_json::json;
use tantu_codes::CodeResult;
use tantu_domain::attempt::AttemptReport;
use tantu_domain::ids::AttemptId;

use super::answer::Answer;
use super::gateway::{Call, Gateway, Heard};
use crate::CancelReport;

/// Ends an attempt.
pub(super) async fn cancel(gateway: &Gateway, attempt: AttemptId) -> CancelReport {
    let number = attempt.channel_number();
    let call = Call {
        method: "alipay.trade.cancel",
        family: "alipay.trade.cancel",
        number: &number,
        notify_url: None,
        content: json!({ "out_trade_no": number }),
    };
    match gateway.call(&call).await {
        Heard::Answer(answer) => report(gateway, &call, &answer),
        Heard::Fault(word) => CancelReport { report: AttemptReport::Fault(word), again: false },
        Heard::Nothing => CancelReport { report: AttemptReport::NoAnswer, again: false },
    }
}

fn report(gateway: &Gateway, call: &Call<'_>, answer: &Answer) -> CancelReport {
    let fields = answer.fields();
    if answer.contradicts("out_trade_no", call.number) {
        return CancelReport { report: gateway.not_ours(call, "out_trade_no"), again: false };
    }
    let asked_again = fields.is("retry_flag", "Y");
    if !answer.worked() {
        let resend = gateway
            .meaning(call, answer)
            .is_some_and(|meaning| meaning.result == CodeResult::Undecided && meaning.resend_same_order);
        let report = AttemptReport::Fault(gateway.word_of(answer));
        return CancelReport { report, again: asked_again || resend };
    }
    if !fields.is("out_trade_no", call.number) {
        return CancelReport { report: gateway.not_ours(call, "out_trade_no"), again: false };
    }
    if asked_again {
        // Whatever else it says, a cancel that is to be repeated has not ended the trade.
        let report = AttemptReport::Fault(gateway.word("retry_flag_y", answer.message()));
        return CancelReport { report, again: true };
    }
    let report = match fields.get("action") {
        // `close`: it was not paid. `refund`: it was, and the money is on its way back.
        Some("close" | "refund") => AttemptReport::Cancelled { settled: true },
        // Nothing was there to end (opendocs, `alipay.trade.cancel`, `action`).
        None => AttemptReport::Cancelled { settled: false },
        Some(_) => gateway.incomplete(call, "action"),
    };
    CancelReport { report, again: false }
}
