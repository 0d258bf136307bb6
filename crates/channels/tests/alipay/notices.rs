//! What a notice proves, and everything that makes it prove nothing.

use std::collections::BTreeMap;

use aws_lc_rs::signature::RsaKeyPair;
use tantu_channels::alipay::Alipay;
use tantu_channels::{Notification, NotificationError, Notifications};
use tantu_domain::attempt::AttemptReport;
use tantu_domain::instrument::MandateReport;
use tantu_domain::money::Money;
use url::form_urlencoded::Serializer;

use crate::stub::{ALIPAY, APP, SELLER, STRANGER, at, attempt, config, connect, joined, mandate, sign};

type Pairs = BTreeMap<String, String>;

fn alipay() -> Alipay {
    connect(config("http://127.0.0.1:9/gateway.do"))
}

fn pairs(pairs: &[(&str, &str)]) -> Pairs {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub(crate) fn trade(status: &str) -> Pairs {
    pairs(&[
        ("app_id", APP),
        ("charset", "utf-8"),
        ("fund_bill_list", r#"[{"amount":"88.88","fundChannel":"ALIPAYACCOUNT"}]"#),
        ("gmt_payment", "2026-11-22 11:04:05"),
        ("notify_type", "trade_status_sync"),
        ("out_trade_no", &attempt().channel_number()),
        ("seller_id", SELLER),
        ("sign_type", "RSA2"),
        ("subject", "茶 水"),
        ("total_amount", "88.88"),
        ("trade_no", "2026112222001"),
        ("trade_status", status),
        ("passback_params", ""),
    ])
}

fn agreement(kind: &str, status: &str) -> Pairs {
    pairs(&[
        ("agreement_no", "20205225715271617440"),
        ("app_id", APP),
        ("external_agreement_no", &mandate().channel_number()),
        ("invalid_time", "2027-11-01 12:00:00"),
        ("notify_type", kind),
        ("sign_scene", "INDUSTRY|DIGITAL_MEDIA"),
        ("sign_time", "2026-11-01 12:00:00"),
        ("sign_type", "RSA2"),
        ("status", status),
        ("unsign_time", "2026-11-21 12:00:00"),
        ("valid_time", "2026-11-01 12:00:00"),
    ])
}

/// The body, signed by `key` without the fields `without`.
pub(crate) fn body(mut pairs: Pairs, key: &RsaKeyPair, without: &[&str]) -> Vec<u8> {
    let signature = sign(key, &joined(&pairs, without));
    pairs.insert("sign".to_owned(), signature);
    form(&pairs)
}

fn form(pairs: &Pairs) -> Vec<u8> {
    Serializer::new(String::new()).extend_pairs(pairs).finish().into_bytes()
}

fn genuine(pairs: Pairs) -> Vec<u8> {
    body(pairs, &ALIPAY, &["sign_type"])
}

fn with(mut pairs: Pairs, name: &str, value: &str) -> Pairs {
    pairs.insert(name.to_owned(), value.to_owned());
    pairs
}

#[test]
fn what_a_genuine_notice_proves() {
    let paid = AttemptReport::Succeeded {
        trade_no: "2026112222001".to_owned(),
        amount: Money::cny(8888),
        paid_at: at("2026-11-22T03:04:05Z"),
    };
    let told = |report| Notification::Attempt { attempt: attempt(), report };
    let signed = MandateReport::Signed {
        agreement_no: "20205225715271617440".to_owned(),
        signed_at: at("2026-11-01T04:00:00Z"),
        expires_at: at("2027-11-01T04:00:00Z"),
    };
    let revoked = MandateReport::Revoked { revoked_at: Some(at("2026-11-21T04:00:00Z")), by: None };
    let stands = |report| Notification::Mandate { mandate: mandate(), report };
    for (body, expected) in [
        (genuine(trade("TRADE_SUCCESS")), told(paid.clone())),
        (genuine(trade("TRADE_FINISHED")), told(paid)),
        (genuine(trade("TRADE_CLOSED")), told(AttemptReport::ClosedThere)),
        (genuine(trade("WAIT_BUYER_PAY")), told(AttemptReport::Waiting)),
        (genuine(agreement("dut_user_sign", "NORMAL")), stands(signed.clone())),
        (genuine(agreement("dut_user_unsign", "UNSIGN")), stands(revoked)),
        // Some products sign the type, too.
        (body(agreement("dut_user_sign", "NORMAL"), &ALIPAY, &[]), stands(signed)),
        (
            genuine(agreement("dut_user_sign", "TEMP")),
            Notification::Ignored { what: "notify_type dut_user_sign, status TEMP".to_owned() },
        ),
        (
            genuine(with(trade("TRADE_SUCCESS"), "notify_type", "open_app_auth_notify")),
            Notification::Ignored { what: "notify_type open_app_auth_notify, status none".to_owned() },
        ),
    ] {
        assert_eq!(alipay().read(&body), Ok(expected));
    }
    assert_eq!(alipay().accepted(), "success");
}

#[test]
fn what_proves_nothing() {
    use NotificationError::{DoubledField, Malformed, NotOurs, OtherApp, OtherSeller, Signature, TooLarge, Unsigned};
    let success = || trade("TRADE_SUCCESS");
    let appended = |tail: &str| [genuine(success()), tail.as_bytes().to_vec()].concat();
    let without = |name: &str| {
        let mut pairs = success();
        pairs.remove(name);
        genuine(pairs)
    };
    for (body, expected) in [
        (body(success(), &STRANGER, &["sign_type"]), Signature),
        (form(&success()), Unsigned),
        (form(&with(success(), "sign", "")), Unsigned),
        (form(&with(success(), "sign", "AAAA")), Signature),
        (Vec::new(), Unsigned),
        // A field that the signature does not cover.
        (appended("&extra=1"), Signature),
        (body(success(), &ALIPAY, &["sign_type", "total_amount"]), Signature),
        // Twice the same field, even with the same value: two readers could read two things.
        (appended("&total_amount=88.88"), DoubledField),
        (appended("&sign=AAAA"), DoubledField),
        (appended(&format!("&x={}", "1".repeat(64 * 1024))), TooLarge { limit: 64 * 1024 }),
        // Genuine, and not for us.
        (genuine(with(success(), "app_id", "2021000000000002")), OtherApp),
        (without("app_id"), OtherApp),
        (genuine(with(success(), "seller_id", "2088000000000002")), OtherSeller),
        (without("seller_id"), OtherSeller),
        (genuine(with(success(), "out_trade_no", "20190815155618536-564-57")), NotOurs { field: "out_trade_no" }),
        (
            genuine(with(agreement("dut_user_sign", "NORMAL"), "external_agreement_no", "SN2021")),
            NotOurs { field: "external_agreement_no" },
        ),
        // Genuine, and incomplete.
        (without("out_trade_no"), Malformed { field: "out_trade_no" }),
        (without("notify_type"), Malformed { field: "notify_type" }),
        (without("trade_no"), Malformed { field: "trade_no" }),
        (genuine(with(success(), "total_amount", "88.888")), Malformed { field: "total_amount" }),
        (genuine(trade("TRADE_NEW")), Malformed { field: "trade_status" }),
        (
            genuine(with(agreement("dut_user_sign", "NORMAL"), "invalid_time", "")),
            Malformed { field: "agreement_no or its times" },
        ),
    ] {
        assert_eq!(alipay().read(&body), Err(expected));
    }
}

#[test]
fn any_flipped_bit_breaks_it() {
    let alipay = alipay();
    let body = genuine(trade("TRADE_SUCCESS"));
    assert!(alipay.read(&body).is_ok());
    let believed = alipay.read(&body);
    for index in 0..body.len() {
        let mut altered = body.clone();
        altered[index] ^= 1;
        let read = alipay.read(&altered);
        // Another spelling of the same fields (`%2f` for `%2F`) or another `sign_type`, which is not signed,
        // is the same notice; everything else must be refused.
        assert!(read.is_err() || read == believed, "byte {index}: {read:?}");
    }
}

#[test]
fn an_error_repeats_nothing_of_the_notice() {
    let forged = body(trade("TRADE_SUCCESS"), &STRANGER, &["sign_type"]);
    let error = alipay().read(&forged).unwrap_err();
    let shown = format!("{error} {error:?}");
    for value in [APP, SELLER, "88.88", "2026112222001", attempt().channel_number().as_str()] {
        assert!(!shown.contains(value), "{shown}");
    }
}
