//! An order in UnionPay's books, and the day that it is settled on.

use jiff::{Timestamp, ToSpan};

use super::call::{Call, Kind, OrderKey};
use crate::beijing;
use crate::ids::Ids;
use crate::money::Fen;

/// The code of an order that was taken and is not decided yet.
pub(crate) const PENDING: &str = "05";
/// The code of a wrong one-time code; the only refusal after which the same order may be sent again.
pub(crate) const WRONG_CODE: &str = "71";

/// One transaction that moves money, or opens a token.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) key: OrderKey,
    pub(crate) kind: Kind,
    pub(crate) biz_type: String,
    pub(crate) amount: Fen,
    pub(crate) card: String,
    pub(crate) token: Option<String>,
    pub(crate) query_id: String,
    pub(crate) trace_no: String,
    pub(crate) taken_at: Timestamp,
    /// The response code of the transaction itself.
    pub(crate) code: String,
    /// Of an undo or a refund: what it gives back.
    pub(crate) original: Option<OrderKey>,
    pub(crate) undone: bool,
    pub(crate) refunded: Fen,
    pub(crate) reversed_at: Option<Timestamp>,
    /// How often money was taken for it: never more than once.
    pub(crate) times_charged: u32,
    pub(crate) req_reserved: Option<String>,
}

impl Order {
    /// An order that is taken now and not decided yet.
    pub(crate) fn taken(call: &Call, ids: &Ids, now: Timestamp) -> Self {
        let trace_no = ids.trace_no();
        Self {
            key: call.key.clone(),
            kind: call.kind,
            biz_type: call.text("bizType").unwrap_or_default().to_owned(),
            amount: call.amount.unwrap_or_default(),
            card: String::new(),
            token: None,
            query_id: query_id(&trace_no, now),
            trace_no,
            taken_at: now,
            code: PENDING.to_owned(),
            original: None,
            undone: false,
            refunded: Fen::ZERO,
            reversed_at: None,
            times_charged: 0,
            req_reserved: call.text("reqReserved").map(str::to_owned),
        }
    }

    pub(crate) fn is_paid(&self) -> bool {
        self.code == "00" && self.reversed_at.is_none()
    }

    /// What a query says of it. That a reversed order answers 46 is a reading of the code's text (交易已被成功冲正).
    pub(crate) fn code_now(&self) -> &str {
        if self.reversed_at.is_some() { "46" } else { &self.code }
    }

    /// What is left to refund.
    pub(crate) fn rest(&self) -> Fen {
        self.amount.minus(self.refunded).unwrap_or_default()
    }

    /// `MMDDhhmmss`
    pub(crate) fn trace_time(&self) -> String {
        beijing::zoned(self.taken_at).strftime("%m%d%H%M%S").to_string()
    }

    /// `MMDD`
    pub(crate) fn settle_date(&self) -> String {
        settlement_day(self.taken_at).strftime("%m%d").to_string()
    }
}

/// 21 digits as recorded (`951807261002324791038`): 95, the time, the trace number, one more.
fn query_id(trace_no: &str, now: Timestamp) -> String {
    format!("95{}{trace_no}8", beijing::zoned(now).strftime("%y%m%d%H%M%S"))
}

/// The day a moment is settled on: from 23:00 in Beijing it is the next one (smartwalle/unionpay, account.go).
pub(crate) fn settlement_day(moment: Timestamp) -> jiff::civil::Date {
    let wall = beijing::zoned(moment);
    let late = wall.hour() >= 23;
    let date = wall.date();
    if late { date.checked_add(1.day()).unwrap_or(date) } else { date }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_ends_at_eleven() {
        for (digits, date) in [
            ("20261122225959", "2026-11-22"),
            ("20261122230000", "2026-11-23"),
            ("20261231235959", "2027-01-01"),
            ("20261123000000", "2026-11-23"),
        ] {
            let moment = beijing::parse_digits(digits).expect("a time");
            assert_eq!(settlement_day(moment).to_string(), date, "{digits}");
        }
        assert!(beijing::parse_digits("20261322225959").is_none());
        assert!(beijing::parse_digits("2026112222595").is_none());
        let moment = beijing::parse_digits("20180726100232").expect("a time");
        assert_eq!(query_id("479103", moment), "951807261002324791038");
    }
}
