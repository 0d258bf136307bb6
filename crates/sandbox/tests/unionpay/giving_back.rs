//! Undo, refund and reversal: what each may give back, and until when.

use serde_json::json;

use crate::world::World;

async fn at(world: &World, time: &str) {
    world.done("POST", "/clock", json!({ "set": time })).await;
}

async fn reverse(world: &World, order_id: &str) -> String {
    world.client.call(world.client.request("99/01", order_id)).await["respCode"].clone()
}

#[tokio::test]
async fn a_payment_is_undone_wholly_and_on_its_day() {
    let world = World::start().await;
    at(&world, "2027-03-01T10:00:00+08:00").await;
    let (card, token) = world.opened(json!({ "balance": 10_000 })).await;
    world.consume("order0000001", &token, "1000").await;
    let query_id = world.query("order0000001").await["queryId"].clone();
    assert_eq!(world.give_back("31/00", "undo00000001", &query_id, "999").await, "36");
    assert_eq!(world.give_back("31/00", "undo00000002", "951807261002324791038", "1000").await, "35");
    assert_eq!(world.give_back("31/00", "undo00000003", &query_id, "1000").await, "00");
    assert_eq!(world.give_back("31/00", "undo00000003", &query_id, "1000").await, "12");
    assert_eq!(world.give_back("31/00", "undo00000004", &query_id, "1000").await, "45");
    assert_eq!(world.give_back("04/00", "refund000001", &query_id, "1").await, "45");
    assert_eq!(world.balance(&card).await, 10_000);
    // The payment goes on to say that it succeeded; the undo is a transaction of its own.
    assert_eq!(world.query("order0000001").await["origRespCode"], "00");
    let undo = world.query("undo00000003").await;
    assert_eq!((undo["origRespCode"].as_str(), undo["txnType"].as_str()), ("00", "31"));
    assert_eq!(world.order_truth("order0000001").await["state"], "undone");
    // From 23:00 it is the next day.
    world.consume("order0000002", &token, "1000").await;
    let query_id = world.query("order0000002").await["queryId"].clone();
    at(&world, "2027-03-01T23:00:00+08:00").await;
    assert_eq!(world.give_back("31/00", "undo00000005", &query_id, "1000").await, "35");
    assert_eq!(world.give_back("04/00", "refund000002", &query_id, "1000").await, "00");
    assert_eq!(world.truth().await["merchant_balance"], 0);
}

#[tokio::test]
async fn refunds_add_up_to_the_payment_and_end_after_eleven_months() {
    let world = World::start().await;
    at(&world, "2027-03-01T10:00:00+08:00").await;
    let (card, token) = world.opened(json!({ "balance": 10_000 })).await;
    world.consume("order0000001", &token, "1000").await;
    let query_id = world.query("order0000001").await["queryId"].clone();
    for (order_id, amount, expected) in [
        ("refund000001", "400", "00"),
        ("refund000002", "601", "36"),
        ("refund000003", "600", "00"),
        ("refund000004", "1", "45"),
    ] {
        assert_eq!(world.give_back("04/00", order_id, &query_id, amount).await, expected, "{order_id}");
    }
    assert_eq!(world.balance(&card).await, 10_000);
    assert_eq!(world.order_truth("order0000001").await["state"], "refunded");
    world.consume("order0000002", &token, "1000").await;
    let query_id = world.query("order0000002").await["queryId"].clone();
    at(&world, "2028-02-01T10:30:00+08:00").await;
    assert_eq!(world.give_back("04/00", "refund000005", &query_id, "1").await, "35");
    // A refused payment has nothing to give back.
    world.consume("order0000003", &token, "90000").await;
    let query_id = world.query("order0000003").await["queryId"].clone();
    assert_eq!(world.give_back("04/00", "refund000006", &query_id, "1").await, "35");
}

#[tokio::test]
async fn a_reversal_has_its_window() {
    let world = World::start().await;
    at(&world, "2027-03-01T22:59:00+08:00").await;
    let (card, token) = world.opened(json!({ "balance": 10_000 })).await;
    assert_eq!(reverse(&world, "order0000001").await, "35");
    world.consume("order0000001", &token, "1000").await;
    assert_eq!(reverse(&world, "order0000001").await, "00");
    assert_eq!(reverse(&world, "order0000001").await, "46");
    assert_eq!(world.balance(&card).await, 10_000);
    assert_eq!(world.query("order0000001").await["origRespCode"], "46");
    assert_eq!(world.consume("order0000001", &token, "1000").await, "12");
    // A refused one has nothing to reverse, an undone one nothing any more.
    world.consume("order0000002", &token, "99999").await;
    assert_eq!(reverse(&world, "order0000002").await, "35");
    world.consume("order0000003", &token, "1000").await;
    let query_id = world.query("order0000003").await["queryId"].clone();
    world.give_back("31/00", "undo00000001", &query_id, "1000").await;
    assert_eq!(reverse(&world, "order0000003").await, "45");
    // Over the cut.
    world.consume("order0000004", &token, "1000").await;
    at(&world, "2027-03-01T23:00:00+08:00").await;
    assert_eq!(reverse(&world, "order0000004").await, "39");
    world.consume("order0000005", &token, "1000").await;
    at(&world, "2027-03-02T22:59:59+08:00").await;
    assert_eq!(reverse(&world, "order0000005").await, "00");
    assert_eq!(world.truth().await["merchant_balance"], 1_000);
    // It is also taken at the other address.
    let mut request = world.client.request("99/01", "order0000005");
    world.client.sign(&mut request);
    let (_, text) = world.client.post(&world.client.back, &request).await.unwrap();
    assert_eq!(crate::client::read(&text)["respCode"], "46");
}

#[tokio::test]
async fn a_pending_payment_that_is_reversed_is_not_made() {
    let world = World::start().await;
    let (card, token) = world.opened(json!({ "balance": 10_000 })).await;
    world.fault(json!({ "call": "01/01", "what": "succeed_late", "delay_ms": 300 })).await;
    assert_eq!(world.consume("order0000001", &token, "1000").await, "05");
    assert_eq!(world.query("order0000001").await["origRespCode"], "05");
    assert_eq!(reverse(&world, "order0000001").await, "00");
    world.until(|truth| truth["orders"][1]["resp_code"] == "46").await;
    assert_eq!(world.balance(&card).await, 10_000);
    // One that was cut off on its way cannot be reversed, and is made when it arrives.
    world.fault(json!({ "call": "01/01", "what": "succeed_late", "delay_ms": 300, "cut": true })).await;
    let mut request = world.consume_request("order0000002", &token, "1000", "");
    world.client.sign(&mut request);
    assert!(world.client.post(&world.client.back, &request).await.is_err());
    assert_eq!(world.query("order0000002").await["respCode"], "34");
    assert_eq!(reverse(&world, "order0000002").await, "35");
    world.until(|truth| truth["orders"][2]["state"] == "paid").await;
    assert_eq!(world.balance(&card).await, 9_000);
}
