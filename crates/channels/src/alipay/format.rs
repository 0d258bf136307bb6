//! How Alipay writes times (`yyyy-MM-dd HH:mm:ss` in Beijing, without a zone) and subjects. Amounts are yuan as
//! decimal text, which is [`Money::decimal`](tantu_domain::money::Money::decimal).

use jiff::Timestamp;
use jiff::civil::DateTime;
use tantu_domain::clock::beijing;

const PATTERN: &str = "%Y-%m-%d %H:%M:%S";

/// Alipay refuses longer subjects.
const LONGEST_SUBJECT: usize = 256;

/// A subject as Alipay takes it: without `/`, `=` and `&` (opendocs, `alipay.trade.pay`), and not too long.
pub(super) fn subject(text: &str) -> String {
    let plain = |letter| if matches!(letter, '/' | '=' | '&') { ' ' } else { letter };
    text.chars().map(plain).take(LONGEST_SUBJECT).collect()
}

/// A time as Alipay writes it; parts of a second are dropped.
pub(super) fn time(at: Timestamp) -> String {
    at.to_zoned(beijing()).strftime(PATTERN).to_string()
}

/// A time that Alipay wrote. Some notices add parts of a second (`gmt_refund`), which are dropped.
pub(super) fn read_time(text: &str) -> Option<Timestamp> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    if seconds.len() != 19 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let civil = DateTime::strptime(PATTERN, seconds).ok()?;
    civil.to_zoned(beijing()).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_as_alipay_takes_them() {
        assert_eq!(subject("茶/水 & 饼=1"), "茶 水   饼 1");
        assert_eq!(subject(&"茶".repeat(300)).chars().count(), 256);
    }

    #[test]
    fn times_are_beijing_times() {
        let at: Timestamp = "2026-11-22T16:00:01.999Z".parse().unwrap();
        assert_eq!(time(at), "2026-11-23 00:00:01");
        assert_eq!(read_time("2026-11-23 00:00:01"), Some("2026-11-22T16:00:01Z".parse().unwrap()));
        assert_eq!(read_time("2026-11-23 00:00:01.320"), Some("2026-11-22T16:00:01Z".parse().unwrap()));
        assert!(read_time("2115-02-01 00:00:00").is_some());
        for text in ["", "2026-11-23", "2026-11-23T00:00:01", "2026-13-23 00:00:01", "2026-11-23 00:00:01.x"] {
            assert_eq!(read_time(text), None, "{text}");
        }
    }
}
