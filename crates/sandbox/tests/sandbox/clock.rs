//! The business clock: only forward, and what has expired follows from it.

use serde_json::{Value, json};

use crate::world::{World, code, order};

#[tokio::test]
async fn it_goes_forward_only_and_names_the_field() {
    let world = World::start().await;
    let (_, start) = world.control("GET", "/clock", Value::Null).await;
    assert_eq!((start["offset_seconds"].as_i64(), start["version"].as_i64()), (Some(0), Some(1)));
    for (body, status, field) in [
        (json!({ "advance_seconds": -1 }), 400, "advance_seconds"),
        (json!({ "advance_seconds": "1" }), 400, "advance_seconds"),
        (json!({ "advance_seconds": 9_000_000_000_000_i64 }), 400, "advance_seconds"),
        (json!({ "set": "2020-01-01T00:00:00Z" }), 400, "set"),
        (json!({ "set": "tomorrow" }), 400, "set"),
        (json!({ "advance_seconds": 1, "set": "2099-01-01T00:00:00Z" }), 400, "set"),
        (json!({ "seconds": 1 }), 400, "seconds"),
        (json!({}), 400, "advance_seconds"),
    ] {
        let (found, answer) = world.control("POST", "/clock", body.clone()).await;
        assert_eq!((found, answer["field"].as_str()), (status, Some(field)), "{body}: {answer}");
    }
    let (_, moved) = world.control("POST", "/clock", json!({ "advance_seconds": 60 })).await;
    assert_eq!((moved["offset_seconds"].as_i64(), moved["version"].as_i64()), (Some(60), Some(2)));
    let (_, moved) = world.control("POST", "/clock", json!({ "set": "2099-01-01T00:00:00+08:00" })).await;
    assert!(moved["now"].as_str().unwrap().starts_with("2098-12-31T16:00:0"), "{moved}");
}

#[tokio::test]
async fn a_reader_can_wait_for_the_next_move() {
    let world = World::start().await;
    let (waited, ()) =
        tokio::join!(world.control("GET", "/clock?wait_version=1&timeout_ms=20000", Value::Null), world.advance(5));
    assert_eq!(waited.1["version"], 2);
    let (_, unchanged) = world.control("GET", "/clock?wait_version=2&timeout_ms=1", Value::Null).await;
    assert_eq!(unchanged["version"], 2);
}

#[tokio::test]
async fn trades_expire_by_it() {
    let world = World::start().await;
    let buyer = world.buyer(10_000).await;
    let agreement = world.agreement(&buyer, json!({}), "").await;
    let create = json!({
        "out_trade_no": "n1", "total_amount": "1.00", "subject": "s", "buyer_id": buyer, "timeout_express": "5m",
    });
    assert_eq!(code(&world.call("alipay.trade.create", create).await), "10000");
    let status = |answer: Value| answer["trade_status"].as_str().unwrap_or("-").to_owned();
    let by_number = json!({ "out_trade_no": "n1" });
    assert_eq!(status(world.call("alipay.trade.query", by_number.clone()).await), "WAIT_BUYER_PAY");
    world.advance(300).await;
    assert_eq!(status(world.call("alipay.trade.query", by_number.clone()).await), "TRADE_CLOSED");
    assert_eq!(code(&world.call("alipay.trade.close", by_number).await), "ACQ.REASON_TRADE_STATUS_INVALID");

    for (expiry, expected) in [
        (json!({ "time_expire": "2020-01-01 00:00:00" }), "ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR"),
        (json!({ "time_expire": "2020-01-01" }), "ACQ.INVALID_PARAMETER"),
        (json!({ "timeout_express": "16d" }), "ACQ.INVALID_PARAMETER"),
        (json!({ "timeout_express": "1c" }), "10000"),
    ] {
        let mut biz = order("n2", "1.00", &agreement);
        for (name, value) in expiry.as_object().unwrap() {
            biz[name] = value.clone();
        }
        assert_eq!(code(&world.call("alipay.trade.pay", biz).await), expected, "{expiry}");
    }
    world.advance(366 * 86_400).await;
    assert_eq!(status(world.call("alipay.trade.query", json!({ "out_trade_no": "n2" })).await), "TRADE_FINISHED");
}
