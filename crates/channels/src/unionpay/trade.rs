//! What the fields of an order say of its money, the same in an answer to a query and in a notification.

use jiff::Timestamp;
use tantu_domain::attempt::AttemptReport;
use tantu_domain::money::Money;

use super::fields::Fields;
use super::format;
use super::gateway::YUAN;

/// The report of a charge that was made, or the field that is missing or cannot be read. The amount is UnionPay's
/// word; whether it is the one that was asked for is judged where the attempt is known.
pub(super) fn paid(fields: &Fields, now: Timestamp) -> Result<AttemptReport, &'static str> {
    let trade_no = fields.get("queryId").ok_or("queryId")?;
    let amount = amount(fields)?;
    Ok(AttemptReport::Succeeded { trade_no: trade_no.to_owned(), amount, paid_at: paid_at(fields, now) })
}

/// How much the order is about.
pub(super) fn amount(fields: &Fields) -> Result<Money, &'static str> {
    if fields.get("currencyCode").is_some_and(|currency| currency != YUAN) {
        return Err("currencyCode");
    }
    fields.get("txnAmt").and_then(format::read_amount).ok_or("txnAmt")
}

/// When UnionPay made it. It says so without a year; the order's own time is near.
fn paid_at(fields: &Fields, now: Timestamp) -> Timestamp {
    let near = fields.get("txnTime").and_then(format::read_time);
    let made = near.and_then(|near| format::read_time_near(fields.get("traceTime")?, near));
    // A missing time must not hide a payment.
    made.or(near).unwrap_or(now)
}
