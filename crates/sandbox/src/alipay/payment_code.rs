//! alipay.trade.pay with a payment code (付款码, 当面付): the merchant scans what the buyer's phone shows.
//!
//! A code is 16 to 24 digits beginning with 25 to 30, and each is for one payment (a phone shows a new one every minute).
//! Alipay charges at once, or wants the buyer to confirm on his phone: then the call is answered with gateway code 10003,
//! the trade waits, and the merchant asks until it is paid or cancels it. The words ` order success pay inprocess`, with
//! the blank before them, and the fields beside them are those of an answer of 2017-08-22 recorded in a public
//! repository. When the phone asks is Alipay's and the buyer's own matter (小额免密); here it does above a fixed amount,
//! or as the code was minted. Fields: AlipayTradePayModel, AlipayTradePayResponse of PyPI alipay-sdk-python 3.7.

use jiff::{SignedDuration, Timestamp};

use super::Alipay;
use super::answer::Answer;
use super::books::Books;
use super::buyer::Buyer;
use super::call::{Call, Done, Method, Refusal, Verdict};
use super::trade::Trade;
use super::trade_notice::trade_notice;
use super::trade_pay::{receipt, terms};
use crate::money::Fen;

const METHOD: Method = Method::TradePay;
/// The only product that a payment code is sold with.
pub(crate) const PRODUCT: &str = "FACE_TO_FACE_PAYMENT";
pub(crate) const SCENE: &str = "bar_code";
/// How long a phone shows one code.
const SHOWN: SignedDuration = SignedDuration::from_secs(60);
/// Above this the buyer confirms, unless his code says otherwise. Invented.
pub(crate) const CONFIRM_ABOVE: Fen = Fen::new(100_000);

/// One code on a buyer's phone.
#[derive(Clone, Debug)]
pub(crate) struct PaymentCode {
    pub(crate) buyer_id: String,
    pub(crate) expires_at: Timestamp,
    /// Whether the buyer has to confirm; `None`: as the amount says.
    pub(crate) confirm: Option<bool>,
    /// The order that it was presented for. The same order may present it again, no other may.
    pub(crate) presented_for: Option<String>,
}

/// Whether a call of alipay.trade.pay is one of these.
pub(crate) fn is_meant(call: &Call) -> bool {
    let named = call.biz.text("auth_code").is_some() || call.biz.text("scene").is_some();
    named && call.biz.object("agreement_params").is_none()
}

/// Puts a new code on a buyer's phone; `None` when there is no such buyer.
pub(crate) fn mint(alipay: &Alipay, buyer_id: &str, confirm: Option<bool>) -> Option<(String, PaymentCode)> {
    let expires_at = alipay.clock.business_now().checked_add(SHOWN).ok()?;
    let mut books = alipay.books();
    books.buyer(buyer_id)?;
    let code = PaymentCode { buyer_id: buyer_id.to_owned(), expires_at, confirm, presented_for: None };
    let digits = alipay.ids.payment_code();
    books.payment_codes.insert(digits.clone(), code.clone());
    Some((digits, code))
}

pub(crate) fn pay(alipay: &Alipay, call: &Call) -> Verdict {
    let terms = terms(call)?;
    let auth_code = read_code(call)?;
    let now = alipay.clock.business_now();
    let mut books = alipay.books();
    books.count_pay_call(&terms.out_trade_no);
    let code = present(&mut books, &auth_code, &terms.out_trade_no, now)?;
    let known = books.trade(&terms.out_trade_no).cloned();
    if let Some(trade) = &known {
        trade.accepts(&terms, Some(&code.buyer_id), now)?;
    }
    if now >= terms.expires_at {
        return Err(Refusal::new("ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR"));
    }
    let mut trade =
        known.unwrap_or_else(|| Trade::open(&terms, &code.buyer_id, alipay.ids.trade_no(now), call.mode, now));
    trade.notify_url = call.notify_url.clone().or(trade.notify_url);
    let buyer = books.buyer(&code.buyer_id).ok_or_else(|| Refusal::new("ACQ.BUYER_NOT_EXIST"))?;
    buyer.may_pay()?;
    if code.confirm.unwrap_or(terms.total > CONFIRM_ABOVE) {
        let answer = waiting(&trade, buyer);
        books.keep(trade);
        return Ok(Done::quietly(answer));
    }
    let trade = books.settle(trade, None, now)?;
    let buyer = books.buyer(&trade.buyer_id).ok_or_else(|| Refusal::new("ACQ.BUYER_NOT_EXIST"))?;
    let notice = trade_notice(alipay, &trade, buyer, None, now);
    Ok(Done { answer: receipt(&trade, buyer), notice })
}

fn read_code(call: &Call) -> Result<String, Refusal> {
    let biz = &call.biz;
    match biz.text("scene").as_deref() {
        // bar_code is the default where the parameter is described with one.
        None | Some(SCENE) => {}
        Some("wave_code" | "security_code") => return Err(Refusal::new("ACQ.UN_SUPPORT_TRADE_SCENE")),
        Some(_) => return Err(Refusal::invalid(METHOD, "scene", "条码支付取值 bar_code")),
    }
    if biz.text("product_code").is_some_and(|product| product != PRODUCT) {
        return Err(Refusal::new("ACQ.ACCESS_FORBIDDEN"));
    }
    biz.required(METHOD, "auth_code", 64)
}

/// Takes a code for an order. A code that Alipay never gave out, whose minute is over, or that another order has used
/// is answered alike.
fn present(books: &mut Books, auth_code: &str, out_trade_no: &str, now: Timestamp) -> Result<PaymentCode, Refusal> {
    let invalid = || Refusal::new("ACQ.PAYMENT_AUTH_CODE_INVALID");
    let code = books.payment_codes.get_mut(auth_code).ok_or_else(invalid)?;
    match code.presented_for.as_deref() {
        Some(order) if order == out_trade_no => {}
        None if now < code.expires_at => code.presented_for = Some(out_trade_no.to_owned()),
        Some(_) | None => return Err(invalid()),
    }
    Ok(code.clone())
}

/// Gateway code 10003: the order is there, the money is not.
fn waiting(trade: &Trade, buyer: &Buyer) -> Answer {
    Answer::coded("10003", " order success pay inprocess")
        .with("buyer_logon_id", buyer.masked_logon_id())
        .with("buyer_pay_amount", "0.00")
        .with("buyer_user_id", trade.buyer_id.as_str())
        .with("invoice_amount", "0.00")
        .with("out_trade_no", trade.out_trade_no.as_str())
        .with("point_amount", "0.00")
        .with("receipt_amount", "0.00")
        .with("total_amount", trade.total.to_string())
        .with("trade_no", trade.trade_no.as_str())
}

/// What became of a confirmation on the buyer's phone.
pub(crate) type Confirmed = Result<Trade, Refusal>;

/// The buyer confirms a trade that waits for him; `None` when there is none. One that he cannot pay goes on waiting.
pub(crate) fn confirm(alipay: &Alipay, out_trade_no: &str) -> Option<(Confirmed, Option<super::Notice>)> {
    let now = alipay.clock.business_now();
    let mut books = alipay.books();
    let trade = books.trade(out_trade_no).filter(|trade| trade.waits(now)).cloned()?;
    match books.settle(trade, None, now) {
        Ok(trade) => {
            let buyer = books.buyer(&trade.buyer_id);
            let notice = buyer.and_then(|buyer| trade_notice(alipay, &trade, buyer, None, now));
            Some((Ok(trade), notice))
        }
        Err(refusal) => Some((Err(refusal), None)),
    }
}
