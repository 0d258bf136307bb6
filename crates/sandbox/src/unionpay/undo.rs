//! 31/00: undoes a payment of the same settlement day, wholly (消费撤销).
//!
//! A transaction of its own, with an orderId and a txnTime of its own, that names the payment by `origQryId`; its amount
//! is the payment's (the official demo, Form_6_8_ConsumeUndo.php: 仅能对当清算日的消费做，必须为全额). The payment itself
//! goes on to say 00 to a query. Which codes stand for which refusal is read from the published texts.

use super::UnionPay;
use super::call::{Call, Verdict};
use super::give_back::{Way, give_back};
use super::order::{Order, settlement_day};
use crate::banks::Code;

pub(crate) fn undo(up: &UnionPay, call: &Call) -> Verdict {
    give_back(up, call, Way::Undo, |payment: &Order| -> Result<(), Code> {
        if payment.undone || payment.refunded.count() > 0 {
            return Err("45");
        }
        if settlement_day(payment.taken_at) != settlement_day(up.clock.business_now()) {
            return Err("35");
        }
        if call.amount == Some(payment.amount) { Ok(()) } else { Err("36") }
    })
}
