//! UnionPay's rule for response codes that are in no table: the range says who, never the result.
//!
//! Source: the ranges at the head of the public copies of the ACP 5.1.0 code table.

use tantu_domain::cause::Who;

/// The family of the rule's five rows; their codes are the ranges themselves.
pub(crate) const FAMILY: &str = "acp.ranges";

/// The range that a UnionPay ACP response code falls in, as the rule's rows write it. 00 is in none.
pub(crate) fn range_of(code: &str) -> Option<&'static str> {
    let number = Some(code).filter(|code| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_digit()))?;
    match number.parse::<u8>().ok()? {
        1..=9 => Some("01-09"),
        10..=29 => Some("10-29"),
        30..=59 => Some("30-59"),
        60..=89 => Some("60-89"),
        90..=99 => Some("90-99"),
        _ => None,
    }
}

/// Who has to act on a UnionPay ACP response code that [`look_up`](crate::look_up) does not know, the nearest
/// first. The payment is undecided all the same. `None` for 00, for the reserved 90–99 and for what is no such
/// code.
pub fn who_by_range(code: &str) -> Option<&'static [Who]> {
    match range_of(code)? {
        "01-09" => Some(&[Who::Channel]),
        // The message's format, then the merchant's own configuration and orders: both are ours.
        "10-29" | "30-59" => Some(&[Who::Platform]),
        "60-89" => Some(&[Who::Payer, Who::Bank]),
        _ => None,
    }
}
