//! How UnionPay writes times (`yyyyMMddHHmmss` in Beijing), amounts (fen, digits only) and values that hold values
//! (`{a=1&b=2}`).

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::DateTime;
use tantu_domain::clock::{beijing, day_of};
use tantu_domain::money::Money;
use zeroize::Zeroizing;

use super::fields::pairs;

const PATTERN: &str = "%Y%m%d%H%M%S";

/// `txnAmt` has at most twelve digits.
const MOST_DIGITS: usize = 12;

/// A time as UnionPay writes it; parts of a second are dropped.
pub(super) fn time(at: Timestamp) -> String {
    at.to_zoned(beijing()).strftime(PATTERN).to_string()
}

/// A time that UnionPay wrote.
pub(super) fn read_time(text: &str) -> Option<Timestamp> {
    if text.len() != 14 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let civil = DateTime::strptime(PATTERN, text).ok()?;
    civil.to_zoned(beijing()).ok().map(|zoned| zoned.timestamp())
}

/// A time without its year (`traceTime`, `MMddHHmmss`), within half a year of `near`.
pub(super) fn read_time_near(text: &str, near: Timestamp) -> Option<Timestamp> {
    let year = day_of(near).year();
    let years = [Some(year), year.checked_add(1), year.checked_sub(1)];
    let times = years.into_iter().flatten().filter_map(|year| read_time(&format!("{year:04}{text}")));
    times.into_iter().find(|at| near.duration_since(*at).abs().as_hours() < 24 * 183)
}

/// The settlement day of `at`: from 23:00 of the day before to 23:00 (the remarks in smartwalle/unionpay,
/// `payment.go`, `Revoke`).
pub(super) fn settlement_day(at: Timestamp) -> jiff::civil::Date {
    day_of(at.checked_add(jiff::SignedDuration::from_hours(1)).unwrap_or(at))
}

/// An amount as UnionPay writes it.
pub(super) fn amount(amount: Money) -> String {
    amount.minor().to_string()
}

/// An amount that UnionPay wrote.
pub(super) fn read_amount(text: &str) -> Option<Money> {
    let digits = (1..=MOST_DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok().map(Money::cny)).flatten()
}

/// The values in `{a=1&b=2}`; `None` if it is no such text or says anything twice.
pub(super) fn read_braced(text: &str) -> Option<BTreeMap<&str, &str>> {
    let mut values = BTreeMap::new();
    for (name, value) in pairs(text.strip_prefix('{')?.strip_suffix('}')?)? {
        if values.insert(name, value).is_some() {
            return None;
        }
    }
    Some(values)
}

/// `a=1&b=2`, as it stands in braces or is sealed; `None` if a value holds what would end it.
pub(super) fn joined(values: &[(&str, &str)]) -> Option<Zeroizing<String>> {
    let ends = |letter: char| matches!(letter, '&' | '=' | '{' | '}' | '[' | ']') || letter.is_control();
    let whole: usize = values.iter().map(|(name, value)| name.len() + value.len() + 2).sum();
    // Room for all of it from the start, so that growing leaves no copy behind.
    let mut text = Zeroizing::new(String::with_capacity(whole));
    for (name, value) in values {
        // A sealed text is base64, whose padding is its last letters and ends nothing.
        if value.trim_end_matches('=').contains(ends) {
            return None;
        }
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        text.push_str(value);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn times_are_beijing_times() {
        assert_eq!(time(at("2026-11-22T16:00:01.999Z")), "20261123000001");
        assert_eq!(read_time("20261123000001"), Some(at("2026-11-22T16:00:01Z")));
        for text in ["", "20261123", "20261323000001", "2026112300000x", "+2026112300001", "202611230000011"] {
            assert_eq!(read_time(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_without_its_year_is_near() {
        let near = at("2026-12-31T15:59:00Z");
        assert_eq!(read_time_near("1231235930", near), Some(at("2026-12-31T15:59:30Z")));
        assert_eq!(read_time_near("0101000010", near), Some(at("2026-12-31T16:00:10Z")));
        assert_eq!(read_time_near("1231235930", at("2027-01-01T00:00:00Z")), Some(at("2026-12-31T15:59:30Z")));
        assert_eq!(read_time_near("1301000010", near), None);
        assert_eq!(read_time_near("0229000000", at("2027-02-28T00:00:00Z")), None, "no leap year is near");
    }

    #[test]
    fn a_settlement_day_begins_an_hour_before_midnight() {
        for (before, after, same) in [
            ("2026-11-21T15:00:00Z", "2026-11-22T14:59:59Z", true),
            ("2026-11-21T14:59:59Z", "2026-11-21T15:00:00Z", false),
            ("2026-11-22T14:59:59Z", "2026-11-22T15:00:00Z", false),
        ] {
            assert_eq!(settlement_day(at(before)) == settlement_day(at(after)), same, "{before} {after}");
        }
    }

    #[test]
    fn amounts_are_fen() {
        assert_eq!(amount(Money::cny(8888)), "8888");
        assert_eq!(read_amount("8888"), Some(Money::cny(8888)));
        for text in ["", "88.88", "-1", "+1", "１", "1234567890123"] {
            assert_eq!(read_amount(text), None, "{text}");
        }
    }

    #[test]
    fn values_in_braces() {
        let read = read_braced("{trId=62000000001&token=62==&tokenType=01}").unwrap();
        assert_eq!(read["token"], "62==");
        for text in ["", "{", "{a=1", "a=1}", "{a=1&a=2}", "{a}"] {
            assert_eq!(read_braced(text), None, "{text}");
        }
        assert_eq!(joined(&[("a", "1"), ("b", "QQ==")]).unwrap().as_str(), "a=1&b=QQ==");
        for value in ["1&smsCode=1", "a=b", "{", "}", "]", "\n"] {
            assert_eq!(joined(&[("customerNm", value)]), None, "{value}");
        }
    }
}
