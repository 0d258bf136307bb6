//! alipay.trade.fastpay.refund.query: whether a refund went through.
//!
//! A refund that did has `refund_status` REFUND_SUCCESS; for one that is not there the call succeeds and says nothing
//! more. Fields: AlipayTradeFastpayRefundQueryModel and its response of PyPI alipay-sdk-python 3.7.

use super::Alipay;
use super::answer::Answer;
use super::call::{Call, Done, Method, Refusal, Verdict};
use crate::beijing;

const METHOD: Method = Method::RefundQuery;

pub(crate) fn refund_query(alipay: &Alipay, call: &Call) -> Verdict {
    let biz = &call.biz;
    if biz.text("trade_no").is_none() && biz.text("out_trade_no").is_none() {
        return Err(Refusal::invalid(METHOD, "out_trade_no", "和 trade_no 不能同时为空"));
    }
    let out_request_no = biz.required(METHOD, "out_request_no", 64)?;
    let books = alipay.books();
    let trade = books.trade_named(biz).ok_or_else(|| Refusal::new("ACQ.TRADE_NOT_EXIST"))?;
    let Some(refund) = trade.refunds.iter().find(|refund| refund.out_request_no == out_request_no) else {
        return Ok(Done::quietly(Answer::success()));
    };
    let answer = Answer::success()
        .with("trade_no", trade.trade_no.as_str())
        .with("out_trade_no", trade.out_trade_no.as_str())
        .with("out_request_no", refund.out_request_no.as_str())
        .with("total_amount", trade.total.to_string())
        .with("refund_amount", refund.amount.to_string())
        .with("refund_status", "REFUND_SUCCESS")
        .with("gmt_refund_pay", beijing::text(refund.at));
    Ok(Done::quietly(answer))
}
