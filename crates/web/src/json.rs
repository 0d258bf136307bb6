//! How amounts and times look in JSON, in both directions.

use jiff::Timestamp;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};
use serde_json::Number;
use tantu_domain::money::{Currency, Money};
use utoipa::ToSchema;

use crate::problem::{Kind, Problem};

/// An amount in minor units: `{"amount": 1230, "currency": "CNY"}` is ¥12.30.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Amount {
    /// Whole minor units (fen); never a fraction.
    #[schema(value_type = i64, example = 1230)]
    pub(crate) amount: Number,
    /// ISO 4217.
    #[schema(example = "CNY")]
    pub(crate) currency: String,
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self { amount: money.minor().into(), currency: money.currency().code().to_owned() }
    }
}

impl Amount {
    /// The positive amount that stands in the field `field`.
    pub(crate) fn read(&self, field: &str) -> Result<Money, Problem> {
        let amount = format!("{field}.amount");
        let Some(minor) = self.amount.as_i64() else { return Err(self.not_whole(amount)) };
        if minor == 0 {
            let detail = "the amount is zero; give the whole minor units to be paid, 1 or more (1230 is ¥12.30)";
            return Err(Problem::field(Kind::AmountZero, amount, detail));
        }
        if minor < 0 {
            let detail = "the amount is negative; payments are positive, and money goes back by a refund";
            return Err(Problem::field(Kind::AmountNegative, amount, detail));
        }
        // Orders are of money; points are counted, not priced.
        let currency = Currency::parse(&self.currency).filter(|currency| *currency == Currency::Cny);
        let currency = currency.ok_or_else(|| {
            let detail = format!("this currency is not kept here; use {}", Currency::Cny.code());
            Problem::field(Kind::UnknownCurrency, format!("{field}.currency"), detail)
        })?;
        Ok(Money::new(minor, currency))
    }

    fn not_whole(&self, field: String) -> Problem {
        // What is no i64 but an f64 is either a fraction (also 1e3 and 12.0, which are not written as whole
        // numbers) or beyond the range; JSON writes the first with a point or an exponent.
        let text = self.amount.to_string();
        let beyond = self.amount.is_u64() || self.amount.as_f64().is_some_and(|value| value.abs() > LARGEST);
        if beyond || !text.contains(['.', 'e', 'E']) {
            let detail = format!("the amount is too large; the largest is {} minor units", i64::MAX);
            return Problem::field(Kind::AmountOverflow, field, detail);
        }
        let detail = "the amount has a decimal point; give whole minor units (1230 is ¥12.30)";
        Problem::field(Kind::AmountFractional, field, detail)
    }
}

/// Beyond this a number of JSON is no whole number of 64 bits.
const LARGEST: f64 = 9_223_372_036_854_775_807.0;

/// An instant as RFC 3339 in Beijing, to the millisecond: `2026-11-22T12:00:00+08:00`. Nobody reads more, and what
/// somebody is to wait for ends on a whole second.
pub(crate) fn time(at: Timestamp) -> String {
    let whole = Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at);
    whole.display_with_offset(Offset::constant(8)).to_string()
}

/// Reads an instant with its zone.
pub(crate) fn read_time(field: &str, text: &str) -> Result<Timestamp, Problem> {
    text.parse().map_err(|_| {
        let detail = "this is no instant; write RFC 3339 with a zone, such as 2026-11-22T12:00:00+08:00";
        Problem::field(Kind::InvalidField, field, detail)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(json: &str) -> Option<Kind> {
        let amount: Amount = serde_json::from_str(json).unwrap();
        amount.read("amount").err().map(|problem| problem.kind)
    }

    #[test]
    fn amounts_are_positive_whole_and_in_range() {
        let cases = [
            (r#"{"amount":1,"currency":"CNY"}"#, None),
            (r#"{"amount":9223372036854775807,"currency":"CNY"}"#, None),
            (r#"{"amount":0,"currency":"CNY"}"#, Some(Kind::AmountZero)),
            (r#"{"amount":-1,"currency":"CNY"}"#, Some(Kind::AmountNegative)),
            (r#"{"amount":1.5,"currency":"CNY"}"#, Some(Kind::AmountFractional)),
            (r#"{"amount":12.0,"currency":"CNY"}"#, Some(Kind::AmountFractional)),
            (r#"{"amount":1e3,"currency":"CNY"}"#, Some(Kind::AmountFractional)),
            (r#"{"amount":9223372036854775808,"currency":"CNY"}"#, Some(Kind::AmountOverflow)),
            (r#"{"amount":99999999999999999999999,"currency":"CNY"}"#, Some(Kind::AmountOverflow)),
            (r#"{"amount":-99999999999999999999999,"currency":"CNY"}"#, Some(Kind::AmountOverflow)),
            (r#"{"amount":1,"currency":"USD"}"#, Some(Kind::UnknownCurrency)),
            (r#"{"amount":1,"currency":"DOU"}"#, Some(Kind::UnknownCurrency)),
            (r#"{"amount":1,"currency":"cny"}"#, Some(Kind::UnknownCurrency)),
        ];
        for (json, expected) in cases {
            assert_eq!(kind(json), expected, "{json}");
        }
    }

    #[test]
    fn times_carry_the_zone_of_the_house() {
        let at: Timestamp = "2026-11-22T04:00:00Z".parse().unwrap();
        assert_eq!(time(at), "2026-11-22T12:00:00+08:00");
        assert!(read_time("at", "2026-11-22T12:00:00").is_err());
    }
}
