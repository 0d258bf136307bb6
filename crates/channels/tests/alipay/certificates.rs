//! Certificate mode: what a request names, whose answers and notices are believed, and what cannot work.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_lc_rs::signature::RsaKeyPair;
use axum::http::StatusCode;
use jiff::Timestamp;
use tantu_channels::alipay::{Alipay, CertificateFault, ConfigError};
use tantu_channels::{Charge, Notification, NotificationError, Notifications};
use tantu_domain::attempt::AttemptReport;
use tantu_domain::clock::Clock;

use crate::authority::{ALIPAY_SN, APP_SERIAL, APP_SN, Authority, BETWEEN, Files, LINK, ROOT_SN, root_without_rsa};
use crate::notices::{body, trade};
use crate::stub::{ALIPAY, MERCHANT, NOW, Reply, STRANGER, Stub, at, attempt, connect, sign, signed_by_merchant};

const HERE: &str = "http://127.0.0.1:9/gateway.do";

#[tokio::test]
async fn a_request_names_the_certificates_as_alipay_calls_them() {
    let files = Files::good();
    let stub = Stub::start_with(Reply::Unsigned("{}".to_owned()), |config| files.config(config.gateway.as_str())).await;
    Charge::query(&stub.alipay, attempt()).await;
    let request = stub.request();
    assert!(signed_by_merchant(&request), "the names stand under the signature");
    assert_eq!((request["app_cert_sn"].as_str(), request["alipay_root_cert_sn"].as_str()), (APP_SN, ROOT_SN));
}

#[tokio::test]
async fn whose_answers_are_believed() {
    let files = Files::good();
    let renewed = files.between.issue(&STRANGER, "77", 2030);
    let both = Files { alipay: files.alipay.clone() + &renewed, ..Files::good() };
    let object = format!(
        r#"{{"code":"10000","msg":"Success","out_trade_no":"{}","trade_status":"TRADE_CLOSED"}}"#,
        attempt().channel_number()
    );
    let answer = |serial: &str, key: &RsaKeyPair, first: bool| {
        let sign = sign(key, &object);
        let (sign, serial) = (format!(r#""sign":"{sign}""#), format!(r#""alipay_cert_sn":"{serial}""#));
        let (one, two) = if first { (serial, sign) } else { (sign, serial) };
        Reply::Raw(StatusCode::OK, format!(r#"{{"alipay_trade_query_response":{object},{one},{two}}}"#))
    };
    use AttemptReport::{ClosedThere, NoAnswer};
    for (case, files, reply, expected) in [
        ("named before the signature", &files, answer(ALIPAY_SN, &ALIPAY, true), ClosedThere),
        ("named behind the signature", &files, answer(ALIPAY_SN, &ALIPAY, false), ClosedThere),
        ("not named: the signature proves it", &files, Reply::Signed(object.clone()), ClosedThere),
        ("not named, and forged", &files, Reply::Forged(object.clone()), NoAnswer),
        ("named, and forged", &files, answer(ALIPAY_SN, &STRANGER, true), NoAnswer),
        ("another name, though the key is Alipay's", &files, answer(APP_SN, &ALIPAY, true), NoAnswer),
        ("the other of two by the first one's name", &both, answer(ALIPAY_SN, &STRANGER, true), NoAnswer),
        ("the first of two", &both, answer(ALIPAY_SN, &ALIPAY, true), ClosedThere),
        ("the other of two, not named", &both, Reply::Forged(object.clone()), ClosedThere),
    ] {
        let stub = Stub::start_with(reply, |config| files.config(config.gateway.as_str())).await;
        assert_eq!(Charge::query(&stub.alipay, attempt()).await, expected, "{case}");
    }
}

#[test]
fn whose_notices_are_believed() {
    let alipay = connect(Files::good().config(HERE));
    let named = |serial: &str| {
        let mut pairs: BTreeMap<_, _> = trade("TRADE_CLOSED");
        pairs.insert("alipay_cert_sn".to_owned(), serial.to_owned());
        pairs
    };
    let told = Notification::Attempt { attempt: attempt(), report: AttemptReport::ClosedThere };
    let all: &[&str] = &["sign_type"];
    let apart: &[&str] = &["sign_type", "alipay_cert_sn"];
    for (case, body, expected) in [
        ("not named", body(trade("TRADE_CLOSED"), &ALIPAY, all), Ok(told.clone())),
        ("named and signed with the rest", body(named(ALIPAY_SN), &ALIPAY, all), Ok(told.clone())),
        ("named, outside of the signature", body(named(ALIPAY_SN), &ALIPAY, apart), Ok(told)),
        ("another name", body(named(APP_SN), &ALIPAY, all), Err(NotificationError::UnknownCertificate)),
        ("another name outside", body(named(APP_SN), &ALIPAY, apart), Err(NotificationError::UnknownCertificate)),
        ("forged", body(named(ALIPAY_SN), &STRANGER, all), Err(NotificationError::Signature)),
        ("forged, not named", body(trade("TRADE_CLOSED"), &STRANGER, all), Err(NotificationError::Signature)),
    ] {
        assert_eq!(alipay.read(&body), expected, "{case}");
    }
}

/// Another day in the real world.
struct Day(&'static str);

impl Clock for Day {
    fn now(&self) -> Timestamp {
        at(NOW)
    }

    fn wall(&self) -> Timestamp {
        at(self.0)
    }
}

fn refused(files: &Files, day: &'static str) -> ConfigError {
    Alipay::new(files.config(HERE), Arc::new(Day(day))).unwrap_err()
}

#[test]
fn files_that_cannot_work_say_which_and_why() {
    use CertificateFault::{Expired, NoChain, NoRsaKey, NoRsaRoot, NotYetValid, OtherKey, Unreadable};
    let old = || Expired { until: at("2026-12-31T00:00:00Z") };
    let stranger = Authority::alipay_root().under("Somebody", &STRANGER, true, 2040);
    let link = |key, is_ca, until| Files::good().root.under(LINK, key, is_ca, until).pem();
    let with = |change: &dyn Fn(&mut Files)| {
        let mut files = Files::good();
        change(&mut files);
        files
    };
    let alipay = |until: i32, tail: String| with(&|f| f.alipay = f.between.issue(&ALIPAY, "03", until) + &tail);
    let app = |key, until| with(&|f| f.app = stranger.issue(key, APP_SERIAL, until));
    let good_link = || link(&BETWEEN, true, 2040);
    for (case, files, field, fault) in [
        ("no file", with(&|f| f.app = String::new()), "app_cert", Unreadable),
        ("a key instead", with(&|f| f.alipay = "MIIBIjANBg".to_owned()), "alipay_cert", Unreadable),
        ("only authorities", with(&|f| f.alipay = f.between.pem()), "alipay_cert", Unreadable),
        ("no roots", with(&|f| f.roots = String::new()), "alipay_root_cert", Unreadable),
        ("no root with RSA", with(&|f| f.roots = root_without_rsa()), "alipay_root_cert", NoRsaRoot),
        ("an old app", app(&*MERCHANT, 2026), "app_cert", old()),
        ("another app's", app(&*ALIPAY, 2030), "app_cert", OtherKey),
        ("an old one of Alipay's", alipay(2026, good_link()), "alipay_cert", old()),
        ("no RSA", with(&|f| f.alipay = f.between.issue_without_rsa() + &f.between.pem()), "alipay_cert", NoRsaKey),
        ("a link missing", alipay(2030, String::new()), "alipay_cert", NoChain),
        ("an old link", alipay(2030, link(&BETWEEN, true, 2026)), "alipay_cert", NoChain),
        ("a link that is no authority", alipay(2030, link(&BETWEEN, false, 2040)), "alipay_cert", NoChain),
        ("a namesake of the link", alipay(2030, link(&STRANGER, true, 2040)), "alipay_cert", NoChain),
        ("another root", with(&|f| f.roots = stranger.pem()), "alipay_cert", NoChain),
    ] {
        let expected = ConfigError::Certificate { field, fault };
        assert_eq!(refused(&files, "2027-06-01T00:00:00Z"), expected, "{case}");
    }
    assert!(Alipay::new(alipay(2030, good_link()).config(HERE), Arc::new(Day("2027-06-01T00:00:00Z"))).is_ok());
    let early = NotYetValid { from: at("2026-01-01T00:00:00Z") };
    let expected = ConfigError::Certificate { field: "app_cert", fault: early };
    assert_eq!(refused(&Files::good(), "2025-12-31T23:59:59Z"), expected);
    let said = expected.to_string();
    assert!(said.starts_with("app_cert: ") && said.contains("2026-01-01"), "{said}");
}
