//! Scripted faults: what the caller sees, and what has happened all the same.

use serde_json::{Value, json};

use crate::listener::Listener;
use crate::world::{World, code, order};

/// What the caller got.
fn seen(world: &World, outcome: &Result<(u16, String), reqwest::Error>) -> String {
    match outcome {
        Err(_) => "cut".to_owned(),
        Ok((200, body)) => match serde_json::from_str::<Value>(body) {
            Err(_) => "not JSON".to_owned(),
            Ok(_) if !body.contains("\"sign\":") => "unsigned".to_owned(),
            Ok(_) if !world.is_signed(body) => "bad signature".to_owned(),
            Ok(_) => code(&world.object("alipay.trade.pay", body)).to_owned(),
        },
        Ok((status, _)) => status.to_string(),
    }
}

#[tokio::test]
async fn each_fault_is_seen_as_written_and_charges_at_most_once() {
    // The fault, what its caller sees, and whether money has moved.
    let cases = [
        (json!({ "what": "request_lost" }), "cut", false),
        (json!({ "what": "answer_lost" }), "cut", true),
        (json!({ "what": "answer_late", "delay_ms": 5 }), "10000", true),
        (json!({ "what": "slow", "delay_ms": 5 }), "10000", true),
        (json!({ "what": "answer_doubled" }), "10000", true),
        (json!({ "what": "request_doubled" }), "ACQ.TRADE_HAS_SUCCESS", true),
        (json!({ "what": "http_500" }), "500", false),
        (json!({ "what": "http_502", "processed": true }), "502", true),
        (json!({ "what": "http_503", "processed": false }), "503", false),
        (json!({ "what": "system_error" }), "ACQ.SYSTEM_ERROR", false),
        (json!({ "what": "system_error", "processed": true }), "ACQ.SYSTEM_ERROR", true),
        (json!({ "what": "gateway_unavailable" }), "isp.unknow-error", false),
        (json!({ "what": "unknown_code", "processed": true }), "ACQ.SANDBOX_CODE_OF_NO_TABLE", true),
        (json!({ "what": "refused", "sub_code": "ACQ.PAYMENT_FAIL" }), "ACQ.PAYMENT_FAIL", false),
        (json!({ "what": "contradicted", "sub_code": "ACQ.PAYMENT_FAIL" }), "ACQ.PAYMENT_FAIL", true),
        (json!({ "what": "bad_signature" }), "bad signature", true),
        (json!({ "what": "unsigned" }), "unsigned", true),
        (json!({ "what": "malformed" }), "not JSON", true),
    ];
    let world = World::start().await;
    let buyer = world.buyer(1_000_000).await;
    let agreement = world.agreement(&buyer, json!({}), "").await;
    for (index, (fault, expected, charged)) in cases.into_iter().enumerate() {
        let number = format!("n{index}");
        let mut body = fault.clone();
        body["channel"] = json!("alipay");
        body["call"] = json!("alipay.trade.pay");
        world.fault(body).await;
        let outcome = world.raw("alipay.trade.pay", order(&number, "1.00", &agreement)).await;
        assert_eq!(seen(&world, &outcome), expected, "{fault}");
        let trade = world.call("alipay.trade.query", json!({ "out_trade_no": number })).await;
        assert_eq!(trade["trade_status"] == "TRADE_SUCCESS", charged, "{fault}: {trade}");
        // Sent again, it is paid now or was paid before, and never twice.
        let again = world.call("alipay.trade.pay", order(&number, "1.00", &agreement)).await;
        assert_eq!(code(&again), if charged { "ACQ.TRADE_HAS_SUCCESS" } else { "10000" }, "{fault}");
    }
    let truth = world.truth().await;
    let trades = truth["trades"].as_array().unwrap();
    assert!(trades.iter().all(|trade| trade["times_charged"] == 1), "{truth}");
    assert_eq!(truth["merchant_balance"], 100 * trades.len());
    let (_, faults) = world.control("GET", "/faults", Value::Null).await;
    assert!(faults["faults"].as_array().unwrap().iter().all(|fault| fault["used"] == 1), "{faults}");
}

#[tokio::test]
async fn a_late_charge_succeeds_after_cancel_unless_it_has_expired() {
    for (cut, expires, succeeds) in [(false, false, true), (true, false, true), (false, true, false)] {
        let world = World::start().await;
        let mut listener = Listener::start(&[]).await;
        let buyer = world.buyer(1000).await;
        let agreement = world.agreement(&buyer, json!({}), "").await;
        let late = json!({ "channel": "alipay", "call": "alipay.trade.pay", "what": "succeed_late", "delay_ms": 300, "cut": cut });
        world.fault(late).await;
        let mut biz = order("n1", "1.00", &agreement);
        biz["timeout_express"] = json!("1m");
        let mut parameters = world.parameters("alipay.trade.pay", &biz);
        parameters.insert("notify_url".to_owned(), listener.url.clone());
        world.sign(&mut parameters);
        let outcome = world.post(&parameters).await;
        assert_eq!(seen(&world, &outcome), if cut { "cut" } else { "ACQ.SYSTEM_ERROR" });
        let by_number = json!({ "out_trade_no": "n1" });
        assert_eq!(code(&world.call("alipay.trade.query", by_number.clone()).await), "ACQ.TRADE_NOT_EXIST");
        let cancelled = world.call("alipay.trade.cancel", by_number.clone()).await;
        assert_eq!((code(&cancelled), cancelled.get("action")), ("10000", None));
        if expires {
            world.advance(60).await;
            // The late charge is refused once its time is over; its refusal in the books is the sign that it came.
            let truth = world.until(|truth| !truth["refused_charges"].as_array().unwrap().is_empty()).await;
            assert_eq!(truth["refused_charges"][0]["sub_code"], "ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR");
        } else {
            assert_eq!(listener.next().await["trade_status"], "TRADE_SUCCESS");
        }
        let found = world.call("alipay.trade.query", by_number).await;
        assert_eq!(found["trade_status"] == "TRADE_SUCCESS", succeeds, "{found}");
    }
}

#[tokio::test]
async fn faults_are_aimed_counted_and_deleted() {
    let world = World::start().await;
    let (first, second) = (world.buyer(100_000).await, world.buyer(100_000).await);
    let one = world.agreement(&first, json!({}), "").await;
    let two = world.agreement(&second, json!({}), "").await;
    let error = |more: Value| {
        let mut body = json!({ "channel": "alipay", "call": "alipay.trade.pay", "what": "system_error" });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    let aimed = world.fault(error(json!({ "buyer": first, "after": 1, "times": 2 }))).await;
    let numbered = world.fault(error(json!({ "out_trade_no": "b9", "times": null }))).await;
    let mut codes = Vec::new();
    for (number, agreement) in
        [("a1", &one), ("b1", &two), ("a2", &one), ("a3", &one), ("a4", &one), ("b9", &two), ("b9", &two)]
    {
        codes.push(code(&world.call("alipay.trade.pay", order(number, "1.00", agreement)).await).to_owned());
    }
    let unsure = "ACQ.SYSTEM_ERROR";
    assert_eq!(codes, ["10000", "10000", unsure, unsure, "10000", unsure, unsure]);
    let (_, list) = world.control("GET", "/faults", Value::Null).await;
    let counts: Vec<_> =
        list["faults"].as_array().unwrap().iter().map(|fault| fault["used"].as_i64().unwrap()).collect();
    assert_eq!(counts, [2, 2], "{list}");
    assert_eq!(world.control("DELETE", &format!("/faults/{numbered}"), Value::Null).await.1["removed"], 1);
    assert_eq!(world.control("DELETE", &format!("/faults/{numbered}"), Value::Null).await.0, 404);
    assert_eq!(code(&world.call("alipay.trade.pay", order("b9", "1.00", &two)).await), "10000");
    assert_eq!(world.control("DELETE", "/faults", Value::Null).await.1["removed"], 1);
    assert_eq!(aimed, "fault_1");
}
