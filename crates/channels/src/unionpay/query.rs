//! Asking how an order stands (00/00): it ends what a lost answer began.
//!
//! `respCode` speaks of the question, `origRespCode` of the order (smartwalle/unionpay `payment.go`,
//! `GetTransaction`; the demo `Form_6_10_Query`). `34` is no proof that nothing will be paid: the order may still be
//! on its way, so it is final only when the charge's own expiry is past (the same demo calls it undecided).

use tantu_domain::attempt::AttemptReport;
use tantu_domain::ids::AttemptId;

use super::answer::{Answer, NOT_EXIST, is_success, is_working};
use super::charge;
use super::gateway::{Call, Gateway, Heard, NO_PRODUCT, QUERY};
use super::trade;

/// The order was taken back by a reversal.
const REVERSED: &str = "46";

/// A question about an order of ours.
pub(super) fn question<'a>(number: &'a str, at: jiff::Timestamp, family: &'static str) -> Call<'a> {
    let kind = ["00", "00", NO_PRODUCT];
    Call { method: "query", family, endpoint: QUERY, kind, number, at, fields: Vec::new() }
}

/// Asks how an attempt stands.
pub(super) async fn query(gateway: &Gateway, attempt: AttemptId) -> AttemptReport {
    let number = attempt.channel_number();
    let call = question(&number, attempt.made_at(), charge::FAMILY);
    match gateway.call(&call).await {
        Heard::Answer(answer) => standing(gateway, &call, &answer),
        Heard::Fault(word) => AttemptReport::Fault(word),
        Heard::Nothing => AttemptReport::NoAnswer,
    }
}

fn standing(gateway: &Gateway, call: &Call<'_>, answer: &Answer) -> AttemptReport {
    match outcome(gateway, call, answer) {
        Ok(code) if is_success(code) => {
            trade::paid(answer.fields(), gateway.clock().now()).unwrap_or_else(|field| gateway.incomplete(call, field))
        }
        Ok(code) if is_working(code) => AttemptReport::Waiting,
        Ok(REVERSED) => AttemptReport::ClosedThere,
        Ok(code) => {
            let message = answer.fields().get("origRespMsg").unwrap_or_default();
            gateway.words().refusal(&call.subject(), code, message)
        }
        Err(report) => report,
    }
}

/// What became of the order that was asked about, or why that is not said.
pub(super) fn outcome<'a>(gateway: &Gateway, call: &Call<'_>, answer: &'a Answer) -> Result<&'a str, AttemptReport> {
    if answer.code() == NOT_EXIST {
        return Err(AttemptReport::NotExist);
    }
    if !answer.accepted() {
        let word = gateway.words().fault(&call.subject(), answer.code(), answer.message());
        return Err(AttemptReport::Fault(word));
    }
    answer.fields().get("origRespCode").ok_or_else(|| gateway.incomplete(call, "origRespCode"))
}
