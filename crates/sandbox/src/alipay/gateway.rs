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
use super::biz::Biz;
use super::call::{Call, Method};
use super::faulty::{self, Reply};
use super::{Alipay, agreement_page, page, parameters, signature};
use crate::beijing;
use crate::wire::Connection;

/// A refusal by the gateway itself, before any business.
struct GatewayRefusal {
    method: Option<Method>,
    app_known: bool,
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
    if call.method == Method::AgreementPageSign {
        return agreement_page::open(&alipay, call);
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
    if refusal.method == Some(Method::AgreementPageSign) {
        return page::error(&refusal.answer.text());
    }
    let key = refusal.method.map_or_else(|| "error_response".to_owned(), Method::answer_key);
    let object = refusal.answer.text();
    let signature = if refusal.app_known { signature::sign(&alipay.alipay_key, object.as_bytes()) } else { None };
    json(answer::body(&key, &object, signature.as_deref()))
}

fn authenticate(alipay: &Alipay, parameters: &BTreeMap<String, String>) -> Result<Call, GatewayRefusal> {
    let value = |name: &str| parameters.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let method = value("method").and_then(Method::named);
    let app_known = value("app_id") == Some(alipay.app_id.as_str());
    let refusal = |answer: Answer| GatewayRefusal { method, app_known, answer };
    let missing = |sub_code: &str, text: &str| refusal(gateway_answer("40001", sub_code, text));
    let invalid = |sub_code: &str, text: &str| refusal(gateway_answer("40002", sub_code, text));

    if value("app_id").is_none() {
        return Err(missing("isv.missing-app-id", "缺少app_id参数"));
    }
    if !app_known {
        return Err(invalid("isv.invalid-app-id", "无效的AppID参数"));
    }
    if value("method").is_none() {
        return Err(missing("isv.missing-method", "缺少方法名参数"));
    }
    let Some(known) = method else {
        return Err(invalid("isv.invalid-method", "不存在的方法名"));
    };
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
        None => return Err(missing("isv.missing-timestamp", "缺少时间戳参数")),
        Some(text) if beijing::parse(text).is_none() => {
            return Err(invalid("isv.invalid-timestamp", "非法的时间戳参数，格式为 yyyy-MM-dd HH:mm:ss"));
        }
        Some(_) => {}
    }
    let Some(signature) = value("sign") else {
        return Err(missing("isv.missing-signature", "缺少签名参数"));
    };
    let signed = signature::string_to_sign(parameters, &["sign"]);
    if !signature::verify(alipay.merchant_key.public_der(), signed.as_bytes(), signature) {
        return Err(invalid("isv.invalid-signature", &wrong_signature(&signed)));
    }
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
        method: known,
        biz,
        notify_url: value("notify_url").map(str::to_owned),
        return_url: value("return_url").map(str::to_owned),
        arrived_at: alipay.clock.business_now(),
    })
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
