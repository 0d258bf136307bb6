//! alipay.trade.create: a trade that waits for its buyer.
//!
//! Fields: AlipayTradeCreateModel, AlipayTradeCreateResponse of PyPI alipay-sdk-python 3.7.

use super::answer::Answer;
use super::call::{Call, Done, Method, Refusal, Verdict};
use super::trade::{Terms, Trade, TradeStatus};
use super::{Alipay, expiry};
use crate::money::Fen;

const METHOD: Method = Method::TradeCreate;

pub(crate) fn trade_create(alipay: &Alipay, call: &Call) -> Verdict {
    let biz = &call.biz;
    let out_trade_no = biz.required(METHOD, "out_trade_no", 64)?;
    let total = biz.amount(METHOD, "total_amount")?;
    if total > Fen::LARGEST_ORDER {
        return Err(Refusal::invalid(METHOD, "total_amount", "不能大于 100000000.00"));
    }
    let subject = biz.required(METHOD, "subject", 256)?;
    let buyer_id = biz.required(METHOD, "buyer_id", 28)?;
    let expires_at = expiry::read(METHOD, biz, call.arrived_at)?;
    let now = alipay.clock.business_now();
    if now >= expires_at {
        return Err(Refusal::invalid(METHOD, "time_expire", "已早于当前时间"));
    }
    let mut books = alipay.books();
    if books.buyer(&buyer_id).is_none() {
        return Err(Refusal::new("ACQ.BUYER_NOT_EXIST"));
    }
    if let Some(trade) = books.trade(&out_trade_no) {
        if trade.total != total || trade.subject != subject || trade.buyer_id != buyer_id {
            return Err(Refusal::new("ACQ.CONTEXT_INCONSISTENT"));
        }
        return match trade.status(now) {
            TradeStatus::WaitBuyerPay => Ok(Done::quietly(receipt(trade))),
            TradeStatus::Success | TradeStatus::Finished => Err(Refusal::new("ACQ.TRADE_HAS_SUCCESS")),
            TradeStatus::Closed => Err(Refusal::new("ACQ.TRADE_HAS_CLOSE")),
        };
    }
    let terms = Terms { out_trade_no, subject, total, expires_at };
    let mut trade = Trade::open(&terms, &buyer_id, alipay.ids.trade_no(now), call.mode, now);
    trade.notify_url.clone_from(&call.notify_url);
    let answer = receipt(&trade);
    books.open(trade);
    Ok(Done::quietly(answer))
}

fn receipt(trade: &Trade) -> Answer {
    Answer::success().with("out_trade_no", trade.out_trade_no.as_str()).with("trade_no", trade.trade_no.as_str())
}
