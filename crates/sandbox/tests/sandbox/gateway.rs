//! Who calls, and is it what he signed: every error is the gateway's own, in its order.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::world::{World, code};

/// Parameters to set, the code and sub_code expected, and whether the answer is signed.
type Case = (&'static [(&'static str, &'static str)], &'static str, &'static str, bool);
type Change = fn(&mut BTreeMap<String, String>);

#[tokio::test]
async fn errors_come_in_the_gateways_order() {
    let world = World::start().await;
    // Each case sets parameters before signing; an empty value leaves the parameter out.
    let cases: &[Case] = &[
        (&[("app_id", "")], "40001", "isv.missing-app-id", false),
        (&[("app_id", "2021000000000000"), ("timestamp", "x")], "40002", "isv.invalid-app-id", false),
        (&[("method", "")], "40001", "isv.missing-method", true),
        (&[("method", "alipay.no.such")], "40002", "isv.invalid-method", true),
        (&[("version", "")], "40001", "isv.missing-version", true),
        (&[("sign_type", "")], "40001", "isv.missing-signature-type", true),
        (&[("sign_type", "MD5")], "40002", "isv.invalid-signature-type", true),
        (&[("timestamp", "")], "40001", "isv.missing-timestamp", true),
        (&[("timestamp", "2026-11-22T20:15:00Z")], "40002", "isv.invalid-timestamp", true),
        (&[("charset", "gbk")], "40002", "isv.invalid-charset", true),
        (&[("format", "xml")], "40002", "isv.invalid-format", true),
        (&[("biz_content", "[1]")], "40002", "isv.illegal-json", true),
        (&[("biz_content", "{")], "40002", "isv.illegal-json", true),
        (&[("biz_content", "{}")], "40004", "ACQ.INVALID_PARAMETER", true),
    ];
    for (changes, expected, sub_code, signed) in cases {
        let mut parameters = world.parameters("alipay.trade.query", &json!({}));
        for (name, value) in *changes {
            parameters.insert((*name).to_owned(), (*value).to_owned());
        }
        world.sign(&mut parameters);
        let (status, body) = world.post(&parameters).await.unwrap();
        let whole: Value = serde_json::from_str(&body).unwrap();
        let object = whole.as_object().unwrap().values().next().unwrap();
        assert_eq!(
            (status, object["code"].as_str().unwrap(), code(object)),
            (200, *expected, *sub_code),
            "{changes:?}"
        );
        assert_eq!(world.is_signed(&body), *signed, "{body}");
    }
}

#[tokio::test]
async fn a_wrong_signature_is_answered_with_the_string_that_was_computed() {
    let world = World::start().await;
    let changes: &[Change] = &[
        |parameters| {
            parameters.remove("sign");
        },
        |parameters| {
            parameters.insert("sign".to_owned(), "AAAA".to_owned());
        },
        |parameters| {
            parameters.insert("timestamp".to_owned(), "2026-11-22 20:15:01".to_owned());
        },
    ];
    for (index, change) in changes.iter().enumerate() {
        let mut parameters = world.parameters("alipay.trade.query", &json!({ "out_trade_no": "a\"b" }));
        world.sign(&mut parameters);
        change(&mut parameters);
        let (_, body) = world.post(&parameters).await.unwrap();
        let answer = world.object("alipay.trade.query", &body);
        let text = answer["sub_msg"].as_str().unwrap();
        if index == 0 {
            assert_eq!(code(&answer), "isv.missing-signature");
        } else {
            assert_eq!(code(&answer), "isv.invalid-signature");
            assert!(text.contains("&amp;biz_content=") && text.contains("&quot;"), "{text}");
        }
    }
}

#[tokio::test]
async fn parameters_are_read_from_query_and_form_alike() {
    let world = World::start().await;
    let mut parameters = world.parameters("alipay.trade.query", &json!({ "out_trade_no": "无" }));
    world.sign(&mut parameters);
    let biz: Vec<(String, String)> = parameters.clone().into_iter().filter(|(name, _)| name == "biz_content").collect();
    let system: Vec<(String, String)> =
        parameters.clone().into_iter().filter(|(name, _)| name != "biz_content").collect();
    let requests = [
        world.http.get(&world.gateway).query(&parameters),
        world.http.post(&world.gateway).form(&parameters),
        world.http.post(&world.gateway).query(&system).form(&biz),
    ];
    for request in requests {
        let body = request.send().await.unwrap().text().await.unwrap();
        assert!(world.is_signed(&body), "{body}");
        assert_eq!(code(&world.object("alipay.trade.query", &body)), "ACQ.TRADE_NOT_EXIST");
    }
}

#[tokio::test]
async fn a_foreign_host_is_turned_away() {
    let world = World::start().await;
    for address in [world.gateway.clone(), format!("{}/truth", world.sandbox.control_url())] {
        let answer = world.http.get(address).header("host", "shop.example.com").send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 421);
    }
}
