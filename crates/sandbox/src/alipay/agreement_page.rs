//! alipay.user.agreement.page.sign: the page on which a payer allows a merchant to charge him.
//!
//! The call is a signed address that a browser opens. The real page belongs to an app in which the payer is signed in;
//! here he chooses who he is, which is this sandbox's invention, and so are the page's look and the address behind its
//! two buttons. What follows from them is not: the agreement, its notification, and the signed way back to `return_url`.
//! Fields: AlipayUserAgreementPageSignModel, AccessParams, PeriodRuleParams and AlipayUserAgreementPageSignResponse of
//! PyPI alipay-sdk-python 3.7; docs.open.alipay.com/api_2/alipay.user.agreement.page.sign.

use std::sync::Arc;

use axum::extract::{Form, State};
use axum::response::Response;
use jiff::{Span, Timestamp};
use serde::Deserialize;
use url::Url;

use super::agreement::{Agreement, AgreementState, PeriodRules};
use super::agreement_notice::{Event, agreement_notice};
use super::app::Mode;
use super::biz::Biz;
use super::buyer::Buyer;
use super::call::{Call, Method, Refusal};
use super::{Alipay, notification, page, way_back};
use crate::beijing;
use crate::money::Fen;

/// The head of the pages that refuse.
const TITLE: &str = "签约失败";
const METHOD: Method = Method::AgreementPageSign;
/// The end of an agreement without `sign_validity_period`, as in the published samples.
const LONG_TERM: &str = "2115-02-01 00:00:00";

/// What a signing page was opened for.
#[derive(Clone, Debug)]
pub(crate) struct Signing {
    pub(crate) personal_product_code: String,
    pub(crate) sign_scene: String,
    pub(crate) external_agreement_no: Option<String>,
    pub(crate) external_logon_id: Option<String>,
    pub(crate) invalid_at: Timestamp,
    pub(crate) rules: Option<PeriodRules>,
    pub(crate) mode: Mode,
    pub(crate) notify_url: Option<String>,
    pub(crate) return_url: Option<String>,
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
    let signing = match read(call) {
        Ok(signing) => signing,
        Err(refusal) => return page::error(TITLE, &format!("{} {}", refusal.sub_code, refusal.message(METHOD))),
    };
    let token = alipay.ids.page_token();
    let mut books = alipay.books();
    if let Some(number) = &signing.external_agreement_no
        && is_signed(books.agreements(), number, &signing.personal_product_code, call.arrived_at)
    {
        return page::error(TITLE, &format!("协议号 {number} 已签约"));
    }
    let buyers: Vec<Buyer> = books.buyers().cloned().collect();
    let html = page::signing(&token, &signing, &buyers);
    books.signings.insert(token, signing);
    html
}

fn is_signed(agreements: &[Agreement], external_agreement_no: &str, product: &str, now: Timestamp) -> bool {
    agreements.iter().any(|agreement| {
        agreement.external_agreement_no.as_deref() == Some(external_agreement_no)
            && agreement.personal_product_code == product
            && !agreement.is_unsigned()
            && now < agreement.invalid_at
    })
}

fn read(call: &Call) -> Result<Signing, Refusal> {
    let biz = &call.biz;
    let personal_product_code = biz.required(METHOD, "personal_product_code", 64)?;
    if !["GENERAL_WITHHOLDING_P", "CYCLE_PAY_AUTH_P"].contains(&personal_product_code.as_str()) {
        let wanted = "沙箱商户已签约 GENERAL_WITHHOLDING_P 与 CYCLE_PAY_AUTH_P";
        return Err(Refusal::invalid(METHOD, "personal_product_code", wanted));
    }
    let channel = biz.object("access_params").and_then(|access| access.text("channel"));
    if channel.is_none() {
        return Err(Refusal::invalid(METHOD, "access_params.channel", "必填，例如 ALIPAYAPP、QRCODE"));
    }
    let rules = match biz.object("period_rule_params") {
        Some(rules) => Some(read_rules(&rules)?),
        None if personal_product_code == "CYCLE_PAY_AUTH_P" => {
            return Err(Refusal::invalid(METHOD, "period_rule_params", "周期扣款必填"));
        }
        None => None,
    };
    Ok(Signing {
        personal_product_code,
        sign_scene: biz.text("sign_scene").unwrap_or_else(|| "DEFAULT|DEFAULT".to_owned()),
        external_agreement_no: biz.text("external_agreement_no"),
        external_logon_id: biz.text("external_logon_id"),
        invalid_at: read_end(biz, call.arrived_at)?,
        rules,
        mode: call.mode,
        notify_url: call.notify_url.clone(),
        return_url: call.return_url.clone(),
    })
}

/// A whole number and `d` or `m`, at most eight characters, counted from the request for signing (整形数字加上时间单位,
/// 从发起签约请求的时间开始算起; 目前支持的时间单位: d 天, m 月). Years are not published, so `1y` is refused.
fn read_end(biz: &Biz, now: Timestamp) -> Result<Timestamp, Refusal> {
    let refused = || Refusal::invalid(METHOD, "sign_validity_period", "整数加单位 d（天）或 m（月），例如 2m");
    let Some(text) = biz.text("sign_validity_period") else {
        return beijing::parse(LONG_TERM).ok_or_else(refused);
    };
    let count = text.strip_suffix(['d', 'm']).ok_or_else(refused)?;
    let plain = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit()) && text.len() <= 8;
    let count: i64 = count.parse().ok().filter(|count| plain && *count > 0).ok_or_else(refused)?;
    let span = if text.ends_with('d') { Span::new().try_days(count) } else { Span::new().try_months(count) };
    span.ok().and_then(|span| beijing::plus(now, span)).ok_or_else(refused)
}

fn read_rules(rules: &Biz) -> Result<PeriodRules, Refusal> {
    let refused = |field: &str, wanted: &str| Refusal::invalid(METHOD, &format!("period_rule_params.{field}"), wanted);
    match rules.text("period_type").as_deref() {
        Some("DAY" | "MONTH") => {}
        _ => return Err(refused("period_type", "DAY 或 MONTH")),
    }
    let period = rules.text("period").and_then(|period| period.parse::<u32>().ok());
    if period.is_none_or(|period| period == 0) {
        return Err(refused("period", "必填，正整数"));
    }
    if rules.text("execute_time").is_none() {
        return Err(refused("execute_time", "必填，yyyy-MM-dd"));
    }
    let single = rules.text("single_amount").and_then(|amount| Fen::parse(&amount));
    let total = match rules.text("total_amount") {
        Some(amount) => Some(Fen::parse(&amount).ok_or_else(|| refused("total_amount", "单位为元，最多两位小数"))?),
        None => None,
    };
    let times = match rules.text("total_payments") {
        Some(times) => Some(times.parse().map_err(|_| refused("total_payments", "正整数"))?),
        None => None,
    };
    Ok(PeriodRules {
        single_amount: single.ok_or_else(|| refused("single_amount", "必填，单位为元，最多两位小数"))?,
        total_amount: total,
        total_payments: times,
    })
}

/// One of the two buttons was pressed.
pub(crate) async fn decide(State(alipay): State<Arc<Alipay>>, Form(decision): Form<Decision>) -> Response {
    let Some(signing) = alipay.books().signings.get(&decision.token).cloned() else {
        return page::error(TITLE, "页面已失效，请返回商家重新发起签约");
    };
    if decision.decision != "agree" {
        alipay.books().signings.remove(&decision.token);
        return page::closed("您已取消签约", signing.return_url.as_deref());
    }
    let Some(buyer) = alipay.books().buyer(&decision.buyer_id).cloned() else {
        return page::error(TITLE, "buyer_id 不存在：先在控制端口 POST /alipay/buyers 创建买家");
    };
    let agreement = sign(&alipay, &decision.token, &signing, &buyer);
    if let Some(notice) = agreement_notice(&agreement, &buyer, Event::Signed, None) {
        notification::send(&alipay, notice).await;
    }
    let address = signing.return_url.as_deref().and_then(|url| Url::parse(url).ok());
    match address {
        Some(address) => go_back(&alipay, address, &agreement, &buyer),
        None => page::closed("签约成功", None),
    }
}

fn sign(alipay: &Alipay, token: &str, signing: &Signing, buyer: &Buyer) -> Agreement {
    let now = alipay.clock.business_now();
    let agreement = Agreement {
        agreement_no: alipay.ids.agreement_no(now),
        external_agreement_no: signing.external_agreement_no.clone(),
        external_logon_id: signing.external_logon_id.clone(),
        buyer_id: buyer.buyer_id.clone(),
        personal_product_code: signing.personal_product_code.clone(),
        sign_scene: signing.sign_scene.clone(),
        signed_at: now,
        invalid_at: signing.invalid_at,
        state: AgreementState::Normal,
        mode: signing.mode,
        notify_url: signing.notify_url.clone(),
        rules: signing.rules,
        charged: Fen::ZERO,
        charges: 0,
    };
    let mut books = alipay.books();
    books.signings.remove(token);
    books.add_agreement(agreement.clone());
    agreement
}

fn go_back(alipay: &Alipay, address: Url, agreement: &Agreement, buyer: &Buyer) -> Response {
    let result = [
        ("agreement_no", Some(agreement.agreement_no.clone())),
        ("external_agreement_no", agreement.external_agreement_no.clone()),
        ("external_logon_id", agreement.external_logon_id.clone()),
        ("alipay_user_id", Some(agreement.buyer_id.clone())),
        ("alipay_logon_id", Some(buyer.masked_logon_id())),
        ("personal_product_code", Some(agreement.personal_product_code.clone())),
        ("sign_scene", Some(agreement.sign_scene.clone())),
        ("status", Some(agreement.status().to_owned())),
        ("sign_time", Some(beijing::text(agreement.signed_at))),
        ("valid_time", Some(beijing::text(agreement.signed_at))),
        ("invalid_time", Some(beijing::text(agreement.invalid_at))),
    ];
    way_back::go_back(alipay, agreement.mode, address, result)
}
