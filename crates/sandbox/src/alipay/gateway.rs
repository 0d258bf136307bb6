//! `/gateway.do`: who calls, and is it what he signed?
//!
//! The order of the checks is the gateway's: app_id before the signature (recorded in public copies), and the content
//! only afterwards. An answer is signed as soon as the application is known, also when it says that the request's
//! signature is wrong (the answer recorded in alipay/alipay-sdk-nodejs-all, src/alipay.ts, carries a `sign`); without
//! an application there is no key that the caller could verify with.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::answer::{self, Answer};
use super::app::{App, Mode};
use super::biz::Biz;
use super::call::{Call, Method};
use super::certificates::Certificates;
use super::faulty::{self, Reply};
use super::{Alipay, agreement_page, page, page_order, parameters, signature};
use crate::beijing;
use crate::wire::Connection;

type Parameters = BTreeMap<String, String>;

/// A refusal by the gateway itself, before any business.
struct GatewayRefusal {
    method: Option<Method>,
    app: Option<Mode>,
    answer: Answer,
}

pub(crate) async fn handle(
    State(alipay): State<Arc<Alipay>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    request: Request,
) -> Response {
    let Some(parameters) = parameters::read(request).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "the request body is larger than 256 KiB\n").into_response();
    };
    let call = match authenticate(&alipay, &parameters) {
        Ok(call) => call,
        Err(refusal) => return refuse(&alipay, &refusal),
    };
    match call.method {
        Method::AgreementPageSign => return agreement_page::open(&alipay, &call),
        Method::TradePagePay => return page_order::open(&alipay, &call),
        _ => {}
    }
    match faulty::answer(&alipay, call).await {
        Reply::Json(body) => json(body),
        Reply::Http(status) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
            (status, Html(format!("<html><body><h1>{status}</h1></body></html>\n"))).into_response()
        }
        Reply::Cut => {
            connection.cut();
            StatusCode::NO_CONTENT.into_response()
        }
    }
}

/// The real gateway says `text/html;charset=utf-8` even when the body is JSON.
fn json(body: String) -> Response {
    ([(header::CONTENT_TYPE, "text/html;charset=utf-8")], body).into_response()
}

fn refuse(alipay: &Alipay, refusal: &GatewayRefusal) -> Response {
    if refusal.method.is_some_and(Method::is_page) {
        return page::error("请求有误", &refusal.answer.text());
    }
    let key = refusal.method.map_or_else(|| "error_response".to_owned(), Method::answer_key);
    json(match refusal.app {
        Some(mode) => faulty::seal(alipay, mode, &key, &refusal.answer),
        None => answer::body(&key, &refusal.answer.text(), None),
    })
}

fn value<'a>(parameters: &'a Parameters, name: &str) -> Option<&'a str> {
    parameters.get(name).map(String::as_str).filter(|value| !value.is_empty())
}

fn authenticate(alipay: &Alipay, parameters: &Parameters) -> Result<Call, GatewayRefusal> {
    let method = value(parameters, "method").and_then(Method::named);
    let app = value(parameters, "app_id").and_then(|app_id| alipay.mode_of(app_id));
    read(alipay, parameters, app, method).map_err(|answer| GatewayRefusal { method, app, answer })
}

fn read(alipay: &Alipay, parameters: &Parameters, app: Option<Mode>, method: Option<Method>) -> Result<Call, Answer> {
    let value = |name| value(parameters, name);
    if value("app_id").is_none() {
        return Err(missing("isv.missing-app-id", "缺少app_id参数"));
    }
    let mode = app.ok_or_else(|| invalid("isv.invalid-app-id", "无效的AppID参数"))?;
    if value("method").is_none() {
        return Err(missing("isv.missing-method", "缺少方法名参数"));
    }
    let method = method.ok_or_else(|| invalid("isv.invalid-method", "不存在的方法名"))?;
    check_system_parameters(parameters)?;
    check_signature(alipay.app(mode), parameters)?;
    if value("charset").is_some_and(|charset| !charset.eq_ignore_ascii_case("utf-8")) {
        return Err(invalid("isv.invalid-charset", "字符集错误，沙箱只接受 utf-8"));
    }
    if value("format").is_some_and(|format| !format.eq_ignore_ascii_case("json")) {
        return Err(invalid("isv.invalid-format", "无效的数据格式，仅支持JSON"));
    }
    let Some(biz) = Biz::parse(value("biz_content").unwrap_or("")) else {
        return Err(invalid("isv.illegal-json", "非法的JSON，biz_content 必须是一个 JSON 对象"));
    };
    Ok(Call {
        method,
        mode,
        biz,
        notify_url: value("notify_url").map(str::to_owned),
        return_url: value("return_url").map(str::to_owned),
        arrived_at: alipay.clock.business_now(),
    })
}

fn check_system_parameters(parameters: &Parameters) -> Result<(), Answer> {
    let value = |name| value(parameters, name);
    if value("version").is_none() {
        return Err(missing("isv.missing-version", "缺少版本参数"));
    }
    match value("sign_type") {
        None => return Err(missing("isv.missing-signature-type", "缺少签名类型参数")),
        // An application has one configured algorithm; this one has RSA2, which the documentation prefers.
        Some("RSA2") => {}
        Some(_) => return Err(invalid("isv.invalid-signature-type", "无效的签名类型")),
    }
    match value("timestamp") {
        None => Err(missing("isv.missing-timestamp", "缺少时间戳参数")),
        Some(text) if beijing::parse(text).is_none() => {
            Err(invalid("isv.invalid-timestamp", "非法的时间戳参数，格式为 yyyy-MM-dd HH:mm:ss"))
        }
        Some(_) => Ok(()),
    }
}

fn check_signature(app: &App, parameters: &Parameters) -> Result<(), Answer> {
    let Some(signature) = value(parameters, "sign") else {
        return Err(missing("isv.missing-signature", "缺少签名参数"));
    };
    if let Some(certificates) = app.certificates() {
        check_certificates(certificates, parameters)?;
    }
    let signed = signature::string_to_sign(parameters, &["sign"]);
    if signature::verify(app.merchant_public_der(), signed.as_bytes(), signature) {
        return Ok(());
    }
    Err(invalid("isv.invalid-signature", &wrong_signature(&signed)))
}

/// An application in certificate mode names two certificates, without which there is no key to verify with. Answers
/// recorded in public: 40002 isv.missing-app-cert-sn 缺少应用公钥证书序列号; 40002 isv.app-cert-not-exist 应用公钥证书不存在
/// (alipay/alipay-sdk-nodejs-all, issue 56); invalid-alipay-root-cert-sn 无效支付宝根证书序列号 (yansongda/pay, issue 491).
/// isv.missing-alipay-root-cert-sn is published by name; its text is written after its sibling's.
fn check_certificates(certificates: &Certificates, parameters: &Parameters) -> Result<(), Answer> {
    match value(parameters, "app_cert_sn") {
        None => return Err(invalid("isv.missing-app-cert-sn", "缺少应用公钥证书序列号")),
        Some(number) if number != certificates.app_cert_sn => {
            return Err(invalid("isv.app-cert-not-exist", "应用公钥证书不存在"));
        }
        Some(_) => {}
    }
    match value(parameters, "alipay_root_cert_sn") {
        None => Err(invalid("isv.missing-alipay-root-cert-sn", "缺少支付宝根证书序列号")),
        Some(number) if number != certificates.root_cert_sn => {
            Err(invalid("isv.invalid-alipay-root-cert-sn", "无效支付宝根证书序列号"))
        }
        Some(_) => Ok(()),
    }
}

fn missing(sub_code: &str, text: &str) -> Answer {
    gateway_answer("40001", sub_code, text)
}

fn invalid(sub_code: &str, text: &str) -> Answer {
    gateway_answer("40002", sub_code, text)
}

fn gateway_answer(code: &str, sub_code: &str, text: &str) -> Answer {
    let message = if code == "40001" { "Missing Required Arguments" } else { "Invalid Arguments" };
    Answer::coded(code, message).with("sub_code", sub_code).with("sub_msg", text)
}

/// The best help in debugging that the gateway gives: the string that it computed, HTML-escaped.
fn wrong_signature(signed: &str) -> String {
    let escaped = signed.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    format!("验签出错，建议检查签名字符串或签名私钥与应用公钥是否匹配，网关生成的验签字符串为：{escaped}")
}
