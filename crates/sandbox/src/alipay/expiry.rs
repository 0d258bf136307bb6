//! Until when an unpaid trade may be paid.
//!
//! Source: the parameters `time_expire` (`yyyy-MM-dd HH:mm:ss`, Beijing) and `timeout_express` (`1m`–`15d`; `m` minutes,
//! `h` hours, `d` days, `1c` until the end of the day; whole numbers only) of alipay.trade.pay and alipay.trade.create
//! on opendocs.alipay.com. When both are sent `time_expire` counts; without either a trade stays open for 15 days.

use jiff::{SignedDuration, Timestamp};

use super::biz::Biz;
use super::call::{Method, Refusal};
use crate::beijing;

const LONGEST: SignedDuration = SignedDuration::from_hours(15 * 24);

/// The expiry that the request asks for.
pub(crate) fn read(method: Method, biz: &Biz, arrived_at: Timestamp) -> Result<Timestamp, Refusal> {
    if let Some(text) = biz.text("time_expire") {
        let wanted = "格式为 yyyy-MM-dd HH:mm:ss（北京时间）";
        return beijing::parse(&text).ok_or_else(|| Refusal::invalid(method, "time_expire", wanted));
    }
    let wanted = "取值范围 1m～15d，单位 m、h、d，或 1c，只接受整数";
    let refused = || Refusal::invalid(method, "timeout_express", wanted);
    match biz.text("timeout_express") {
        Some(text) if text == "1c" => beijing::end_of_day(arrived_at).ok_or_else(refused),
        Some(text) => {
            let length = length(&text).ok_or_else(refused)?;
            arrived_at.checked_add(length).map_err(|_| refused())
        }
        None => arrived_at.checked_add(LONGEST).map_err(|_| refused()),
    }
}

fn length(text: &str) -> Option<SignedDuration> {
    let unit = text.chars().last()?;
    let count = text.strip_suffix(unit)?;
    if count.is_empty() || !count.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: i64 = count.parse().ok()?;
    let seconds = match unit {
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    let length = SignedDuration::from_secs(count.checked_mul(seconds)?);
    (length >= SignedDuration::from_mins(1) && length <= LONGEST).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_whole_and_between_a_minute_and_fifteen_days() {
        for (text, minutes) in [
            ("1m", Some(1)),
            ("90m", Some(90)),
            ("2h", Some(120)),
            ("15d", Some(15 * 24 * 60)),
            ("16d", None),
            ("0m", None),
            ("1.5h", None),
            ("-1h", None),
            ("5", None),
            ("m", None),
            ("1y", None),
            ("分", None),
        ] {
            assert_eq!(length(text), minutes.map(SignedDuration::from_mins), "{text}");
        }
    }
}
