//! `alipay.trade.page.pay` and `alipay.trade.wap.pay`: the payer confirms on Alipay's own page.
//!
//! Alipay makes the trade when the payer has signed in there or has scanned the code, on a phone when he has typed his
//! password. So the expiry is absolute: a relative one would begin only then (`AlipayTradeWapPayModel`,
//! `timeout_express`), and a page left open would never be too late.

use serde_json::json;

use super::format;
use super::gateway::{Call, Gateway};
use crate::{ChannelError, PageOrder, Screen};

/// The address that the payer's browser opens to pay.
pub(super) fn page(gateway: &Gateway, order: &PageOrder) -> Result<String, ChannelError> {
    let number = order.attempt.channel_number();
    let (method, product) = match order.screen {
        Screen::Desktop => ("alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY"),
        Screen::Phone => ("alipay.trade.wap.pay", "QUICK_WAP_WAY"),
    };
    let mut content = json!({
        "out_trade_no": number,
        "total_amount": order.amount.decimal(),
        "subject": format::subject(&order.subject),
        "product_code": product,
        "time_expire": format::time(order.expires_at),
    });
    if order.screen == Screen::Phone {
        // Where a payer who gives up goes; the desktop's page has no such way.
        content["quit_url"] = json!(order.return_url);
    }
    let call = Call { method, family: method, number: &number, notify_url: Some(&order.notify_url), content };
    gateway.page(&call, &order.return_url).ok_or(ChannelError::Unsendable)
}
