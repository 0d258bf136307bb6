//! alipay.trade.page.pay: the cashier's page on which a buyer pays an order.
//!
//! The call is a signed address (GET) or a signed form (POST) that a browser opens. The order becomes a trade only when a
//! buyer is known to the page, so a query before that says ACQ.TRADE_NOT_EXIST. Who the buyer is and the page's buttons
//! are this sandbox's invention; what follows is not: the trade, its notification, and the signed way back. The fields of
//! the way back are those of several recorded ones (`method=alipay.trade.page.pay.return`). Fields of the call:
//! AlipayTradePagePayModel of PyPI alipay-sdk-python 3.7. No table of the page's own codes was at hand; its pages show the
//! texts of alipay.trade.pay.

use std::sync::Arc;

use axum::extract::{Form, State};
use axum::response::Response;
use serde::Deserialize;
use url::Url;

use super::app::Mode;
use super::books::Books;
use super::buyer::Buyer;
use super::call::{Call, Method, Refusal};
use super::trade::{Terms, Trade};
use super::trade_notice::trade_notice;
use super::{Alipay, Notice, notification, page, trade_pay, way_back};

const METHOD: Method = Method::TradePagePay;
/// The only product of this page.
pub(crate) const PRODUCT: &str = "FAST_INSTANT_TRADE_PAY";
const TITLE: &str = "付款失败";

/// What the page was opened for.
#[derive(Clone, Debug)]
pub(crate) struct PageOrder {
    pub(crate) terms: Terms,
    mode: Mode,
    notify_url: Option<String>,
    return_url: Option<String>,
}

/// What the page's form sends.
#[derive(Deserialize)]
pub(crate) struct Decision {
    token: String,
    #[serde(default)]
    buyer_id: String,
    decision: String,
}

/// Answers the signed address with the page.
pub(crate) fn open(alipay: &Alipay, call: &Call) -> Response {
    let order = match read(call) {
        Ok(order) => order,
        Err(refusal) => return refused(&refusal),
    };
    let now = alipay.clock.business_now();
    let token = alipay.ids.page_token();
    let mut books = alipay.books();
    if let Err(refusal) = payable(&books, &order.terms, None, now) {
        return refused(&refusal);
    }
    let buyers: Vec<Buyer> = books.buyers().cloned().collect();
    let html = page::ordering(&token, &order, &buyers, None);
    books.page_orders.insert(token, order);
    html
}

fn refused(refusal: &Refusal) -> Response {
    page::error(TITLE, &format!("{} {}", refusal.sub_code, refusal.message(METHOD)))
}

fn read(call: &Call) -> Result<PageOrder, Refusal> {
    let terms = trade_pay::terms(call)?;
    if call.biz.required(METHOD, "product_code", 64)? != PRODUCT {
        return Err(Refusal::invalid(METHOD, "product_code", "电脑网站支付取值 FAST_INSTANT_TRADE_PAY"));
    }
    let (notify_url, return_url) = (call.notify_url.clone(), call.return_url.clone());
    Ok(PageOrder { terms, mode: call.mode, notify_url, return_url })
}

/// Whether an order under this number can still be paid, and by this buyer.
fn payable(books: &Books, terms: &Terms, payer: Option<&str>, now: jiff::Timestamp) -> Result<(), Refusal> {
    if let Some(trade) = books.trade(&terms.out_trade_no) {
        trade.accepts(terms, payer, now)?;
    }
    if now >= terms.expires_at {
        return Err(Refusal::new("ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR"));
    }
    Ok(())
}

/// One of the buttons was pressed.
pub(crate) async fn decide(State(alipay): State<Arc<Alipay>>, Form(decision): Form<Decision>) -> Response {
    let Some(order) = alipay.books().page_orders.get(&decision.token).cloned() else {
        return page::error(TITLE, "页面已失效，请返回商家重新下单");
    };
    let back = order.return_url.as_deref();
    if decision.decision == "cancel" {
        alipay.books().page_orders.remove(&decision.token);
        return page::closed("您已取消付款", back);
    }
    if alipay.books().buyer(&decision.buyer_id).is_none() {
        return page::error(TITLE, "buyer_id 不存在：先在控制端口 POST /alipay/buyers 创建买家");
    }
    if let Err(refusal) = begin(&alipay, &order, &decision.buyer_id) {
        return refused(&refusal);
    }
    if decision.decision != "pay" {
        return page::closed("订单已创建，等待付款", back);
    }
    match pay(&alipay, &order) {
        Ok((trade, notice)) => {
            if let Some(notice) = notice {
                notification::send(&alipay, notice).await;
            }
            alipay.books().page_orders.remove(&decision.token);
            go_back(&alipay, &order, &trade)
        }
        Err(refusal) => {
            let buyers: Vec<Buyer> = alipay.books().buyers().cloned().collect();
            page::ordering(&decision.token, &order, &buyers, Some(&refusal.message(METHOD)))
        }
    }
}

/// The buyer is known: the order becomes a trade that waits for him.
fn begin(alipay: &Alipay, order: &PageOrder, buyer_id: &str) -> Result<(), Refusal> {
    let now = alipay.clock.business_now();
    let mut books = alipay.books();
    payable(&books, &order.terms, Some(buyer_id), now)?;
    let known = books.trade(&order.terms.out_trade_no).cloned();
    let mut trade =
        known.unwrap_or_else(|| Trade::open(&order.terms, buyer_id, alipay.ids.trade_no(now), order.mode, now));
    trade.notify_url = order.notify_url.clone().or(trade.notify_url);
    books.keep(trade);
    Ok(())
}

fn pay(alipay: &Alipay, order: &PageOrder) -> Result<(Trade, Option<Notice>), Refusal> {
    let now = alipay.clock.business_now();
    let mut books = alipay.books();
    let trade = books.trade(&order.terms.out_trade_no).cloned();
    let trade = trade.ok_or_else(|| Refusal::new("ACQ.TRADE_STATUS_ERROR"))?;
    // Between two presses of the button somebody may have paid or closed it.
    trade.accepts(&order.terms, None, now)?;
    let trade = books.settle(trade, None, now)?;
    let buyer = books.buyer(&trade.buyer_id);
    let notice = buyer.and_then(|buyer| trade_notice(alipay, &trade, buyer, None, now));
    Ok((trade, notice))
}

fn go_back(alipay: &Alipay, order: &PageOrder, trade: &Trade) -> Response {
    let Some(address) = order.return_url.as_deref().and_then(|url| Url::parse(url).ok()) else {
        return page::closed("付款成功", None);
    };
    let result = [
        ("method", format!("{}.return", METHOD.name())),
        ("version", "1.0".to_owned()),
        ("out_trade_no", trade.out_trade_no.clone()),
        ("trade_no", trade.trade_no.clone()),
        ("total_amount", trade.total.to_string()),
        ("seller_id", alipay.seller_id.clone()),
    ];
    way_back::go_back(alipay, order.mode, address, result.map(|(name, value)| (name, Some(value))))
}
