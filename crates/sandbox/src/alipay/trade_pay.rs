//! alipay.trade.pay under an agreement (商家扣款, 周期扣款).
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
use super::trade::{Trade, TradeStatus};
use super::{expiry, trade_notice};
use crate::beijing;
use crate::money::Fen;

const METHOD: Method = Method::TradePay;

/// What a merchant asks to be charged.
struct Order {
    out_trade_no: String,
    subject: String,
    total: Fen,
    product_code: String,
    agreement_no: String,
    expires_at: Timestamp,
}

pub(crate) fn trade_pay(alipay: &Alipay, call: &Call) -> Verdict {
    let order = read(call)?;
    let now = alipay.clock.business_now();
    let mut books = alipay.books();
    books.count_pay_call(&order.out_trade_no);
    let trade = charge(alipay, &mut books, &order, call.notify_url.as_ref(), now)?;
    let buyer = books.buyer(&trade.buyer_id).ok_or_else(|| Refusal::new("ACQ.BUYER_NOT_EXIST"))?;
    let notice = trade_notice::trade_notice(alipay, &trade, buyer, None, now);
    Ok(Done { answer: receipt(&trade, buyer), notice })
}

fn read(call: &Call) -> Result<Order, Refusal> {
    let biz = &call.biz;
    let total = biz.amount(METHOD, "total_amount")?;
    if total > Fen::LARGEST_ORDER {
        return Err(Refusal::new("ACQ.TOTAL_FEE_EXCEED"));
    }
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
    Ok(Order {
        out_trade_no: biz.required(METHOD, "out_trade_no", 64)?,
        subject: biz.required(METHOD, "subject", 256)?,
        total,
        product_code,
        agreement_no,
        expires_at: expiry::read(METHOD, biz, call.arrived_at)?,
    })
}

fn charge(
    alipay: &Alipay,
    books: &mut Books,
    order: &Order,
    notify_url: Option<&String>,
    now: Timestamp,
) -> Result<Trade, Refusal> {
    let payer = books.agreement(&order.agreement_no).map(|agreement| agreement.buyer_id.clone());
    let known = books.trade(&order.out_trade_no).cloned();
    if let Some(trade) = &known {
        fits(trade, order, payer.as_deref(), now)?;
    }
    if now >= order.expires_at {
        return Err(Refusal::new("ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR"));
    }
    let agreement = books.agreement(&order.agreement_no).ok_or_else(|| Refusal::new("ACQ.AGREEMENT_NOT_EXIST"))?;
    agreement.allows(&order.product_code, order.total, now)?;
    let buyer_id = agreement.buyer_id.clone();
    let mut trade = known.unwrap_or_else(|| Trade {
        out_trade_no: order.out_trade_no.clone(),
        trade_no: alipay.ids.trade_no(now),
        buyer_id,
        subject: order.subject.clone(),
        total: order.total,
        notify_url: None,
        created_at: now,
        expires_at: order.expires_at,
        payment: None,
        closed_at: None,
        refunds: Vec::new(),
        times_charged: 0,
    });
    trade.notify_url = notify_url.cloned().or(trade.notify_url);
    books.settle(trade, &order.agreement_no, now)
}

/// Whether a number that is already in the books may be paid by this order.
fn fits(trade: &Trade, order: &Order, payer: Option<&str>, now: Timestamp) -> Result<(), Refusal> {
    if trade.total != order.total || trade.subject != order.subject {
        return Err(Refusal::new("ACQ.CONTEXT_INCONSISTENT"));
    }
    if payer.is_some_and(|payer| payer != trade.buyer_id) {
        return Err(Refusal::new("ACQ.TRADE_BUYER_NOT_MATCH"));
    }
    match trade.status(now) {
        TradeStatus::WaitBuyerPay => Ok(()),
        TradeStatus::Success | TradeStatus::Finished => Err(Refusal::new("ACQ.TRADE_HAS_SUCCESS")),
        TradeStatus::Closed => Err(Refusal::new("ACQ.TRADE_HAS_CLOSE")),
    }
}

fn receipt(trade: &Trade, buyer: &Buyer) -> Answer {
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
