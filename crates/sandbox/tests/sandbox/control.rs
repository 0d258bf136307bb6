//! The control port refuses what it does not understand and says what it would.

use serde_json::{Value, json};
use tantu_sandbox::{Sandbox, SandboxConfig, SandboxError};

use crate::world::World;

#[tokio::test]
async fn a_misspelt_script_is_refused_with_the_way_out() {
    let world = World::start().await;
    let fault = |more: Value| {
        let mut body = json!({ "channel": "alipay", "call": "alipay.trade.pay", "what": "request_lost" });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    for (more, field, mentions) in [
        (json!({ "channel": "paypal" }), "channel", "alipay"),
        (json!({ "call": "alipay.trade.payy" }), "call", "alipay.trade.pay"),
        (json!({ "what": "explode" }), "what", "answer_lost"),
        (json!({ "what": "never" }), "what", "answer_lost"),
        (json!({ "call": "notification" }), "what", "forged"),
        (json!({ "waht": 1 }), "waht", "what"),
        (json!({ "times": 0 }), "times", "null"),
        (json!({ "times": -1 }), "times", "nought"),
        (json!({ "after": "2" }), "after", "nought"),
        (json!({ "delay_ms": 5 }), "delay_ms", "request_lost"),
        (json!({ "what": "answer_late" }), "delay_ms", "required"),
        (json!({ "what": "http_500", "processed": "yes" }), "processed", "true"),
        (json!({ "what": "refused", "sub_code": "ACQ.INVENTED" }), "sub_code", "ACQ.PAYMENT_FAIL"),
        (json!({ "call": "*", "what": "refused", "sub_code": "ACQ.PAYMENT_FAIL" }), "call", "method"),
    ] {
        let (status, answer) = world.control("POST", "/faults", fault(more.clone())).await;
        assert_eq!((status, answer["field"].as_str()), (400, Some(field)), "{more}: {answer}");
        assert!(answer.to_string().contains(mentions), "{more}: {answer}");
    }
    let (status, answer) = world.control("GET", "/nowhere", Value::Null).await;
    assert_eq!(status, 404);
    assert!(answer.to_string().contains("GET /truth"));
}

#[tokio::test]
async fn buyers_are_made_changed_and_topped_up() {
    let world = World::start().await;
    let (status, buyer) =
        world.control("POST", "/alipay/buyers", json!({ "balance": 5, "logon_id": "xiaoming@126.com" })).await;
    assert_eq!(status, 201);
    let id = buyer["buyer_id"].as_str().unwrap();
    assert!(id.len() == 16 && id.starts_with("2088"), "{id}");
    let (_, buyer) = world.control("POST", &format!("/alipay/buyers/{id}/top-up"), json!({ "amount": 7 })).await;
    assert_eq!(buyer["balance"], 12);
    let path = format!("/alipay/buyers/{id}");
    world.control("PATCH", &path, json!({ "bank_card_balance": 9 })).await;
    let (_, buyer) = world.control("PATCH", &path, json!({ "bank_card_balance": null })).await;
    assert_eq!(buyer["bank_card_balance"], Value::Null);
    for (verb, path, body, status, field) in [
        ("POST", "/alipay/buyers".to_owned(), json!({}), 400, Some("balance")),
        ("POST", "/alipay/buyers".to_owned(), json!({ "balance": 1.5 }), 400, Some("balance")),
        ("POST", "/alipay/buyers".to_owned(), json!({ "balance": 1, "state": "rich" }), 400, Some("state")),
        ("PATCH", path.clone(), json!({ "money": 1 }), 400, Some("money")),
        ("POST", format!("{path}/top-up"), json!({ "amount": 0 }), 400, Some("amount")),
        ("POST", format!("{path}/top-up"), json!({ "amount": i64::MAX }), 400, Some("amount")),
        ("GET", "/alipay/buyers/2088".to_owned(), Value::Null, 404, None),
    ] {
        let (found, answer) = world.control(verb, &path, body.clone()).await;
        assert_eq!((found, answer["field"].as_str()), (status, field), "{path} {body}: {answer}");
    }
}

#[tokio::test]
async fn numbers_follow_from_the_seed() {
    let (first, second) = (World::start().await, World::start().await);
    assert_eq!(first.app_id, second.app_id);
    assert_eq!(first.buyer(1).await, second.buyer(1).await);
}

#[tokio::test]
async fn a_start_that_fails_says_why() {
    let world = World::start().await;
    let taken = world.sandbox.control_url().replace("http://", "").parse().unwrap();
    let error = |listen| async move {
        match Sandbox::start(SandboxConfig { listen, seed: 1 }).await {
            Ok(_) => panic!("it started"),
            Err(error) => error,
        }
    };
    let text = error(taken).await.to_string();
    assert!(text.contains(&taken.port().to_string()) && text.contains("--listen"), "{text}");
    assert!(matches!(error("0.0.0.0:0".parse().unwrap()).await, SandboxError::NotLoopback(_)));
    world.sandbox.stop().await;
    // The port is free again.
    Sandbox::start(SandboxConfig { listen: "127.0.0.1:0".parse().unwrap(), seed: 1 }).await.unwrap().stop().await;
}
