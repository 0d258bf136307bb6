//! Certificate mode: what is issued, what a request has to name, and what an answer names.

use serde_json::{Value, json};
use x509_parser::pem::Pem;

use crate::listener::{Listener, signed_text};
use crate::world::{World, code, order};

const RSA_SIGNED: &str = "1.2.840.113549.1.1.11";

#[tokio::test]
async fn the_roots_are_several_and_one_does_not_count() {
    let (first, second) = (World::start().await, World::start().await);
    let certificate = &first.credentials["certificate"];
    let roots: Vec<Pem> = Pem::iter_from_buffer(certificate["alipay_root_cert"].as_str().unwrap().as_bytes())
        .collect::<Result<_, _>>()
        .unwrap();
    let algorithms: Vec<String> =
        roots.iter().map(|root| root.parse_x509().unwrap().signature_algorithm.algorithm.to_id_string()).collect();
    assert_eq!(algorithms.iter().filter(|algorithm| *algorithm == RSA_SIGNED).count(), 2, "{algorithms:?}");
    assert_eq!(algorithms.len(), 3);
    let number = certificate["alipay_root_cert_sn"].as_str().unwrap();
    let parts: Vec<&str> = number.split('_').collect();
    assert!(parts.len() == 2 && parts.iter().all(|part| part.len() == 32), "{number}");
    for name in ["app_cert_sn", "alipay_cert_sn"] {
        let number = certificate[name].as_str().unwrap();
        assert!(number.len() == 32 && !parts.contains(&number), "{name} {number}");
    }
    // The application's number follows from the seed, its keys and certificates do not.
    let other = &second.credentials["certificate"];
    assert_eq!(certificate["app_id"], other["app_id"]);
    assert_ne!(certificate["app_id"], first.app_id);
    assert_ne!(certificate["app_cert_sn"], other["app_cert_sn"]);
}

#[tokio::test]
async fn a_request_has_to_name_its_certificates() {
    let world = World::with_certificates().await;
    for (change, expected) in [
        (("app_cert_sn", ""), "isv.missing-app-cert-sn"),
        (("app_cert_sn", "00"), "isv.app-cert-not-exist"),
        (("alipay_root_cert_sn", ""), "isv.missing-alipay-root-cert-sn"),
        (("alipay_root_cert_sn", "00"), "isv.invalid-alipay-root-cert-sn"),
        (("timestamp", "2026-11-22 20:15:01"), "ACQ.TRADE_NOT_EXIST"),
    ] {
        let mut parameters = world.parameters("alipay.trade.query", &json!({ "out_trade_no": "n1" }));
        parameters.insert(change.0.to_owned(), change.1.to_owned());
        world.sign(&mut parameters);
        let (_, body) = world.post(&parameters).await.unwrap();
        assert!(world.is_signed(&body), "{body}");
        let answer = world.object("alipay.trade.query", &body);
        assert_eq!(code(&answer), expected, "{change:?}");
        assert!(!answer["sub_msg"].as_str().unwrap().is_empty());
        let whole: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(whole["alipay_cert_sn"], world.credentials["certificate"]["alipay_cert_sn"]);
    }
}

#[tokio::test]
async fn a_notification_is_signed_with_the_certificates_key() {
    let world = World::with_certificates().await;
    let mut listener = Listener::start(&[]).await;
    let buyer = world.buyer(10_000).await;
    let agreement = world.agreement(&buyer, json!({}), &listener.url).await;
    let signed = listener.next().await;
    assert_eq!((signed["notify_type"].as_str(), &signed["app_id"]), ("dut_user_sign", &world.app_id));
    assert!(world.verifies(&signed_text(&signed, &["sign"]), &signed["sign"]));

    let paid = world.notified_call("alipay.trade.pay", order("n1", "9.00", &agreement), &listener.url).await;
    assert_eq!(code(&paid), "10000");
    let notice = listener.next().await;
    assert_eq!(notice["app_id"], world.app_id);
    assert!(!notice.contains_key("alipay_cert_sn"));
    assert!(world.verifies(&signed_text(&notice, &["sign", "sign_type"]), &notice["sign"]));
    let other = World::start().await;
    assert!(!other.verifies(&signed_text(&notice, &["sign", "sign_type"]), &notice["sign"]));

    world.fault(json!({ "channel": "alipay", "call": "notification", "what": "alipay_cert_sn" })).await;
    world.notified_call("alipay.trade.pay", order("n2", "9.00", &agreement), &listener.url).await;
    let numbered = listener.next().await;
    assert_eq!(numbered["alipay_cert_sn"], world.credentials["certificate"]["alipay_cert_sn"].as_str().unwrap());
    assert!(world.verifies(&signed_text(&numbered, &["sign", "sign_type"]), &numbered["sign"]));
}

#[tokio::test]
async fn both_applications_see_the_merchants_trades() {
    let mut world = World::start().await;
    let buyer = world.buyer(10_000).await;
    let agreement = world.agreement(&buyer, json!({}), "").await;
    world.call("alipay.trade.pay", order("n1", "9.00", &agreement)).await;
    let public_key_app = world.app_id.clone();
    world.take_certificates();
    let found = world.call("alipay.trade.query", json!({ "out_trade_no": "n1" })).await;
    assert_eq!(found["trade_status"], "TRADE_SUCCESS");
    world.call("alipay.trade.pay", order("n2", "9.00", &agreement)).await;
    let truth = world.truth().await;
    assert_eq!(truth["trades"][0]["app_id"], public_key_app);
    assert_eq!(truth["trades"][1]["app_id"], world.app_id);
}
