//! The notification of a trade: `trade_status_sync`.
//!
//! Sent when a trade is paid and whenever money goes back: TRADE_SUCCESS after a part of it, TRADE_CLOSED after all.
//! A trade that is closed or expires unpaid is not notified, which is the published default of the withholding products.
//! Fields: the notification of 2019-08-15 in alipay/alipay-sdk-nodejs-all, test/alipay.test.ts, and for refunds
//! `refund_fee`, `gmt_refund`, `out_biz_no`, `gmt_close` of opendocs.alipay.com/open/204/105301.

use jiff::Timestamp;
use serde_json::json;

use super::Alipay;
use super::buyer::Buyer;
use super::notification::Notice;
use super::trade::{Refund, Trade};
use crate::beijing;

/// `None` when the merchant gave no address.
pub(crate) fn trade_notice(
    alipay: &Alipay,
    trade: &Trade,
    buyer: &Buyer,
    refund: Option<&Refund>,
    now: Timestamp,
) -> Option<Notice> {
    let url = trade.notify_url.clone()?;
    let total = trade.total.to_string();
    let mut fields = vec![
        ("trade_no", trade.trade_no.clone()),
        ("out_trade_no", trade.out_trade_no.clone()),
        ("trade_status", trade.status(now).code().to_owned()),
        ("subject", trade.subject.clone()),
        ("seller_id", alipay.seller_id.clone()),
        ("buyer_id", trade.buyer_id.clone()),
        ("buyer_logon_id", buyer.masked_logon_id()),
        ("total_amount", total.clone()),
        ("receipt_amount", total.clone()),
        ("buyer_pay_amount", total.clone()),
        ("invoice_amount", total.clone()),
        ("point_amount", "0.00".to_owned()),
        ("gmt_create", beijing::text(trade.created_at)),
    ];
    if let Some(payment) = trade.payment {
        fields.push(("gmt_payment", beijing::text(payment.at)));
        // The compact JSON text is what is signed; here the key is `fundChannel`, other than in answers.
        let bills = json!([{ "amount": total, "fundChannel": payment.from.code() }]);
        fields.push(("fund_bill_list", bills.to_string()));
    }
    if let Some(refund) = refund {
        fields.push(("out_biz_no", refund.out_request_no.clone()));
        fields.push(("refund_fee", trade.refunded().to_string()));
        fields.push(("gmt_refund", beijing::text_with_millis(refund.at)));
    }
    if let Some(closed_at) = trade.closed_at(now) {
        fields.push(("gmt_close", beijing::text(closed_at)));
    }
    Some(Notice {
        mode: trade.mode,
        url,
        notify_type: "trade_status_sync",
        fields,
        keeps_sign_type: false,
        out_trade_no: Some(trade.out_trade_no.clone()),
        agreement_no: None,
        buyer_id: Some(trade.buyer_id.clone()),
    })
}
