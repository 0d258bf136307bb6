//! frontTransReq.do: UnionPay's own page, on which a payer opens his card (银联侧开通).
//!
//! What the merchant did not send, the payer types; the code goes to his phone when he asks for it. The look of the page
//! and POST /sandbox/open behind its buttons are this sandbox's invention. What follows is not: the background
//! notification, and the way back, a form that the browser posts to `frontUrl` with the same signed fields.

use std::sync::Arc;

use axum::extract::{Form, State};
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;

use super::call::{Call, Kind};
use super::fields::Fields;
use super::{UnionPay, answer, faulty, one_time_code, published};
use crate::banks::Code;

/// What a page was opened for.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    call: Call,
}

/// What the page's form sends.
#[derive(Deserialize)]
pub(crate) struct Press {
    token: String,
    decision: String,
    #[serde(default)]
    card: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    certificate_number: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    cvn2: String,
    #[serde(default)]
    expired: String,
    #[serde(default)]
    code: String,
}

/// Answers a signed form with the page.
pub(crate) fn open(up: &UnionPay, call: Call) -> Response {
    let token = up.ids.page_token();
    let shown = page(&token, &call, None);
    up.books().pages.insert(token, Page { call });
    shown
}

pub(crate) fn refused(code: Code) -> Response {
    frame(&html! { h1 { "交易失败" } p { (published::message(code)) } })
}

/// One of the buttons was pressed.
pub(crate) async fn press(State(up): State<Arc<UnionPay>>, Form(press): Form<Press>) -> Response {
    let Some(Page { mut call }) = up.books().pages.get(&press.token).cloned() else {
        return frame(&html! { h1 { "页面已失效" } });
    };
    if press.decision == "cancel" {
        up.books().pages.remove(&press.token);
        return frame(&html! { h1 { "已取消" } });
    }
    fill_in(&mut call, &press);
    if press.decision == "send" {
        let mut asking = call.clone();
        asking.kind = Kind::SmsForOpening;
        let sent = one_time_code::send_for_opening(&up, &asking);
        let message = sent.err().map_or_else(|| "验证码已发送".to_owned(), published::message);
        up.books().pages.insert(press.token.clone(), Page { call: call.clone() });
        return page(&press.token, &call, Some(&message));
    }
    let fields = faulty::process(&up, &call).await;
    let code = fields.get("respCode").map(String::as_str).unwrap_or_default();
    if code == published::SUCCESS {
        up.books().pages.remove(&press.token);
        return go_back(&up, &call, fields);
    }
    page(&press.token, &call, Some(&published::message(code)))
}

/// What was typed stands where the merchant sent nothing.
fn fill_in(call: &mut Call, press: &Press) {
    let typed = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let factors = &mut call.customer.factors;
    call.card = call.card.take().or_else(|| typed(&press.card));
    factors.certificate_type = factors.certificate_type.take().or_else(|| Some("01".to_owned()));
    factors.name = factors.name.take().or_else(|| typed(&press.name));
    factors.certificate_number = factors.certificate_number.take().or_else(|| typed(&press.certificate_number));
    factors.phone = factors.phone.take().or_else(|| typed(&press.phone));
    factors.cvn2 = factors.cvn2.take().or_else(|| typed(&press.cvn2));
    factors.expired = factors.expired.take().or_else(|| typed(&press.expired));
    call.customer.sms_code = typed(&press.code);
}

fn go_back(up: &UnionPay, call: &Call, fields: Fields) -> Response {
    let fields = answer::sign(fields, &up.authority.signer);
    // Only a web address: anything else would be run by the browser.
    let address = call.text("frontUrl").unwrap_or_default();
    if !(address.starts_with("http://") || address.starts_with("https://")) {
        return frame(&html! { h1 { "开通成功" } });
    }
    frame(&html! {
        h1 { "开通成功" }
        form method="post" action=(address) {
            @for (name, value) in &fields { input type="hidden" name=(name) value=(value); }
            button type="submit" { "返回商家" }
        }
    })
}

fn page(token: &str, call: &Call, message: Option<&str>) -> Response {
    let factors = &call.customer.factors;
    let asked = [
        ("card", "卡号", call.card.is_none()),
        ("name", "姓名", factors.name.is_none()),
        ("certificate_number", "身份证号", factors.certificate_number.is_none()),
        ("phone", "银行预留手机号", factors.phone.is_none()),
        ("cvn2", "CVN2（信用卡）", factors.cvn2.is_none()),
        ("expired", "有效期 YYMM（信用卡）", factors.expired.is_none()),
    ];
    frame(&html! {
        h1 { "开通银联快捷支付" }
        @if let Some(message) = message { p role="alert" { (message) } }
        form method="post" action="/sandbox/open" {
            input type="hidden" name="token" value=(token);
            @for (name, label, _) in asked.iter().filter(|(_, _, asked)| *asked) {
                p { label { (label) " " input name=(name) autocomplete="off"; } }
            }
            p { label { "短信验证码 " input name="code" inputmode="numeric" autocomplete="one-time-code"; } }
            button type="submit" name="decision" value="send" { "获取验证码" }
            button type="submit" name="decision" value="open" { "同意协议并开通" }
            button type="submit" name="decision" value="cancel" { "取消" }
        }
    })
}

fn frame(content: &Markup) -> Response {
    let document = html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "银联（沙箱）" }
            }
            body { main { (content) } }
        }
    };
    Html(document.into_string()).into_response()
}
