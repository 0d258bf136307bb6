//! Scripted faults: what the caller sees, and what has happened all the same.

use serde_json::{Value, json};

use crate::client::read;
use crate::world::World;

fn seen(world: &World, outcome: &Result<(u16, String), reqwest::Error>) -> String {
    match outcome {
        Err(_) => "cut".to_owned(),
        Ok((200, body)) => {
            let answer = read(body);
            match answer.get("respCode") {
                None => "no answer".to_owned(),
                Some(_) if !answer.contains_key("signature") => "unsigned".to_owned(),
                Some(_) if !world.client.verifies(&answer) => "does not verify".to_owned(),
                Some(code) => code.clone(),
            }
        }
        Ok((status, _)) => status.to_string(),
    }
}

#[tokio::test]
async fn each_fault_is_seen_as_written_and_charges_at_most_once() {
    // The fault, what its caller sees, and whether money has moved.
    let cases = [
        (json!({ "what": "request_lost" }), "cut", false),
        (json!({ "what": "answer_lost" }), "cut", true),
        (json!({ "what": "answer_late", "delay_ms": 5 }), "00", true),
        (json!({ "what": "slow", "delay_ms": 5 }), "00", true),
        (json!({ "what": "answer_doubled" }), "00", true),
        (json!({ "what": "request_doubled" }), "12", true),
        (json!({ "what": "http_500" }), "500", false),
        (json!({ "what": "http_502", "processed": true }), "502", true),
        (json!({ "what": "system_error" }), "03", false),
        (json!({ "what": "system_error", "processed": true }), "03", true),
        (json!({ "what": "system_error", "processed": true, "resp_code": "04" }), "04", true),
        (json!({ "what": "system_error", "resp_code": "05" }), "05", false),
        (json!({ "what": "system_error", "resp_code": "01" }), "01", false),
        (json!({ "what": "unknown_code", "processed": true }), "ZZ", true),
        (json!({ "what": "refused", "resp_code": "64" }), "64", false),
        (json!({ "what": "contradicted", "resp_code": "64" }), "64", true),
        (json!({ "what": "bad_signature" }), "does not verify", true),
        (json!({ "what": "foreign_certificate" }), "does not verify", true),
        (json!({ "what": "unsigned" }), "unsigned", true),
        (json!({ "what": "malformed" }), "unsigned", true),
        (json!({ "what": "garbage" }), "no answer", true),
    ];
    let world = World::start().await;
    let (card, token) = world.opened(json!({ "balance": 1_000_000 })).await;
    let count = cases.len();
    for (index, (fault, expected, charged)) in cases.into_iter().enumerate() {
        let order_id = format!("order{index:07}");
        let mut body = fault.clone();
        body["call"] = json!("01/01");
        world.fault(body).await;
        let mut request = world.consume_request(&order_id, &token, "100", "");
        world.client.sign(&mut request);
        let outcome = world.client.post(&world.client.back, &request).await;
        assert_eq!(seen(&world, &outcome), expected, "{fault}");
        let found = world.query(&order_id).await;
        let origin = found.get("origRespCode").map_or("-", String::as_str);
        assert_eq!((found["respCode"].as_str(), origin), if charged { ("00", "00") } else { ("34", "-") }, "{fault}");
        // Sent again, it is paid now or was paid before, and never twice.
        assert_eq!(world.consume(&order_id, &token, "100").await, if charged { "12" } else { "00" }, "{fault}");
    }
    let truth = world.truth().await;
    let orders = truth["orders"].as_array().unwrap();
    assert!(orders.iter().filter(|order| order["transaction"] == "01/01").all(|order| order["times_charged"] == 1));
    assert_eq!(truth["merchant_balance"], 100 * count);
    assert_eq!(world.balance(&card).await, 1_000_000 - 100 * i64::try_from(count).unwrap());
}

#[tokio::test]
async fn a_query_can_contradict_what_happened() {
    let world = World::start().await;
    let (_, token) = world.opened(json!({})).await;
    world.consume("order0000001", &token, "100").await;
    world.fault(json!({ "call": "00/00", "what": "contradicted", "resp_code": "04" })).await;
    let found = world.query("order0000001").await;
    assert_eq!((found["respCode"].as_str(), found["origRespCode"].as_str()), ("00", "04"));
    world.fault(json!({ "call": "00/00", "what": "refused", "resp_code": "34" })).await;
    assert_eq!(world.query("order0000001").await["respCode"], "34");
    assert_eq!(world.query("order0000001").await["origRespCode"], "00");
}

#[tokio::test]
async fn faults_can_be_of_one_card_or_order_and_last() {
    let world = World::start().await;
    let (card, token) = world.opened(json!({})).await;
    // An outage of the whole channel.
    world.fault(json!({ "call": "*", "what": "refused", "resp_code": "02", "times": null })).await;
    assert_eq!(world.consume("order0000001", &token, "100").await, "02");
    assert_eq!(world.query("order0000001").await["respCode"], "02");
    world.done("DELETE", "/faults", Value::Null).await;
    world.fault(json!({ "call": "01/01", "what": "refused", "resp_code": "60", "order_id": "order0000003" })).await;
    assert_eq!(world.consume("order0000002", &token, "100").await, "00");
    assert_eq!(world.consume("order0000003", &token, "100").await, "60");
    world.fault(json!({ "call": "*", "what": "refused", "resp_code": "38", "card": card.number })).await;
    let other = world.card(json!({ "bank": "yunling" })).await;
    let sent = world.client.call(world.sms_request("open00000009", &other, &other.phone)).await;
    assert_eq!(sent["respCode"], "00");
    assert_eq!(world.consume("order0000004", &token, "100").await, "38");
    let (_, faults) = world.control("GET", "/faults", Value::Null).await;
    assert_eq!(faults["faults"][1]["card"], card.number.as_str());
    assert_eq!(faults["faults"][1]["resp_code"], "38");
}

#[tokio::test]
async fn a_misspelt_script_is_refused_with_the_way_out() {
    let world = World::start().await;
    for (body, field) in [
        (json!({ "channel": "unionpay", "call": "02/01", "what": "request_lost" }), "call"),
        (json!({ "channel": "unionpay", "call": "01/01", "what": "refused", "resp_code": "ZZ" }), "resp_code"),
        (json!({ "channel": "unionpay", "call": "01/01", "what": "gateway_unavailable" }), "what"),
        (json!({ "channel": "unionpay", "call": "01/01", "what": "request_lost", "buyer": "2088" }), "buyer"),
        (json!({ "channel": "alipay", "call": "alipay.trade.pay", "what": "request_lost", "card": "62" }), "card"),
        (json!({ "channel": "alipay", "call": "alipay.trade.pay", "what": "garbage" }), "what"),
        (json!({ "channel": "sms", "call": "notification", "what": "never" }), "call"),
    ] {
        let (status, answer) = world.control("POST", "/faults", body.clone()).await;
        assert_eq!((status, answer["field"].as_str()), (400, Some(field)), "{body}: {answer}");
    }
}
