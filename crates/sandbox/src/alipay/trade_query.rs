//! alipay.trade.query: what became of a trade.
//!
//! Fields: AlipayTradeQueryModel, AlipayTradeQueryResponse of PyPI alipay-sdk-python 3.7. ACQ.TRADE_NOT_EXIST says only
//! that the trade is not there *yet*: a charge that is still on its way looks the same.

use serde_json::json;

use super::Alipay;
use super::answer::Answer;
use super::call::{Call, Done, Method, Refusal, Verdict};
use crate::beijing;

const METHOD: Method = Method::TradeQuery;

pub(crate) fn trade_query(alipay: &Alipay, call: &Call) -> Verdict {
    if call.biz.text("trade_no").is_none() && call.biz.text("out_trade_no").is_none() {
        return Err(Refusal::invalid(METHOD, "out_trade_no", "和 trade_no 不能同时为空"));
    }
    let now = alipay.clock.business_now();
    let books = alipay.books();
    let trade = books.trade_named(&call.biz).ok_or_else(|| Refusal::new("ACQ.TRADE_NOT_EXIST"))?;
    let logon_id = books.buyer(&trade.buyer_id).map(super::buyer::Buyer::masked_logon_id);
    let total = trade.total.to_string();
    let paid = if trade.payment.is_some() { total.as_str() } else { "0.00" };
    let bills = trade.payment.map(|payment| json!([{ "amount": total, "fund_channel": payment.from.code() }]));
    let answer = Answer::success()
        .with("trade_no", trade.trade_no.as_str())
        .with("out_trade_no", trade.out_trade_no.as_str())
        .with_some("buyer_logon_id", logon_id)
        .with("trade_status", trade.status(now).code())
        .with("total_amount", total.as_str())
        .with("receipt_amount", paid)
        .with("buyer_pay_amount", paid)
        .with("point_amount", "0.00")
        .with("invoice_amount", paid)
        .with_some("send_pay_date", trade.payment.map(|payment| beijing::text(payment.at)))
        .with_some("fund_bill_list", bills)
        .with("subject", trade.subject.as_str())
        .with("buyer_user_id", trade.buyer_id.as_str())
        .with("buyer_user_type", "PRIVATE");
    Ok(Done::quietly(answer))
}
