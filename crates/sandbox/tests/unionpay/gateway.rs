//! Who may call, and what is said to what is not a call.

use serde_json::{Value, json};

use crate::client::{Fields, braced, read};
use crate::world::World;

async fn said(world: &World, url: &str, fields: &Fields) -> String {
    let (status, text) = world.client.post(url, fields).await.unwrap();
    assert_eq!(status, 200);
    let answer = read(&text);
    match answer.get("respCode") {
        // Even a refusal is signed.
        Some(code) if world.client.verifies(&answer) => code.clone(),
        Some(_) => "unsigned".to_owned(),
        None => text,
    }
}

#[tokio::test]
async fn each_wrong_request_has_its_code() {
    let world = World::start().await;
    let (_, token) = world.opened(json!({})).await;
    let client = &world.client;
    let good = world.consume_request("order0000001", &token, "100", "");
    // A field and its new value (none: left out), and what is said when it is signed like that.
    let cases = [
        ("version", Some("5.0.0"), "10"),
        ("version", None, "Invalid request."),
        ("txnType", None, "Invalid request."),
        ("signMethod", None, "Invalid request."),
        ("signMethod", Some("11"), "10"),
        ("encoding", Some("GBK"), "10"),
        ("txnType", Some("00"), "Invalid request URI."),
        ("txnSubType", Some("77"), "Invalid request URI."),
        ("certId", Some("12345"), "11"),
        ("certId", None, "13"),
        ("merId", Some("777000000000000"), "31"),
        ("merId", None, "13"),
        ("orderId", None, "13"),
        ("orderId", Some("short"), "10"),
        ("orderId", Some("with-a-dash"), "10"),
        ("txnTime", Some("2026-11-22"), "10"),
        ("txnTime", Some("20261322201500"), "10"),
        ("txnTime", None, "13"),
        ("txnAmt", None, "13"),
        ("txnAmt", Some("1.00"), "10"),
        ("txnAmt", Some("0"), "10"),
        ("txnAmt", Some("-5"), "10"),
        ("currencyCode", Some("840"), "10"),
        ("accessType", Some("9"), "10"),
        ("channelType", Some("99"), "10"),
        ("bizType", Some("000301"), "43"),
        ("backUrl", None, "13"),
        ("tokenPayData", None, "13"),
        ("tokenPayData", Some("token=1"), "10"),
        ("tokenPayData", Some("{trId=62000000001&token=6235240000000000000}"), "89"),
        ("tokenPayData", Some("{trId=62000000009&token=TOKEN}"), "89"),
        ("reqReserved", Some("a=b&respCode=00"), "10"),
        ("customerInfo", Some("not base64!"), "10"),
        ("encryptCertId", Some("1"), "10"),
    ];
    for (index, (name, value, expected)) in cases.into_iter().enumerate() {
        let mut fields = good.clone();
        fields.insert("orderId".to_owned(), format!("order{index:07}"));
        match value {
            Some(value) => fields.insert(name.to_owned(), value.replace("TOKEN", &token)),
            None => fields.remove(name),
        };
        client.sign(&mut fields);
        assert_eq!(said(&world, &client.back, &fields).await, expected, "{name}={value:?}");
    }
    assert_eq!(world.truth().await["merchant_balance"], 0);
}

#[tokio::test]
async fn only_what_was_signed_counts() {
    let world = World::start().await;
    let (_, token) = world.opened(json!({})).await;
    let client = &world.client;
    let mut fields = world.consume_request("order0000001", &token, "100", "");
    assert_eq!(said(&world, &client.back, &fields).await, "Invalid request.");
    client.sign(&mut fields);
    let signature = fields["signature"].clone();
    for (name, value) in [("txnAmt", "99"), ("reqReserved", "more"), ("signature", "AAAA"), ("signature", "not base64")]
    {
        let mut altered = fields.clone();
        altered.insert(name.to_owned(), value.to_owned());
        assert_eq!(said(&world, &client.back, &altered).await, "11", "{name}");
    }
    // The right signature of another request.
    let mut other = world.consume_request("order0000002", &token, "100", "");
    other.insert("signature".to_owned(), signature);
    assert_eq!(said(&world, &client.back, &other).await, "11");
    // A field that comes twice was signed by nobody.
    let mut twice: Vec<(String, String)> = fields.clone().into_iter().collect();
    twice.push(("txnAmt".to_owned(), "1".to_owned()));
    let text = client.http.post(&client.back).form(&twice).send().await.unwrap().text().await.unwrap();
    assert_eq!(read(&text)["respCode"], "10");
    // The addresses: this one is a background transaction.
    assert_eq!(said(&world, &client.query, &fields).await, "Invalid request URI.");
    assert_eq!(said(&world, &client.front, &fields).await, "Invalid request URI.");
    assert_eq!(said(&world, &client.back, &fields).await, "00");
    assert_eq!(world.truth().await["orders"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn certificates_are_put_on_record_and_merchants_suspended() {
    let world = World::start().await;
    let other = World::start().await;
    let certificate = other.credentials["unionpay"]["merchant_certificate"].clone();
    // Another merchant's key under its own number: nobody knows the certificate.
    let mut foreign = other.client.request("00/00", "order0000001");
    other.client.sign(&mut foreign);
    assert_eq!(said(&world, &world.client.query, &foreign).await, "11");
    let body = json!({ "mer_id": other.client.mer_id, "certificate": certificate });
    let merchant = world.done("POST", "/unionpay/merchants", body).await;
    assert_eq!(merchant["cert_ids"].as_array().unwrap().len(), 2);
    assert_eq!(said(&world, &world.client.query, &foreign).await, "34");
    // Orders of one merchant are not there for another.
    let fresh = world.done("POST", "/unionpay/merchants", json!({ "certificate": certificate })).await;
    assert_eq!(fresh["mer_id"].as_str().unwrap().len(), 15);
    let path = format!("/unionpay/merchants/{}", world.client.mer_id);
    world.done("PATCH", &path, json!({ "active": false })).await;
    assert_eq!(said(&world, &world.client.query, &foreign).await, "31");
    for (body, field) in [(json!({ "certificate": "x" }), "certificate"), (json!({ "mer": "x" }), "mer")] {
        let (status, answer) = world.control("POST", "/unionpay/merchants", body).await;
        assert_eq!((status, answer["field"].as_str()), (400, Some(field)));
    }
}

#[tokio::test]
async fn the_encryption_certificate_is_handed_out() {
    let world = World::start().await;
    let mut request = world.client.request("95/00", "order0000001");
    request.insert("certType".to_owned(), "01".to_owned());
    let answer = world.client.call(request.clone()).await;
    assert_eq!((answer["respCode"].as_str(), answer["certType"].as_str()), ("00", "01"));
    assert_eq!(answer["respMsg"], "成功[0000000]");
    let expected = world.credentials["unionpay"]["encryption_certificate"].as_str().unwrap();
    assert_eq!(answer["encryptPubKeyCert"].replace('\r', "").trim(), expected.trim());
    assert!(answer["signPubKeyCert"].contains("\r\n") && !answer.contains_key("certId"));
    request.insert("certType".to_owned(), "02".to_owned());
    assert_eq!(world.client.call(request).await["respCode"], "10");
}

#[tokio::test]
async fn numbers_follow_from_the_seed_and_keys_do_not() {
    let (first, second) = (World::start().await, World::start().await);
    let cards = |truth: Value| truth["cards"].clone();
    assert_eq!(cards(first.truth().await), cards(second.truth().await));
    let (_, one) = first.opened(json!({})).await;
    let (_, two) = second.opened(json!({})).await;
    assert_eq!(one, two);
    assert_ne!(first.client.cert_id, second.client.cert_id);
    let data = braced(&format!("{{token={one}}}"));
    assert!(data["token"].len() == 19 && data["token"].starts_with("623524"));
}
