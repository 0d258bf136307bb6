//! Notifications: signed, repeated until `success`, and everything that can go wrong with them.

use serde_json::{Value, json};

use crate::listener::{Listener, signed_text};
use crate::world::{World, code, order};

async fn ready(balance: i64) -> (World, String) {
    let world = World::start().await;
    let buyer = world.buyer(balance).await;
    let agreement = world.agreement(&buyer, json!({}), "").await;
    (world, agreement)
}

async fn fault(world: &World, what: &str) {
    world.fault(json!({ "channel": "alipay", "call": "notification", "what": what })).await;
}

#[tokio::test]
async fn only_success_stops_the_repetition() {
    let (world, agreement) = ready(1000).await;
    let mut listener = Listener::start(&["SUCCESS", "success\n"]).await;
    world.notified_call("alipay.trade.pay", order("n1", "9.00", &agreement), &listener.url).await;
    let first = listener.next().await;
    assert_eq!((first["trade_status"].as_str(), first["total_amount"].as_str()), ("TRADE_SUCCESS", "9.00"));
    assert_eq!(first["fund_bill_list"], r#"[{"amount":"9.00","fundChannel":"ALIPAYACCOUNT"}]"#);
    assert!(world.verifies(&signed_text(&first, &["sign", "sign_type"]), &first["sign"]));
    assert!(!world.verifies(&signed_text(&first, &["sign"]), &first["sign"]));
    assert_eq!(listener.next().await, first);
    assert_eq!(listener.next().await, first);
    let truth = world.until(|truth| truth["notifications"][0]["delivered"] == true).await;
    assert_eq!(truth["notifications"][0]["attempts"], 3);
}

#[tokio::test]
async fn refunds_are_notified() {
    let (world, agreement) = ready(1000).await;
    let mut listener = Listener::start(&[]).await;
    world.notified_call("alipay.trade.pay", order("n1", "9.00", &agreement), &listener.url).await;
    listener.next().await;
    for (amount, request, status, sum) in
        [("4.00", "r1", "TRADE_SUCCESS", "4.00"), ("5.00", "r2", "TRADE_CLOSED", "9.00")]
    {
        let biz = json!({ "out_trade_no": "n1", "refund_amount": amount, "out_request_no": request });
        world.call("alipay.trade.refund", biz).await;
        let notice = listener.next().await;
        assert_eq!((notice["trade_status"].as_str(), notice["refund_fee"].as_str()), (status, sum));
        assert_eq!(notice["out_biz_no"], request);
    }
}

#[tokio::test]
async fn it_can_arrive_before_the_answer() {
    let (world, agreement) = ready(1000).await;
    let mut listener = Listener::start(&[]).await;
    fault(&world, "before_answer").await;
    world.notified_call("alipay.trade.pay", order("n1", "9.00", &agreement), &listener.url).await;
    assert_eq!(listener.ready().unwrap()["out_trade_no"], "n1");
}

#[tokio::test]
async fn it_can_come_twice_or_never() {
    let (world, agreement) = ready(10_000).await;
    let mut listener = Listener::start(&[]).await;
    fault(&world, "doubled").await;
    world.notified_call("alipay.trade.pay", order("n1", "9.00", &agreement), &listener.url).await;
    assert_eq!(listener.next().await, listener.next().await);
    fault(&world, "never").await;
    world.notified_call("alipay.trade.pay", order("n2", "9.00", &agreement), &listener.url).await;
    let late = json!({ "channel": "alipay", "call": "notification", "what": "late", "delay_ms": 10 });
    world.fault(late).await;
    world.notified_call("alipay.trade.pay", order("n3", "9.00", &agreement), &listener.url).await;
    assert_eq!(listener.next().await["out_trade_no"], "n3");
    let truth = world.truth().await;
    let attempts = |number: &str| {
        let all = truth["notifications"].as_array().unwrap();
        all.iter().find(|notice| notice["out_trade_no"] == number).unwrap()["attempts"].clone()
    };
    assert_eq!(attempts("n2"), 0);
}

#[tokio::test]
async fn a_forged_one_claims_what_did_not_happen_and_does_not_verify() {
    let (world, agreement) = ready(1).await;
    let mut listener = Listener::start(&[]).await;
    fault(&world, "forged").await;
    let refused = world.notified_call("alipay.trade.pay", order("n1", "9.00", &agreement), &listener.url).await;
    assert_eq!(code(&refused), "ACQ.BUYER_BALANCE_NOT_ENOUGH");
    let forged = listener.next().await;
    assert_eq!((forged["trade_status"].as_str(), forged["out_trade_no"].as_str()), ("TRADE_SUCCESS", "n1"));
    assert_eq!(forged["app_id"], world.app_id);
    assert!(!world.verifies(&signed_text(&forged, &["sign", "sign_type"]), &forged["sign"]));
    assert!(!world.verifies(&signed_text(&forged, &["sign"]), &forged["sign"]));
    assert_eq!(world.truth().await["notifications"][0]["forged"], true);
}

#[tokio::test]
async fn only_this_machine_is_notified() {
    let (world, agreement) = ready(1000).await;
    fault(&world, "before_answer").await;
    let elsewhere = "http://shop.example.com/notify";
    world.notified_call("alipay.trade.pay", order("n1", "9.00", &agreement), elsewhere).await;
    let truth: Value = world.truth().await;
    let notice = &truth["notifications"][0];
    assert_eq!((notice["delivered"].as_bool(), notice["attempts"].as_i64()), (Some(false), Some(1)));
    assert!(notice["last_answer"].as_str().unwrap().contains("loopback"), "{notice}");
}
