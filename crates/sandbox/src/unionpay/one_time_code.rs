//! The codes that a bank sends to the phone reserved with it, for opening (77/00) and for paying (77/02).
//!
//! Six digits, good for five minutes of business time, once, for one card and one order, and at paying for one amount. A
//! new one may be asked for after 60 seconds and five times an order (then 37); after three wrong tries a code is void,
//! and the right one no longer helps (71). These figures are this sandbox's: no public document has them. The merchant
//! sees neither the code nor a receipt of the text; the official demo has the merchant send the same orderId, txnTime and
//! txnAmt with the code as with the request for it (Form_6_6_*.php, Form_6_7_Consume.php).

use aws_lc_rs::constant_time::verify_slices_are_equal;
use jiff::{SignedDuration, Timestamp};

use super::UnionPay;
use super::call::{Call, OrderKey, Outcome, Verdict};
use super::order::WRONG_CODE;
use crate::banks::Code;
use crate::money::Fen;

const GOOD_FOR: SignedDuration = SignedDuration::from_mins(5);
const GAP: SignedDuration = SignedDuration::from_secs(60);
const MOST_SENDS: u32 = 5;
const MOST_WRONG: u32 = 3;

/// What a code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Purpose {
    Opening,
    Paying,
}

/// A code that was sent.
#[derive(Clone, Debug)]
pub(crate) struct SentCode {
    code: String,
    card: String,
    amount: Option<Fen>,
    sent_at: Timestamp,
    sends: u32,
    wrong: u32,
    used: bool,
}

/// 77/00: a code for opening.
pub(crate) fn send_for_opening(up: &UnionPay, call: &Call) -> Verdict {
    let card = call.card.as_deref().ok_or("13")?;
    up.check_requestor(call)?;
    let given = call.customer.factors.phone.as_deref().ok_or("13")?;
    let phone = up.banks.phone_for_opening(card, given)?;
    send(up, call, Purpose::Opening, card, &phone)
}

/// 77/02: a code for paying an amount. It goes to the reserved phone.
pub(crate) fn send_for_paying(up: &UnionPay, call: &Call) -> Verdict {
    let now = up.clock.business_now();
    let number = up.books().usable_token(call, now)?.card.clone();
    let card = up.banks.card(&number).ok_or("61")?;
    if !up.banks.bank(card.bank).is_some_and(|bank| bank.sms) {
        return Err("79");
    }
    send(up, call, Purpose::Paying, &number, &card.holder.phone)
}

fn send(up: &UnionPay, call: &Call, purpose: Purpose, card: &str, phone: &str) -> Verdict {
    let now = up.clock.business_now();
    let code = up.ids.one_time_code();
    let amount = call.amount.filter(|_| purpose == Purpose::Paying);
    let text = text(up, card, purpose, amount, &code);
    let mut books = up.books();
    let place = (call.key.clone(), purpose);
    let before = books.codes.get(&place);
    let sends = before.map_or(0, |before| before.sends);
    if before.is_some_and(|before| now.duration_since(before.sent_at) < GAP) || sends >= MOST_SENDS {
        return Err("37");
    }
    let sends = sends.saturating_add(1);
    books
        .codes
        .insert(place, SentCode { code, card: card.to_owned(), amount, sent_at: now, sends, wrong: 0, used: false });
    drop(books);
    // What the carrier does with it is the bank's business: the merchant is told that it was sent.
    up.phones.send("95516", phone, &text);
    Ok(Outcome::done(Vec::new()))
}

fn text(up: &UnionPay, card: &str, purpose: Purpose, amount: Option<Fen>, code: &str) -> String {
    let bank = up.banks.bank_of(card).map_or("银行", |bank| bank.name);
    let tail = card.get(card.len().saturating_sub(4)..).unwrap_or_default();
    match (purpose, amount) {
        (Purpose::Paying, Some(amount)) => {
            format!("【{bank}】验证码{code}，您尾号{tail}的卡正在支付{amount}元，5分钟内有效，请勿告知他人。")
        }
        _ => format!("【{bank}】验证码{code}，您尾号{tail}的卡正在开通银联快捷支付，5分钟内有效，请勿告知他人。"),
    }
}

/// Takes the code that the payer typed, or refuses with 71: none was sent, it is another, too late, void, or was for
/// something else. Which of them is not said.
pub(crate) fn take(
    up: &UnionPay,
    key: &OrderKey,
    purpose: Purpose,
    card: &str,
    amount: Option<Fen>,
    given: Option<&str>,
) -> Result<(), Code> {
    let now = up.clock.business_now();
    let mut books = up.books();
    let sent = books.codes.get_mut(&(key.clone(), purpose)).ok_or(WRONG_CODE)?;
    let right = given.is_some_and(|given| verify_slices_are_equal(given.as_bytes(), sent.code.as_bytes()).is_ok());
    let bound = sent.card == card && sent.amount == amount;
    let alive = !sent.used && sent.wrong < MOST_WRONG && now.duration_since(sent.sent_at) < GOOD_FOR;
    if right && bound && alive {
        sent.used = true;
        return Ok(());
    }
    // A try without a code guesses nothing.
    if given.is_some() {
        sent.wrong = sent.wrong.saturating_add(1);
    }
    Err(WRONG_CODE)
}
