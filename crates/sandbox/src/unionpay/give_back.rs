//! What undo and refund have in common: an order of their own that gives money of another one back.

use super::UnionPay;
use super::call::{Call, Kind, Outcome, Verdict};
use super::order::Order;
use crate::banks::Code;

/// How money goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Undo,
    Refund,
}

/// Takes the order, and gives back what `allows` lets through.
pub(crate) fn give_back(up: &UnionPay, call: &Call, way: Way, allows: impl Fn(&Order) -> Result<(), Code>) -> Verdict {
    let mut order = Order::taken(call, &up.ids, up.clock.business_now());
    let mut books = up.books();
    let payment = books.order_of(&call.key.mer_id, call.text("origQryId").unwrap_or_default()).cloned();
    if let Some(payment) = &payment {
        order.original = Some(payment.key.clone());
        order.card.clone_from(&payment.card);
    }
    books.take(order)?;
    let decided = payment.ok_or("35").and_then(|payment| {
        if payment.reversed_at.is_some() {
            return Err("46");
        }
        if payment.kind != Kind::Consume || !payment.is_paid() {
            return Err("35");
        }
        allows(&payment)?;
        let amount = call.amount.ok_or("13")?;
        books.give_back(&up.banks, &payment.key, amount, way == Way::Undo)?;
        if let Some(payment) = books.order_mut(&payment.key) {
            match way {
                Way::Undo => payment.undone = true,
                Way::Refund => payment.refunded = payment.refunded.plus(amount).unwrap_or(payment.refunded),
            }
        }
        Ok(())
    });
    let code = decided.err().unwrap_or("00");
    books.decide(&call.key, code);
    let mut fields = books.order(&call.key).map(|order| up.money_fields(order)).unwrap_or_default();
    drop(books);
    fields.push(("origQryId", call.text("origQryId").unwrap_or_default().to_owned()));
    Ok(Outcome::notified(up, call, code, fields))
}
