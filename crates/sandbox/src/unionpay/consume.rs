//! 01/01: a payment with a token (消费).
//!
//! It is taken (05) and then decided, in two steps, because between them it can be asked for and reversed. The code 00 of
//! the answer says that it was taken and went well here; public demos ask again before they release goods. Above the
//! amount that the bank sets (¥200 by rule) it wants the code of 77/02 for the same order and amount; without one it says
//! 71, which is this sandbox's reading: no document tells the code for a missing `smsCode`.

use super::UnionPay;
use super::call::{Call, Outcome, Verdict};
use super::one_time_code::{Purpose, take};
use super::order::{Order, PENDING};
use crate::banks::Code;

pub(crate) fn consume(up: &UnionPay, call: &Call) -> Verdict {
    begin(up, call)?;
    Ok(finish(up, call))
}

/// Takes the order; from here on a query finds it.
pub(crate) fn begin(up: &UnionPay, call: &Call) -> Result<(), Code> {
    let now = up.clock.business_now();
    let mut order = Order::taken(call, &up.ids, now);
    let mut books = up.books();
    if let Some(token) = books.token(call.token_text("token")).filter(|token| token.mer_id == call.key.mer_id) {
        order.card.clone_from(&token.card);
        order.token = Some(token.number.clone());
    }
    books.take(order)
}

/// Decides a taken order, once.
pub(crate) fn finish(up: &UnionPay, call: &Call) -> Outcome {
    let code = decide(up, call).err().unwrap_or("00");
    let fields = up.books().order(&call.key).map(|order| {
        let mut fields = up.money_fields(order);
        fields.push(("currencyCode", "156".to_owned()));
        fields
    });
    Outcome::notified(up, call, code, fields.unwrap_or_default())
}

fn decide(up: &UnionPay, call: &Call) -> Result<(), Code> {
    let code = charge(up, call);
    let mut books = up.books();
    let order = books.order_mut(&call.key).ok_or("34")?;
    // Reversed meanwhile: it stays so, and nothing was charged.
    if order.code == PENDING {
        order.code = code.err().unwrap_or("00").to_owned();
    }
    code
}

fn charge(up: &UnionPay, call: &Call) -> Result<(), Code> {
    let now = up.clock.business_now();
    if call.is_past(now) {
        return Err("39");
    }
    let (card, phone) = {
        let books = up.books();
        let token = books.usable_token(call, now)?;
        (token.card.clone(), token.phone.clone())
    };
    let amount = call.amount.ok_or("13")?;
    let code = call.customer.sms_code.as_deref();
    if code.is_some() || up.banks.asks_for_code(&card, amount) {
        take(up, &call.key, Purpose::Paying, &card, Some(amount), code)?;
    }
    let mut books = up.books();
    let order = books.order(&call.key).ok_or("34")?;
    if order.reversed_at.is_some() {
        return Err("46");
    }
    if order.code != PENDING {
        return Err("12");
    }
    books.settle(&up.banks, &call.key, &phone)?;
    books.decide(&call.key, "00");
    Ok(())
}
