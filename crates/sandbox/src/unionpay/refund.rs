//! 04/00: gives a part or all of a payment back (退货), as often as something is left, for eleven months.
//!
//! A transaction of its own that names the payment by `origQryId` (the official demo, Form_6_9_Refund.php:
//! 退货金额不超过总金额，可以进行多次退货; 退货能对11个月内的消费做). Which codes stand for which refusal is read from the
//! published texts.

use jiff::ToSpan;

use super::UnionPay;
use super::call::{Call, Verdict};
use super::give_back::{Way, give_back};
use super::order::Order;
use crate::banks::Code;
use crate::beijing;

pub(crate) fn refund(up: &UnionPay, call: &Call) -> Verdict {
    give_back(up, call, Way::Refund, |payment: &Order| -> Result<(), Code> {
        if payment.undone || payment.rest().count() == 0 {
            return Err("45");
        }
        let until = beijing::plus(payment.taken_at, 11.months());
        if until.is_none_or(|until| up.clock.business_now() >= until) {
            return Err("35");
        }
        if call.amount.is_some_and(|amount| amount <= payment.rest()) { Ok(()) } else { Err("36") }
    })
}
