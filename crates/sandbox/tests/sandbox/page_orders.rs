//! Orders on the cashier's page.

use serde_json::{Value, json};

use crate::listener::{Fields, Listener, signed_text};
use crate::world::{World, code};

const METHOD: &str = "alipay.trade.page.pay";
const ACTION: &str = "/sandbox/order";

fn wanted(number: &str, amount: &str) -> Value {
    json!({
        "out_trade_no": number,
        "total_amount": amount,
        "subject": "会员/一年",
        "product_code": "FAST_INSTANT_TRADE_PAY",
    })
}

async fn status(world: &World, number: &str) -> String {
    let answer = world.call("alipay.trade.query", json!({ "out_trade_no": number })).await;
    answer["trade_status"].as_str().map_or_else(|| code(&answer).to_owned(), str::to_owned)
}

#[tokio::test]
async fn a_paid_order_is_notified_and_the_way_back_is_signed() {
    for world in [World::start().await, World::with_certificates().await] {
        let mut listener = Listener::start(&[]).await;
        let buyer = world.buyer(1000).await;
        let address = world.address(METHOD, &wanted("n1", "9.00"), &listener.url, "http://127.0.0.1:1/back?o=5");
        world.http.get(&address).send().await.unwrap();
        assert_eq!(status(&world, "n1").await, "ACQ.TRADE_NOT_EXIST");
        let pressed = world.press_on(&address, ACTION, &buyer, "pay").await;
        assert_eq!(pressed.status().as_u16(), 302);
        let back = url::Url::parse(pressed.headers()["location"].to_str().unwrap()).unwrap();
        let mut fields: Fields = back.query_pairs().into_owned().collect();
        assert_eq!(fields.remove("o").unwrap(), "5");
        assert_eq!(fields["method"], "alipay.trade.page.pay.return");
        assert_eq!((fields["total_amount"].as_str(), &fields["app_id"]), ("9.00", &world.app_id));
        assert!(world.verifies(&signed_text(&fields, &["sign", "sign_type"]), &fields["sign"]));
        let notice = listener.next().await;
        assert_eq!((notice["out_trade_no"].as_str(), &notice["trade_no"]), ("n1", &fields["trade_no"]));
        assert_eq!(status(&world, "n1").await, "TRADE_SUCCESS");
        let again = world.http.get(&address).send().await.unwrap().text().await.unwrap();
        assert!(again.contains("ACQ.TRADE_HAS_SUCCESS"), "{again}");
        assert_eq!(world.truth().await["trades"][0]["times_charged"], 1);
    }
}

#[tokio::test]
async fn the_form_is_posted_as_well() {
    let world = World::start().await;
    let mut parameters = world.parameters(METHOD, &wanted("n1", "9.00"));
    world.sign(&mut parameters);
    let (status, page) = world.post(&parameters).await.unwrap();
    assert_eq!(status, 200);
    assert!(page.contains("会员/一年") && page.contains("9.00 元") && page.contains("确认付款"), "{page}");
}

#[tokio::test]
async fn a_buyer_who_cannot_pay_may_try_again_or_leave() {
    let world = World::start().await;
    let buyer = world.buyer(100).await;
    let address = world.address(METHOD, &wanted("n1", "9.00"), "", "http://127.0.0.1:1/back");
    let pressed = world.press_on(&address, ACTION, &buyer, "pay").await;
    assert_eq!(pressed.status().as_u16(), 200);
    let page = pressed.text().await.unwrap();
    assert!(page.contains("买家余额不足") && page.contains("确认付款"), "{page}");
    assert_eq!(status(&world, "n1").await, "WAIT_BUYER_PAY");
    let other = world.buyer(5000).await;
    let pressed = world.press_on(&address, ACTION, &other, "pay").await.text().await.unwrap();
    assert!(pressed.contains("ACQ.TRADE_BUYER_NOT_MATCH"), "{pressed}");
    world.control("POST", &format!("/alipay/buyers/{buyer}/top-up"), json!({ "amount": 900 })).await;
    assert_eq!(world.press_on(&address, ACTION, &buyer, "pay").await.status().as_u16(), 302);
    assert_eq!(world.truth().await["merchant_balance"], 900);
}

#[tokio::test]
async fn later_cancelled_expired_and_closed() {
    let world = World::start().await;
    let buyer = world.buyer(5000).await;
    let address = |number: &str| world.address(METHOD, &wanted(number, "9.00"), "", "http://127.0.0.1:1/back");
    let cancelled = world.press_on(&address("n1"), ACTION, &buyer, "cancel").await.text().await.unwrap();
    assert!(cancelled.contains("您已取消付款"), "{cancelled}");
    assert_eq!(status(&world, "n1").await, "ACQ.TRADE_NOT_EXIST");

    world.press_on(&address("n2"), ACTION, &buyer, "later").await;
    assert_eq!(status(&world, "n2").await, "WAIT_BUYER_PAY");
    let (_, confirmed) = world.control("POST", "/alipay/trades/n2/confirm", Value::Null).await;
    assert_eq!(confirmed["paid"], true);

    world.press_on(&address("n3"), ACTION, &buyer, "later").await;
    world.call("alipay.trade.close", json!({ "out_trade_no": "n3" })).await;
    let closed = world.http.get(address("n3")).send().await.unwrap().text().await.unwrap();
    assert!(closed.contains("ACQ.TRADE_HAS_CLOSE"), "{closed}");

    let mut biz = wanted("n4", "9.00");
    biz["time_expire"] = json!("2020-01-01 00:00:00");
    for (biz, expected) in [
        (biz, "ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR"),
        (wanted("n2", "9.01"), "ACQ.CONTEXT_INCONSISTENT"),
        (json!({ "out_trade_no": "n5", "total_amount": "1.00", "subject": "s", "product_code": "X" }), "product_code"),
    ] {
        let page = world.http.get(world.address(METHOD, &biz, "", "")).send().await.unwrap().text().await.unwrap();
        assert!(page.is_ascii() && page.contains(expected), "{page}");
    }
}
