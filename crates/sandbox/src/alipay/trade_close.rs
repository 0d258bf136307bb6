//! alipay.trade.close: ends a trade that waits for its buyer, and no other.
//!
//! Fields: AlipayTradeCloseModel, AlipayTradeCloseResponse of PyPI alipay-sdk-python 3.7.

use super::Alipay;
use super::answer::Answer;
use super::call::{Call, Done, Method, Refusal, Verdict};
use super::trade::TradeStatus;

const METHOD: Method = Method::TradeClose;

pub(crate) fn trade_close(alipay: &Alipay, call: &Call) -> Verdict {
    if call.biz.text("trade_no").is_none() && call.biz.text("out_trade_no").is_none() {
        return Err(Refusal::invalid(METHOD, "out_trade_no", "和 trade_no 不能同时为空"));
    }
    let now = alipay.clock.business_now();
    let mut books = alipay.books();
    let trade = books.trade_named(&call.biz).ok_or_else(|| Refusal::new("ACQ.TRADE_NOT_EXIST"))?;
    match trade.status(now) {
        TradeStatus::WaitBuyerPay => {}
        TradeStatus::Success | TradeStatus::Finished => return Err(Refusal::new("ACQ.TRADE_STATUS_ERROR")),
        TradeStatus::Closed => return Err(Refusal::new("ACQ.REASON_TRADE_STATUS_INVALID")),
    }
    let answer =
        Answer::success().with("trade_no", trade.trade_no.as_str()).with("out_trade_no", trade.out_trade_no.as_str());
    let out_trade_no = trade.out_trade_no.clone();
    if let Some(trade) = books.trade_mut(&out_trade_no) {
        trade.closed_at = Some(now);
    }
    Ok(Done::quietly(answer))
}
