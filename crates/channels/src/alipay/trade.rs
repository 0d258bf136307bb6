//! What the fields of a trade say, the same in an answer to a query and in a notice.

use jiff::Timestamp;
use tantu_domain::attempt::AttemptReport;
use tantu_domain::money::{Currency, Money};

use super::fields::Fields;
use super::format;

/// The report of a trade by its `trade_status`, or the field that is missing or unknown.
///
/// `TRADE_CLOSED` is both *expired unpaid* and *paid and wholly given back* (opendocs, `alipay.trade.query`);
/// either way Alipay holds no money for this attempt, which is all that `ClosedThere` claims. That a refund
/// of ours was made is proven only by asking for the refund.
pub(super) fn trade(fields: &Fields, time_field: &str, now: Timestamp) -> Result<AttemptReport, &'static str> {
    match fields.get("trade_status") {
        Some("WAIT_BUYER_PAY") => Ok(AttemptReport::Waiting),
        Some("TRADE_SUCCESS" | "TRADE_FINISHED") => {
            // The status proves the payment; a missing time must not hide it.
            let paid_at = fields.get(time_field).and_then(format::read_time).unwrap_or(now);
            paid(fields, paid_at)
        }
        Some("TRADE_CLOSED") => Ok(AttemptReport::ClosedThere),
        Some(_) | None => Err("trade_status"),
    }
}

/// The report of a trade that was paid. The amount is the channel's word; whether it is the one that was
/// asked for is judged where the attempt is known (`Attempt::record`), so that a difference is seen by staff.
pub(super) fn paid(fields: &Fields, paid_at: Timestamp) -> Result<AttemptReport, &'static str> {
    let trade_no = fields.get("trade_no").ok_or("trade_no")?;
    let amount = amount(fields, "total_amount").ok_or("total_amount")?;
    Ok(AttemptReport::Succeeded { trade_no: trade_no.to_owned(), amount, paid_at })
}

/// An amount in yuan.
pub(super) fn amount(fields: &Fields, name: &str) -> Option<Money> {
    fields.get(name).and_then(|text| Money::parse_decimal(text, Currency::Cny))
}
