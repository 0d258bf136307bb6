//! alipay.trade.cancel: undoes a charge whose result is not known.
//!
//! An unpaid trade is closed, a paid one gives its money back, and for a number that is not in the books the call
//! succeeds without an `action` ("接口调用成功且交易存在时返回"). It does NOT bar that number: the page promises
//! nothing of the kind, and a charge that is still on its way may arrive afterwards and succeed. Only the expiry that
//! the charge itself carries ends that. Fields: AlipayTradeCancelModel, AlipayTradeCancelResponse of PyPI
//! alipay-sdk-python 3.7; opendocs.alipay.com/open/02ekfr (public copy).
//!
//! The period after which a cancel is refused (ACQ.TRADE_CANCEL_TIME_OUT) differs by contract and is not modelled.

use super::answer::Answer;
use super::call::{Call, Done, Method, Refusal, Verdict};
use super::trade::{Refund, Trade, TradeStatus};
use super::{Alipay, published, trade_notice};
use crate::money::Fen;

const METHOD: Method = Method::TradeCancel;

pub(crate) fn trade_cancel(alipay: &Alipay, call: &Call) -> Verdict {
    let number = call.biz.text("trade_no").or_else(|| call.biz.text("out_trade_no"));
    if number.is_none() {
        return Err(Refusal::invalid(METHOD, "out_trade_no", "和 trade_no 不能同时为空"));
    }
    let now = alipay.clock.business_now();
    let mut books = alipay.books();
    let Some(trade) = books.trade_named(&call.biz).cloned() else {
        let nothing =
            Answer::success().with_some("out_trade_no", call.biz.text("out_trade_no")).with("retry_flag", "N");
        return Ok(Done::quietly(nothing));
    };
    match trade.status(now) {
        TradeStatus::Finished => Err(Refusal::new("ACQ.TRADE_HAS_FINISHED")),
        TradeStatus::WaitBuyerPay => {
            if let Some(trade) = books.trade_mut(&trade.out_trade_no) {
                trade.closed_at = Some(now);
            }
            Ok(Done::quietly(receipt(&trade, "close")))
        }
        TradeStatus::Closed if trade.payment.is_none() => Ok(Done::quietly(receipt(&trade, "close"))),
        TradeStatus::Closed if trade.refunds.iter().all(|refund| refund.by_cancel) => {
            Ok(Done::quietly(receipt(&trade, "refund")))
        }
        TradeStatus::Success if trade.refunded() == Fen::ZERO => {
            let refund =
                Refund { out_request_no: trade.out_trade_no.clone(), amount: trade.total, at: now, by_cancel: true };
            let given_back = books.give_back(&trade.out_trade_no, refund.clone());
            // The books speak in the codes of a refund; those that a cancel does not publish become its own.
            let trade = given_back.map_err(|refusal| match published::text(METHOD, &refusal.sub_code) {
                Some(_) => refusal,
                None => Refusal::new("ACQ.CANCEL_NOT_ALLOWED"),
            })?;
            let buyer = books.buyer(&trade.buyer_id);
            let notice = buyer.and_then(|buyer| trade_notice::trade_notice(alipay, &trade, buyer, Some(&refund), now));
            Ok(Done { answer: receipt(&trade, "refund"), notice })
        }
        // 已经退款场景下不能再发起撤销 (the table of alipay.trade.cancel).
        TradeStatus::Success | TradeStatus::Closed => Err(Refusal::new("ACQ.REASON_TRADE_REFUND_FEE_ERR")),
    }
}

fn receipt(trade: &Trade, action: &str) -> Answer {
    Answer::success()
        .with("trade_no", trade.trade_no.as_str())
        .with("out_trade_no", trade.out_trade_no.as_str())
        .with("retry_flag", "N")
        .with("action", action)
}
