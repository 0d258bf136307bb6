//! Payment codes: one payment each, at once or after the buyer's confirmation.

use serde_json::{Value, json};

use crate::listener::Listener;
use crate::world::{World, code};

async fn mint(world: &World, buyer: &str, body: Value) -> String {
    let (status, answer) = world.control("POST", &format!("/alipay/buyers/{buyer}/payment-code"), body).await;
    assert_eq!(status, 201, "{answer}");
    answer["auth_code"].as_str().unwrap().to_owned()
}

fn scan(number: &str, amount: &str, auth_code: &str) -> Value {
    json!({
        "out_trade_no": number,
        "total_amount": amount,
        "subject": "牛奶",
        "scene": "bar_code",
        "product_code": "FACE_TO_FACE_PAYMENT",
        "auth_code": auth_code,
    })
}

async fn pay(world: &World, number: &str, amount: &str, auth_code: &str) -> Value {
    world.call("alipay.trade.pay", scan(number, amount, auth_code)).await
}

async fn status(world: &World, number: &str) -> String {
    let answer = world.call("alipay.trade.query", json!({ "out_trade_no": number })).await;
    answer["trade_status"].as_str().map_or_else(|| code(&answer).to_owned(), str::to_owned)
}

async fn confirm(world: &World, number: &str) -> (u16, Value) {
    world.control("POST", &format!("/alipay/trades/{number}/confirm"), Value::Null).await
}

#[tokio::test]
async fn a_code_pays_one_order_once() {
    let world = World::start().await;
    let buyer = world.buyer(5000).await;
    let auth_code = mint(&world, &buyer, Value::Null).await;
    assert!(auth_code.len() == 18 && auth_code.starts_with("28"), "{auth_code}");
    let paid = pay(&world, "n1", "9.00", &auth_code).await;
    assert_eq!((code(&paid), paid["buyer_user_id"].as_str()), ("10000", Some(buyer.as_str())));
    assert_eq!(code(&pay(&world, "n1", "9.00", &auth_code).await), "ACQ.TRADE_HAS_SUCCESS");
    assert_eq!(code(&pay(&world, "n2", "9.00", &auth_code).await), "ACQ.PAYMENT_AUTH_CODE_INVALID");
    assert_eq!(code(&pay(&world, "n2", "9.00", "280000000000000000").await), "ACQ.PAYMENT_AUTH_CODE_INVALID");

    let late = mint(&world, &buyer, Value::Null).await;
    world.advance(60).await;
    assert_eq!(code(&pay(&world, "n2", "9.00", &late).await), "ACQ.PAYMENT_AUTH_CODE_INVALID");
    assert_eq!(status(&world, "n2").await, "ACQ.TRADE_NOT_EXIST");
    assert_eq!(world.truth().await["merchant_balance"], 900);
}

#[tokio::test]
async fn above_the_threshold_or_on_demand_the_buyer_confirms() {
    let world = World::start().await;
    let mut listener = Listener::start(&[]).await;
    let buyer = world.buyer(500_000).await;
    for (number, amount, confirm_field, expected) in [
        ("n1", "1000.00", json!({}), "10000"),
        ("n2", "1000.01", json!({}), "10003"),
        ("n3", "1.00", json!({ "confirm": true }), "10003"),
        ("n4", "1000.01", json!({ "confirm": false }), "10000"),
    ] {
        let auth_code = mint(&world, &buyer, confirm_field).await;
        let answer = pay(&world, number, amount, &auth_code).await;
        assert_eq!(code(&answer), expected, "{number} {answer}");
    }
    let auth_code = mint(&world, &buyer, json!({ "confirm": true })).await;
    let biz = scan("n5", "9.00", &auth_code);
    let waiting = world.notified_call("alipay.trade.pay", biz.clone(), &listener.url).await;
    assert_eq!(waiting["msg"], " order success pay inprocess");
    assert_eq!((waiting["buyer_pay_amount"].as_str(), waiting.get("gmt_payment")), (Some("0.00"), None));
    // The same request again, also after the code's minute, is the same order.
    world.advance(60).await;
    assert_eq!(code(&world.call("alipay.trade.pay", biz).await), "10003");
    assert_eq!(status(&world, "n5").await, "WAIT_BUYER_PAY");
    let (http, confirmed) = confirm(&world, "n5").await;
    assert_eq!((http, confirmed["paid"].as_bool()), (200, Some(true)), "{confirmed}");
    assert_eq!(listener.next().await["trade_status"], "TRADE_SUCCESS");
    assert_eq!(status(&world, "n5").await, "TRADE_SUCCESS");
    assert_eq!(confirm(&world, "n5").await.0, 404);
    let truth = world.truth().await;
    assert!(truth["trades"].as_array().unwrap().iter().all(|trade| trade["times_charged"].as_i64().unwrap() <= 1));
}

#[tokio::test]
async fn a_confirmation_can_fail_and_come_too_late() {
    let world = World::start().await;
    let buyer = world.buyer(100).await;
    let auth_code = mint(&world, &buyer, json!({ "confirm": true })).await;
    assert_eq!(code(&pay(&world, "n1", "9.00", &auth_code).await), "10003");
    let (_, refused) = confirm(&world, "n1").await;
    assert_eq!(
        (refused["paid"].as_bool(), refused["refused_with"].as_str()),
        (Some(false), Some("ACQ.BUYER_BALANCE_NOT_ENOUGH"))
    );
    assert_eq!(status(&world, "n1").await, "WAIT_BUYER_PAY");
    let cancelled = world.call("alipay.trade.cancel", json!({ "out_trade_no": "n1" })).await;
    assert_eq!(cancelled["action"], "close");
    world.control("POST", &format!("/alipay/buyers/{buyer}/top-up"), json!({ "amount": 5000 })).await;
    assert_eq!(confirm(&world, "n1").await.0, 404);
    assert_eq!(world.truth().await["merchant_balance"], 0);
}

#[tokio::test]
async fn what_is_refused_before_anything_is_opened() {
    let world = World::start().await;
    let buyer = world.buyer(5000).await;
    let auth_code = mint(&world, &buyer, Value::Null).await;
    for (field, value, expected) in [
        ("scene", "wave_code", "ACQ.UN_SUPPORT_TRADE_SCENE"),
        ("scene", "nowhere", "ACQ.INVALID_PARAMETER"),
        ("product_code", "GENERAL_WITHHOLDING", "ACQ.ACCESS_FORBIDDEN"),
        ("auth_code", "", "ACQ.INVALID_PARAMETER"),
        ("total_amount", "0.00", "ACQ.INVALID_PARAMETER"),
    ] {
        let mut biz = scan("n1", "9.00", &auth_code);
        biz[field] = json!(value);
        assert_eq!(code(&world.call("alipay.trade.pay", biz).await), expected, "{field} {value}");
    }
    let path = format!("/alipay/buyers/{buyer}");
    world.control("PATCH", &path, json!({ "state": "frozen" })).await;
    assert_eq!(code(&pay(&world, "n1", "9.00", &auth_code).await), "ACQ.BUYER_ENABLE_STATUS_FORBID");
    world
        .fault(json!({
            "channel": "alipay", "call": "alipay.trade.pay", "what": "system_error", "buyer": buyer,
        }))
        .await;
    assert_eq!(code(&pay(&world, "n1", "9.00", &auth_code).await), "ACQ.SYSTEM_ERROR");
    assert_eq!(status(&world, "n1").await, "ACQ.TRADE_NOT_EXIST");
    assert_eq!(world.control("POST", "/alipay/buyers/2088/payment-code", Value::Null).await.0, 404);
    let (status, answer) = world.control("POST", &format!("{path}/payment-code"), json!({ "confirm": 1 })).await;
    assert_eq!((status, answer["field"].as_str()), (400, Some("confirm")));
}
