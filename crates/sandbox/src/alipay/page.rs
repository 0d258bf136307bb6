//! What a payer sees in the browser. The look is this sandbox's own.

use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::agreement_page::Signing;
use super::buyer::Buyer;
use super::page_order::PageOrder;
use crate::beijing;

/// The merchant of the sandbox.
const MERCHANT: &str = "沙箱商户";

const STYLE: &str = "\
*{box-sizing:border-box}body{margin:0;background:#f5f5f7;color:#1f2329;font:16px/1.6 system-ui,sans-serif}\
main{max-width:26rem;margin:0 auto;padding:1.25rem}h1{font-size:1.25rem;margin:.5rem 0 1rem}\
.card{background:#fff;border-radius:.75rem;padding:1rem;margin-bottom:1rem}\
dl{display:grid;grid-template-columns:auto 1fr;gap:.5rem 1rem;margin:0}dt{color:#5a6270}dd{margin:0;text-align:right;overflow-wrap:anywhere}\
label{display:block;margin-bottom:.25rem}select,button{width:100%;min-height:3rem;font:inherit;border-radius:.5rem}\
select{border:1px solid #8a919c;background:#fff;padding:0 .5rem}button{border:0;margin-top:.75rem}\
.yes{background:#1059c9;color:#fff}.no{background:#e3e6eb;color:#1f2329}\
button:focus-visible,select:focus-visible,a:focus-visible{outline:3px solid #f5a623;outline-offset:2px}\
.note{color:#5a6270;font-size:.875rem}a{color:#1059c9}";

/// The page with the two buttons.
pub(crate) fn signing(token: &str, signing: &Signing, buyers: &[Buyer]) -> Response {
    let product = match signing.personal_product_code.as_str() {
        "CYCLE_PAY_AUTH_P" => "周期扣款",
        _ => "商家扣款",
    };
    frame(&html! {
        h1 { "开通" (product) }
        section .card {
            p { "同意后，" (MERCHANT) " 可按约定从您的支付宝账户扣款，扣款时不再输入密码。" }
            dl {
                dt { "商家" } dd { (MERCHANT) }
                dt { "服务" } dd { (product) }
                dt { "有效期至" } dd { (beijing::text(signing.invalid_at)) }
                @if let Some(name) = &signing.external_logon_id { dt { "商家账号" } dd { (name) } }
                @if let Some(number) = &signing.external_agreement_no { dt { "商家协议号" } dd { (number) } }
                @if let Some(rules) = &signing.rules {
                    dt { "单笔上限" } dd { (rules.single_amount) " 元" }
                    @if let Some(total) = &rules.total_amount { dt { "累计上限" } dd { (total) " 元" } }
                    @if let Some(times) = &rules.total_payments { dt { "扣款次数上限" } dd { (times) } }
                }
            }
        }
        form .card method="post" action="/sandbox/agreement" {
            input type="hidden" name="token" value=(token);
            (payers(buyers))
            button .yes type="submit" name="decision" value="agree" { "同意并签约" }
            button .no type="submit" name="decision" value="cancel" { "取消" }
        }
        p .note { "这是沙箱页面：没有登录，由您选择以哪个买家的身份签约。" }
    })
}

/// The cashier's page. `refused` says why the press before did not pay.
pub(crate) fn ordering(token: &str, order: &PageOrder, buyers: &[Buyer], refused: Option<&str>) -> Response {
    frame(&html! {
        h1 { "确认付款" }
        @if let Some(reason) = refused { p .card role="alert" { (reason) } }
        section .card {
            dl {
                dt { "收款方" } dd { (MERCHANT) }
                dt { "商品" } dd { (order.terms.subject) }
                dt { "金额" } dd { (order.terms.total) " 元" }
                dt { "商家订单号" } dd { (order.terms.out_trade_no) }
                dt { "请于此前付款" } dd { (beijing::text(order.terms.expires_at)) }
            }
        }
        form .card method="post" action="/sandbox/order" {
            input type="hidden" name="token" value=(token);
            (payers(buyers))
            button .yes type="submit" name="decision" value="pay" { "确认付款" }
            button .no type="submit" name="decision" value="later" { "稍后付款" }
            button .no type="submit" name="decision" value="cancel" { "取消" }
        }
        p .note { "这是沙箱页面：没有登录，由您选择以哪个买家的身份付款。" }
    })
}

fn payers(buyers: &[Buyer]) -> Markup {
    html! {
        label for="buyer_id" { "付款账户" }
        select id="buyer_id" name="buyer_id" {
            @for buyer in buyers {
                option value=(buyer.buyer_id) { (buyer.masked_logon_id()) " · " (buyer.buyer_id) }
            }
        }
    }
}

/// The last page, with the way back if there is one.
pub(crate) fn closed(message: &str, return_url: Option<&str>) -> Response {
    // Only a web address becomes a link: anything else in return_url would be run by the browser.
    let link = return_url.filter(|url| url.starts_with("http://") || url.starts_with("https://"));
    frame(&html! {
        h1 { (message) }
        @if let Some(url) = link { p { a href=(url) { "返回商家" } } }
    })
}

/// Error pages of the real gateway are in GBK. Every character beyond ASCII is written as a reference, so the bytes are
/// the same in GBK and in UTF-8, and the declared charset is the real one.
pub(crate) fn error(title: &str, message: &str) -> Response {
    let page = document("GBK", &html! { h1 { (title) } p { (message) } }).into_string();
    let body: String = page
        .chars()
        .map(|char| if char.is_ascii() { char.to_string() } else { format!("&#{};", u32::from(char)) })
        .collect();
    ([(header::CONTENT_TYPE, "text/html;charset=GBK")], body).into_response()
}

fn frame(content: &Markup) -> Response {
    Html(document("utf-8", content).into_string()).into_response()
}

fn document(charset: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset=(charset);
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "支付宝（沙箱）" }
                style { (PreEscaped(STYLE)) }
            }
            body { main { (content) } }
        }
    }
}
