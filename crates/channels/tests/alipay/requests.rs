//! What is sent: the parameters, their formats, and a signature that the other side can verify.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tantu_channels::alipay::{Alipay, AlipayConfig, ConfigError, Keys};
use tantu_channels::{Charge, MandateSigning, RefundOrder, SigningOrder};
use tantu_domain::money::Money;
use url::Url;

use crate::charges::{SHOWN, order, scanned};
use crate::stub::{APP, Reply, Stub, attempt, config, connect, mandate, refund, signed_by_merchant};

fn system(request: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
    let ours = |name: &&str| !["sign", "biz_content", "notify_url", "return_url"].contains(name);
    request.iter().map(|(name, value)| (name.as_str(), value.as_str())).filter(|(name, _)| ours(name)).collect()
}

fn content(request: &BTreeMap<String, String>) -> Value {
    serde_json::from_str(&request["biz_content"]).unwrap()
}

#[tokio::test]
async fn a_charge_says_what_the_documents_ask_for() {
    let stub = Stub::start(Reply::Unsigned("{}".to_owned())).await;
    stub.alipay.charge(&order()).await;
    let request = stub.request();
    assert!(signed_by_merchant(&request));
    assert_eq!(
        system(&request),
        [
            ("app_id", APP),
            ("charset", "utf-8"),
            ("format", "JSON"),
            ("method", "alipay.trade.pay"),
            ("sign_type", "RSA2"),
            // Real time in Beijing, though the business time is another.
            ("timestamp", "2026-11-20 09:02:03"),
            ("version", "1.0"),
        ]
    );
    assert_eq!(request["notify_url"], order().notify_url);
    assert_eq!(
        content(&request),
        json!({
            "out_trade_no": attempt().channel_number(),
            "total_amount": "88.88",
            "subject": "茶   水",
            "product_code": "GENERAL_WITHHOLDING",
            "agreement_params": { "agreement_no": "20205225715271617440" },
            "time_expire": "2026-11-23 00:00:00",
        })
    );
}

#[tokio::test]
async fn a_scanned_code_is_charged_as_it_was_shown() {
    let stub = Stub::start(Reply::Unsigned("{}".to_owned())).await;
    stub.alipay.charge(&scanned()).await;
    let request = stub.request();
    assert!(signed_by_merchant(&request));
    assert_eq!((request["method"].as_str(), &request["notify_url"]), ("alipay.trade.pay", &order().notify_url));
    assert_eq!(
        content(&request),
        json!({
            "out_trade_no": attempt().channel_number(),
            "total_amount": "88.88",
            "subject": "茶   水",
            "product_code": "FACE_TO_FACE_PAYMENT",
            "scene": "bar_code",
            "auth_code": SHOWN,
            "time_expire": "2026-11-23 00:00:00",
        })
    );
}

#[tokio::test]
async fn the_other_verbs_name_what_they_are_about() {
    let number = attempt().channel_number();
    let order = RefundOrder { attempt: attempt(), refund: refund(), amount: Money::cny(5), reason: "r".to_owned() };
    let request = refund().channel_number();
    for (verb, method, expected) in [
        (0, "alipay.trade.query", json!({ "out_trade_no": number })),
        (1, "alipay.trade.close", json!({ "out_trade_no": number })),
        (2, "alipay.trade.cancel", json!({ "out_trade_no": number })),
        (
            3,
            "alipay.trade.refund",
            json!({ "out_trade_no": number, "out_request_no": request, "refund_amount": "0.05", "refund_reason": "r" }),
        ),
        (4, "alipay.trade.fastpay.refund.query", json!({ "out_trade_no": number, "out_request_no": request })),
        (
            5,
            "alipay.user.agreement.unsign",
            json!({ "agreement_no": "2020", "personal_product_code": "GENERAL_WITHHOLDING_P" }),
        ),
    ] {
        let stub = Stub::start(Reply::Unsigned("{}".to_owned())).await;
        match verb {
            0 => drop(Charge::query(&stub.alipay, attempt()).await),
            1 => drop(stub.alipay.close(attempt()).await),
            2 => drop(stub.alipay.cancel(attempt()).await),
            3 => drop(stub.alipay.refund(&order).await),
            4 => drop(stub.alipay.query_refund(&order).await),
            _ => drop(stub.alipay.revoke("2020").await),
        }
        let sent = stub.request();
        assert!(signed_by_merchant(&sent), "{method}");
        assert_eq!((sent["method"].as_str(), content(&sent)), (method, expected));
    }
}

#[test]
fn the_signing_page_is_an_address_that_the_other_side_can_verify() {
    let alipay = connect(config("http://127.0.0.1:9/gateway.do"));
    let order = SigningOrder {
        mandate: mandate(),
        valid_days: 365,
        notify_url: "https://tantu.example/n".to_owned(),
        return_url: "https://tantu.example/back?a=1&b=2".to_owned(),
    };
    let page = Url::parse(&alipay.signing_page(&order).unwrap()).unwrap();
    assert_eq!(page.path(), "/gateway.do");
    let request: BTreeMap<String, String> =
        page.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    assert!(signed_by_merchant(&request));
    assert_eq!(request["method"], "alipay.user.agreement.page.sign");
    assert_eq!((&request["notify_url"], &request["return_url"]), (&order.notify_url, &order.return_url));
    assert_eq!(
        content(&request),
        json!({
            "product_code": "GENERAL_WITHHOLDING",
            "personal_product_code": "GENERAL_WITHHOLDING_P",
            "sign_scene": "INDUSTRY|DIGITAL_MEDIA",
            "external_agreement_no": mandate().channel_number(),
            "access_params": { "channel": "QRCODE" },
            "sign_validity_period": "365d",
        })
    );
}

fn public_key(config: &AlipayConfig) -> String {
    match &config.keys {
        Keys::PublicKey { alipay_public_key_pem } => alipay_public_key_pem.clone(),
        Keys::Certificates { .. } => panic!("not this mode"),
    }
}

#[test]
fn a_configuration_that_cannot_work_says_why() {
    let good = config("http://127.0.0.1:9/gateway.do");
    let clock = || std::sync::Arc::new(crate::stub::Hands);
    let error = |config| Alipay::new(config, clock()).unwrap_err();
    let alipay_public_key_pem = good.merchant_private_key_pem.clone();
    let mixed_up = AlipayConfig { keys: Keys::PublicKey { alipay_public_key_pem }, ..good.clone() };
    let with = |change: fn(&mut AlipayConfig)| {
        let mut config = good.clone();
        change(&mut config);
        config
    };
    for (config, expected) in [
        (config("http://openapi.alipay.com/gateway.do"), ConfigError::Insecure),
        (with(|c| c.app_id = String::new()), ConfigError::Empty("app_id")),
        (with(|c| c.sign_scene = String::new()), ConfigError::Empty("sign_scene")),
        (with(|c| c.merchant_private_key_pem = String::new()), ConfigError::MerchantKey),
        // The two keys, mixed up.
        (with(|c| c.merchant_private_key_pem = public_key(c)), ConfigError::MerchantKey),
        (mixed_up, ConfigError::AlipayKey),
    ] {
        assert_eq!(error(config), expected);
    }
}

#[test]
fn keys_are_never_shown() {
    let config = config("http://127.0.0.1:9/gateway.do");
    let keys = [config.merchant_private_key_pem.clone(), public_key(&config)];
    let shown = format!("{config:?} {:?}", connect(config.clone()));
    for key in keys {
        assert!(!shown.contains(&key[..40]) && !shown.contains(&key[key.len() - 40..]), "{shown}");
    }
    assert!(shown.contains(APP));
}
