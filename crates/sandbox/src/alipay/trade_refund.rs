//! alipay.trade.refund: gives a part or all of a paid trade back.
//!
//! `out_request_no` makes it idempotent: the same number and amount succeed again with `fund_change` N, another amount
//! is refused. A refund of everything may leave it out; then the order's own number stands for it. Fields:
//! AlipayTradeRefundModel, AlipayTradeRefundResponse of PyPI alipay-sdk-python 3.7; `refund_fee` is the sum of all
//! refunds of the trade so far. That two refunds of one trade should lie three seconds apart is not enforced.

use super::answer::Answer;
use super::buyer::Buyer;
use super::call::{Call, Done, Method, Refusal, Verdict};
use super::trade::{Refund, Trade, TradeStatus};
use super::{Alipay, trade_notice};

const METHOD: Method = Method::TradeRefund;

pub(crate) fn trade_refund(alipay: &Alipay, call: &Call) -> Verdict {
    let biz = &call.biz;
    if biz.text("trade_no").is_none() && biz.text("out_trade_no").is_none() {
        return Err(Refusal::invalid(METHOD, "out_trade_no", "和 trade_no 不能同时为空"));
    }
    let amount = biz.amount(METHOD, "refund_amount")?;
    let now = alipay.clock.business_now();
    let mut books = alipay.books();
    let trade = books.trade_named(biz).ok_or_else(|| Refusal::new("ACQ.TRADE_NOT_EXIST"))?.clone();
    let named = biz.text("out_request_no");
    let out_request_no = named.clone().unwrap_or_else(|| trade.out_trade_no.clone());
    if let Some(earlier) = trade.refunds.iter().find(|refund| refund.out_request_no == out_request_no) {
        if earlier.amount != amount {
            return Err(Refusal::new("ACQ.DISCORDANT_REPEAT_REQUEST"));
        }
        return Ok(Done::quietly(receipt(&trade, books.buyer(&trade.buyer_id), "N")));
    }
    match trade.status(now) {
        TradeStatus::Success => {}
        TradeStatus::Finished => return Err(Refusal::new("ACQ.TRADE_HAS_FINISHED")),
        TradeStatus::Closed if trade.payment.is_some() => return Err(Refusal::new("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL")),
        TradeStatus::WaitBuyerPay | TradeStatus::Closed => return Err(Refusal::new("ACQ.TRADE_STATUS_ERROR")),
    }
    // 不能大于交易总金额;部分退款必须传退款请求号 (the code's published advice covers both).
    if amount > trade.refundable() || (named.is_none() && amount != trade.total) {
        return Err(Refusal::new("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"));
    }
    let refund = Refund { out_request_no, amount, at: now, by_cancel: false };
    let trade = books.give_back(&trade.out_trade_no, refund.clone())?;
    let buyer = books.buyer(&trade.buyer_id);
    let notice = buyer.and_then(|buyer| trade_notice::trade_notice(alipay, &trade, buyer, Some(&refund), now));
    Ok(Done { answer: receipt(&trade, buyer, "Y"), notice })
}

fn receipt(trade: &Trade, buyer: Option<&Buyer>, fund_change: &str) -> Answer {
    Answer::success()
        .with("trade_no", trade.trade_no.as_str())
        .with("out_trade_no", trade.out_trade_no.as_str())
        .with_some("buyer_logon_id", buyer.map(Buyer::masked_logon_id))
        .with("buyer_user_id", trade.buyer_id.as_str())
        .with("fund_change", fund_change)
        .with("refund_fee", trade.refunded().to_string())
}
