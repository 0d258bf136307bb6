//! 79/00: a card is opened for payments with a token (开通), by its factors and the code that its bank sent.
//!
//! Through backTransReq.do the answer brings the token; through frontTransReq.do the payer types the code on UnionPay's
//! page and the notification brings it. The 2015 demo says that the back door is for credit cards alone
//! (Form_6_2_BackOpen.php); whether ACP 5.1 still says so could not be verified, so both kinds pass here. Fields of the
//! notification as recorded: accNo and customerInfo sealed for the merchant, activateStatus, tokenPayData.

use super::UnionPay;
use super::call::{Call, Outcome, Verdict};
use super::notification::Notice;
use super::one_time_code::{Purpose, take};
use super::order::Order;
use super::token::Token;
use crate::banks::Code;
use crate::banks::card::passes_luhn;

pub(crate) fn open(up: &UnionPay, call: &Call) -> Verdict {
    let card = call.card.as_deref().ok_or("13")?;
    let now = up.clock.business_now();
    let mut order = Order::taken(call, &up.ids, now);
    order.card = card.to_owned();
    up.books().take(order)?;
    Ok(match open_taken(up, call, card) {
        Ok(token) => {
            let notice = Notice::of(up, call, "00", opened_notice_fields(up, call, &token));
            Outcome { code: "00", fields: opened_fields(up, call, &token), notice }
        }
        Err(code) => {
            up.books().decide(&call.key, code);
            Outcome::notified(up, call, code, Vec::new())
        }
    })
}

fn open_taken(up: &UnionPay, call: &Call, card: &str) -> Result<Token, Code> {
    let now = up.clock.business_now();
    if call.is_past(now) {
        return Err("39");
    }
    up.check_requestor(call)?;
    if !passes_luhn(card) {
        return Err("61");
    }
    let bank = up.banks.card(card).and_then(|card| up.banks.bank(card.bank)).ok_or("61")?;
    // A bank that sends no codes asks for none.
    if bank.sms {
        take(up, &call.key, Purpose::Opening, card, None, call.customer.sms_code.as_deref())?;
    }
    let opened = up.banks.open(card, &call.customer.factors)?;
    let phone = opened.holder.phone;
    let mut books = up.books();
    let tr_id = call.token_text("trId");
    let known = books.token_for(&call.key.mer_id, tr_id, card).filter(|known| now < known.ends_at);
    let token = match known {
        Some(known) => {
            known.opened_by.push(call.key.clone());
            known.phone.clone_from(&phone);
            known.clone()
        }
        None => {
            let token = Token::open(up, call, card, &phone, now);
            books.add_token(token.clone());
            token
        }
    };
    if let Some(order) = books.order_mut(&call.key) {
        order.token = Some(token.number.clone());
        "00".clone_into(&mut order.code);
    }
    Ok(token)
}

/// What says that a card is open: in the answer, and to an open query.
pub(crate) fn opened_fields(up: &UnionPay, call: &Call, token: &Token) -> Vec<(&'static str, String)> {
    let mut fields = vec![("activateStatus", "1".to_owned()), ("tokenPayData", token.data())];
    if let Some(kind) = up.pay_card_type(&token.card) {
        fields.push(("payCardType", kind.to_owned()));
    }
    if let Some(info) = up.sealed_customer(call, &token.phone) {
        fields.push(("customerInfo", info));
    }
    fields
}

fn opened_notice_fields(up: &UnionPay, call: &Call, token: &Token) -> Vec<(&'static str, String)> {
    let mut fields = opened_fields(up, call, token);
    if let Some(sealed) = up.seal_for(call, &token.card) {
        fields.push(("accNo", sealed));
    }
    fields
}
