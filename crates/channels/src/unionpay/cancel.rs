//! Reversal (冲正, 99/01): takes back an order whose outcome is unknown. It bears the order's own number and time,
//! so that it may be sent again, and it is allowed on the order's settlement day only; later, the order is asked about.
//!
//! Fields: the official demo `ConsumeReversal` (two public copies). The demo belongs to the product of payment codes;
//! that the token product takes a reversal, too, we have not seen written, and neither what a query says of an order
//! that was reversed. So a reversal ends an attempt only by its own `00`; if the order is paid after all, its
//! notification makes it a late success, which is given back once.

use tantu_domain::attempt::AttemptReport;
use tantu_domain::ids::AttemptId;

use super::answer::{Answer, NOT_EXIST, is_plain_success};
use super::format::settlement_day;
use super::gateway::{BACK, Call, Gateway, Heard, NO_PRODUCT};
use super::query::query;
use crate::CancelReport;

/// It has been given back already, or reversed.
const GIVEN_BACK: &[&str] = &["45", "46"];

/// Ends an attempt that is undecided.
pub(super) async fn cancel(gateway: &Gateway, attempt: AttemptId) -> CancelReport {
    // UnionPay never asks for the same reversal once more; what stays undecided for longer, its bill decides.
    CancelReport { report: reverse(gateway, attempt).await, again: false }
}

async fn reverse(gateway: &Gateway, attempt: AttemptId) -> AttemptReport {
    let at = attempt.made_at();
    if settlement_day(at) != settlement_day(gateway.clock().wall()) {
        return query(gateway, attempt).await;
    }
    let number = attempt.channel_number();
    let call = Call {
        method: "reversal",
        family: "acp/reversal",
        endpoint: BACK,
        kind: ["99", "01", NO_PRODUCT],
        number: &number,
        at,
        fields: Vec::new(),
    };
    match gateway.call(&call).await {
        Heard::Answer(answer) => report(gateway, &call, &answer),
        Heard::Fault(word) => AttemptReport::Fault(word),
        Heard::Nothing => AttemptReport::NoAnswer,
    }
}

fn report(gateway: &Gateway, call: &Call<'_>, answer: &Answer) -> AttemptReport {
    match answer.code() {
        code if is_plain_success(code) || GIVEN_BACK.contains(&code) => AttemptReport::Cancelled { settled: true },
        NOT_EXIST => AttemptReport::NotExist,
        code => AttemptReport::Fault(gateway.words().fault(&call.subject(), code, answer.message())),
    }
}
