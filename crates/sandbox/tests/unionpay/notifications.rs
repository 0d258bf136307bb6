//! Background notifications: signed, repeated until 200, of successes alone, and everything that can go wrong with them.

use serde_json::{Value, json};

use crate::client::Fields;
use crate::listener::Listener;
use crate::world::World;

async fn fault(world: &World, what: Value) {
    let mut body = what;
    body["call"] = json!("notification");
    world.fault(body).await;
}

/// Pays and wants to be told; the code of the answer.
async fn pay(world: &World, listener: &Listener, order_id: &str, token: &str, amount: &str) -> String {
    let mut request = world.consume_request(order_id, token, amount, "");
    request.insert("backUrl".to_owned(), listener.url.clone());
    world.client.call(request).await["respCode"].clone()
}

#[tokio::test]
async fn a_payment_is_notified_with_what_was_recorded() {
    let world = World::start().await;
    let (_, token) = world.opened(json!({})).await;
    let mut listener = Listener::start(&[]).await;
    pay(&world, &listener, "order0000001", &token, "136").await;
    let notified = listener.next().await;
    assert!(world.client.verifies(&notified));
    let recorded: Fields =
        url::form_urlencoded::parse(include_bytes!("../vectors/unionpay-notify.txt")).into_owned().collect();
    for name in recorded.keys().filter(|name| *name != "accNo") {
        assert!(notified.contains_key(name), "the recorded notification has {name}");
    }
    assert_eq!((notified["respCode"].as_str(), notified["txnAmt"].as_str()), ("00", "136"));
    assert_eq!(notified["queryId"], world.query("order0000001").await["queryId"]);
    // Undo and refund are notified too, each as itself.
    let query_id = notified["queryId"].clone();
    let mut request = world.client.request("04/00", "refund000001");
    for (name, value) in [("origQryId", query_id.as_str()), ("txnAmt", "36"), ("backUrl", &listener.url)] {
        request.insert(name.to_owned(), value.to_owned());
    }
    world.client.call(request).await;
    let refunded = listener.next().await;
    assert_eq!((refunded["txnType"].as_str(), refunded["origQryId"].as_str()), ("04", query_id.as_str()));
    assert_eq!((refunded["orderId"].as_str(), refunded["txnAmt"].as_str()), ("refund000001", "36"));
}

#[tokio::test]
async fn it_is_repeated_by_the_business_clock_and_five_times_at_most() {
    let world = World::start().await;
    let (_, token) = world.opened(json!({})).await;
    let mut listener = Listener::start(&[500, 302, 404, 500, 500, 500]).await;
    pay(&world, &listener, "order0000001", &token, "100").await;
    let first = listener.next().await;
    for minutes in [1, 2, 4, 5] {
        // Noted as tried before the next gap begins.
        world.until(|truth| truth["notifications"][0]["last_answer"] != Value::Null).await;
        world.advance(minutes * 60).await;
        assert_eq!(listener.next().await, first);
    }
    let truth = world.until(|truth| truth["notifications"][0]["attempts"] == 5).await;
    assert_eq!(truth["notifications"][0]["delivered"], false);
    world.advance(3_600).await;
    pay(&world, &listener, "order0000002", &token, "100").await;
    assert_eq!(listener.next().await["orderId"], "order0000002");
}

#[tokio::test]
async fn only_successes_are_notified_unless_the_script_wants_it() {
    let world = World::start().await;
    let (_, token) = world.opened(json!({ "balance": 100 })).await;
    let mut listener = Listener::start(&[]).await;
    assert_eq!(pay(&world, &listener, "order0000001", &token, "101").await, "64");
    fault(&world, json!({ "what": "of_failure" })).await;
    assert_eq!(pay(&world, &listener, "order0000002", &token, "101").await, "64");
    let notified = listener.next().await;
    assert_eq!((notified["orderId"].as_str(), notified["respCode"].as_str()), ("order0000002", "64"));
    assert!(world.client.verifies(&notified));
}

#[tokio::test]
async fn it_can_come_before_the_answer_twice_late_or_never() {
    let world = World::start().await;
    let (_, token) = world.opened(json!({ "balance": 1_000_000 })).await;
    let mut listener = Listener::start(&[]).await;
    fault(&world, json!({ "what": "before_answer" })).await;
    pay(&world, &listener, "order0000001", &token, "100").await;
    assert!(listener.has_come());
    fault(&world, json!({ "what": "doubled" })).await;
    pay(&world, &listener, "order0000002", &token, "100").await;
    assert_eq!(listener.next().await, listener.next().await);
    fault(&world, json!({ "what": "never" })).await;
    pay(&world, &listener, "order0000003", &token, "100").await;
    fault(&world, json!({ "what": "late", "delay_ms": 200 })).await;
    pay(&world, &listener, "order0000004", &token, "100").await;
    pay(&world, &listener, "order0000005", &token, "100").await;
    // Reordered: the later payment's notification overtakes the earlier one's.
    assert_eq!(listener.next().await["orderId"], "order0000005");
    assert_eq!(listener.next().await["orderId"], "order0000004");
    let truth = world.truth().await;
    let never = truth["notifications"].as_array().unwrap().iter().find(|notice| notice["order_id"] == "order0000003");
    assert_eq!(never.unwrap()["attempts"], 0);
}

#[tokio::test]
async fn what_must_not_be_believed_does_not_verify() {
    let world = World::start().await;
    let (_, token) = world.opened(json!({ "balance": 300 })).await;
    let mut listener = Listener::start(&[]).await;
    for (order_id, what) in [("order0000001", "foreign_certificate"), ("order0000002", "bad_signature")] {
        fault(&world, json!({ "what": what })).await;
        pay(&world, &listener, order_id, &token, "100").await;
        let notified = listener.next().await;
        assert!(notified["respCode"] == "00" && !world.client.verifies(&notified), "{what}");
    }
    fault(&world, json!({ "what": "forged" })).await;
    assert_eq!(pay(&world, &listener, "order0000003", &token, "1000").await, "64");
    let forged = listener.next().await;
    assert_eq!((forged["respCode"].as_str(), forged["orderId"].as_str()), ("00", "order0000003"));
    assert!(!world.client.verifies(&forged));
    // A genuine one that says something else than what happened.
    fault(&world, json!({ "what": "contradicted", "resp_code": "64" })).await;
    assert_eq!(pay(&world, &listener, "order0000004", &token, "100").await, "00");
    let contradicted = listener.next().await;
    assert!(contradicted["respCode"] == "64" && world.client.verifies(&contradicted));
    assert_eq!(world.query("order0000004").await["origRespCode"], "00");
}

#[tokio::test]
async fn only_this_machine_is_notified() {
    let world = World::start().await;
    let (_, token) = world.opened(json!({})).await;
    fault(&world, json!({ "what": "before_answer" })).await;
    let mut request = world.consume_request("order0000001", &token, "100", "");
    request.insert("backUrl".to_owned(), "http://shop.example.com/notify".to_owned());
    world.client.call(request).await;
    let truth = world.truth().await;
    let notice = &truth["notifications"][0];
    assert_eq!((notice["delivered"].as_bool(), notice["attempts"].as_i64()), (Some(false), Some(1)));
    assert!(notice["last_answer"].as_str().unwrap().contains("loopback"), "{notice}");
}
