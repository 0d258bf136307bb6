//! Times as the channels write them: Beijing wall time without a zone, `yyyy-MM-dd HH:mm:ss` at Alipay and
//! `yyyyMMddHHmmss` at UnionPay.
//!
//! Sources: opendocs.alipay.com/common/02kf5q (`timestamp`) and the samples of every interface; the official UnionPay
//! demos (`txnTime`). Beijing has had no summer time since 1991, so a fixed offset of eight hours is the whole rule.

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, Timestamp, ToSpan, Zoned};

const FORMAT: &str = "%Y-%m-%d %H:%M:%S";

pub(crate) fn zoned(moment: Timestamp) -> Zoned {
    moment.to_zoned(TimeZone::fixed(Offset::constant(8)))
}

/// `2026-11-22 20:15:00`
pub(crate) fn text(moment: Timestamp) -> String {
    zoned(moment).strftime(FORMAT).to_string()
}

/// `2026-11-22 20:15:00.123`, the form of `gmt_refund` in notifications.
pub(crate) fn text_with_millis(moment: Timestamp) -> String {
    zoned(moment).strftime("%Y-%m-%d %H:%M:%S%.3f").to_string()
}

/// `20261122`
pub(crate) fn day(moment: Timestamp) -> String {
    zoned(moment).strftime("%Y%m%d").to_string()
}

/// `20261122201500`
pub(crate) fn digits(moment: Timestamp) -> String {
    zoned(moment).strftime("%Y%m%d%H%M%S").to_string()
}

/// Reads exactly `yyyyMMddHHmmss`.
pub(crate) fn parse_digits(text: &str) -> Option<Timestamp> {
    if text.len() != 14 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let wall = DateTime::strptime("%Y%m%d%H%M%S", text).ok()?;
    let zoned = wall.to_zoned(TimeZone::fixed(Offset::constant(8))).ok()?;
    Some(zoned.timestamp())
}

/// Reads exactly `yyyy-MM-dd HH:mm:ss`.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    if text.len() != 19 {
        return None;
    }
    let wall = DateTime::strptime(FORMAT, text).ok()?;
    let zoned = wall.to_zoned(TimeZone::fixed(Offset::constant(8))).ok()?;
    Some(zoned.timestamp())
}

/// The end of the day in Beijing.
pub(crate) fn end_of_day(moment: Timestamp) -> Option<Timestamp> {
    let tomorrow = zoned(moment).checked_add(1.day()).ok()?;
    Some(tomorrow.start_of_day().ok()?.timestamp())
}

/// Adds calendar days or months on the wall clock of Beijing.
pub(crate) fn plus(moment: Timestamp, span: Span) -> Option<Timestamp> {
    Some(zoned(moment).checked_add(span).ok()?.timestamp())
}
