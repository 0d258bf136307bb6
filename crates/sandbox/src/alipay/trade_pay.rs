//! alipay.trade.pay under an agreement (商家扣款, 周期扣款); with a payment code see [`payment_code`].
//!
//! The merchant's number makes it idempotent: the same order is charged once however often it is sent. Fields:
//! AlipayTradePayModel, AgreementParams, AlipayTradePayResponse of PyPI alipay-sdk-python 3.7.

use jiff::Timestamp;
use serde_json::json;

use super::Alipay;
use super::answer::Answer;
use super::books::Books;
use super::buyer::Buyer;
use super::call::{Call, Done, Method, Refusal, Verdict};
use super::trade::{Terms, Trade};
use super::{expiry, payment_code, trade_notice};
use crate::beijing;
use crate::money::Fen;

const METHOD: Method = Method::TradePay;

/// A charge under an agreement.
struct Charge {
    terms: Terms,
    product_code: String,
    agreement_no: String,
}

pub(crate) fn trade_pay(alipay: &Alipay, call: &Call) -> Verdict {
    if payment_code::is_meant(call) {
        return payment_code::pay(alipay, call);
    }
    let charge = read(call)?;
    let now = alipay.clock.business_now();
    let mut books = alipay.books();
    books.count_pay_call(&charge.terms.out_trade_no);
    let trade = take(alipay, &mut books, &charge, call, now)?;
    let buyer = books.buyer(&trade.buyer_id).ok_or_else(|| Refusal::new("ACQ.BUYER_NOT_EXIST"))?;
    let notice = trade_notice::trade_notice(alipay, &trade, buyer, None, now);
    Ok(Done { answer: receipt(&trade, buyer), notice })
}

/// The terms of an order, as every way of paying has them.
pub(crate) fn terms(call: &Call) -> Result<Terms, Refusal> {
    let (biz, method) = (&call.biz, call.method);
    let total = biz.amount(method, "total_amount")?;
    if total > Fen::LARGEST_ORDER {
        return Err(Refusal::new("ACQ.TOTAL_FEE_EXCEED"));
    }
    Ok(Terms {
        out_trade_no: biz.required(method, "out_trade_no", 64)?,
        subject: biz.required(method, "subject", 256)?,
        total,
        expires_at: expiry::read(method, biz, call.arrived_at)?,
    })
}

fn read(call: &Call) -> Result<Charge, Refusal> {
    let biz = &call.biz;
    let terms = terms(call)?;
    let product_code = biz.required(METHOD, "product_code", 64)?;
    if !["GENERAL_WITHHOLDING", "CYCLE_PAY_AUTH"].contains(&product_code.as_str()) {
        // The merchant of the sandbox has signed for these two products.
        return Err(Refusal::new("ACQ.ACCESS_FORBIDDEN"));
    }
    let agreement = biz.object("agreement_params");
    let agreement = agreement.ok_or_else(|| Refusal::invalid(METHOD, "agreement_params", "代扣必填"))?;
    let agreement_no = agreement
        .text("agreement_no")
        .ok_or_else(|| Refusal::invalid(METHOD, "agreement_params.agreement_no", "代扣必填，签约成功后的协议号"))?;
    Ok(Charge { terms, product_code, agreement_no })
}

fn take(alipay: &Alipay, books: &mut Books, charge: &Charge, call: &Call, now: Timestamp) -> Result<Trade, Refusal> {
    let Charge { terms, product_code, agreement_no } = charge;
    let payer = books.agreement(agreement_no).map(|agreement| agreement.buyer_id.clone());
    let known = books.trade(&terms.out_trade_no).cloned();
    if let Some(trade) = &known {
        trade.accepts(terms, payer.as_deref(), now)?;
    }
    if now >= terms.expires_at {
        return Err(Refusal::new("ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR"));
    }
    let agreement = books.agreement(agreement_no).ok_or_else(|| Refusal::new("ACQ.AGREEMENT_NOT_EXIST"))?;
    agreement.allows(product_code, terms.total, now)?;
    let mut trade =
        known.unwrap_or_else(|| Trade::open(terms, &agreement.buyer_id, alipay.ids.trade_no(now), call.mode, now));
    trade.notify_url = call.notify_url.clone().or(trade.notify_url);
    books.settle(trade, Some(agreement_no), now)
}

/// The answer to a payment that went through.
pub(crate) fn receipt(trade: &Trade, buyer: &Buyer) -> Answer {
    let total = trade.total.to_string();
    let bills = trade.payment.map(|payment| json!([{ "amount": total, "fund_channel": payment.from.code() }]));
    Answer::success()
        .with("trade_no", trade.trade_no.as_str())
        .with("out_trade_no", trade.out_trade_no.as_str())
        .with("buyer_logon_id", buyer.masked_logon_id())
        .with("total_amount", total.as_str())
        .with("receipt_amount", total.as_str())
        .with("buyer_pay_amount", total.as_str())
        .with("point_amount", "0.00")
        .with("invoice_amount", total.as_str())
        .with_some("gmt_payment", trade.payment.map(|payment| beijing::text(payment.at)))
        .with_some("fund_bill_list", bills)
        .with("buyer_user_id", trade.buyer_id.as_str())
}
