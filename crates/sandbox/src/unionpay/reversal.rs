//! 99/01: takes a payment back whose result the merchant does not know (冲正).
//!
//! It carries the orderId and txnTime of the payment itself, and only between 23:00 of the day before and 23:00 of the
//! day it was made (smartwalle/unionpay, account.go, after the product's page at open.unionpay.com, apiservId 449,
//! acpAPIId 815). That is the only public client seen, so the codes are readings of their texts: 35 for a payment that is
//! not there or was refused, 39 outside of the window, 46 for one that is reversed already, 45 for one that was undone or
//! refunded. A reversal of a payment that is still on its way does not stop it: when it arrives later, it is paid.

use super::UnionPay;
use super::call::{Call, Kind, Outcome, Verdict};
use super::order::{PENDING, settlement_day};

pub(crate) fn reversal(up: &UnionPay, call: &Call) -> Verdict {
    let now = up.clock.business_now();
    let mut books = up.books();
    let order = books.order(&call.key).filter(|order| order.kind == Kind::Consume).ok_or("35")?.clone();
    if order.reversed_at.is_some() {
        return Err("46");
    }
    if order.undone || order.refunded.count() > 0 {
        return Err("45");
    }
    if settlement_day(order.taken_at) != settlement_day(now) {
        return Err("39");
    }
    let paid = order.is_paid();
    if !paid && order.code != PENDING {
        return Err("35");
    }
    if paid {
        books.give_back(&up.banks, &order.key, order.amount, true)?;
    }
    if let Some(order) = books.order_mut(&order.key) {
        order.reversed_at = Some(now);
    }
    Ok(Outcome::done(Vec::new()))
}
