//! Paying with a token: once, with the bank's code where it asks for one, and asked about by number and time.

use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn a_payment_is_made_once_and_found_by_number_and_time() {
    let world = World::start().await;
    let (card, token) = world.opened(json!({ "balance": 10_000 })).await;
    let mut request = world.consume_request("order0000001", &token, "2500", "");
    request.insert("reqReserved".to_owned(), "a=b{c=d&e=}".to_owned());
    let paid = world.client.call(request.clone()).await;
    assert_eq!((paid["respCode"].as_str(), paid["respMsg"].as_str()), ("00", "成功[0000000]"));
    assert_eq!((paid["queryId"].len(), paid["txnAmt"].as_str()), (21, "2500"));
    let found = world.query("order0000001").await;
    assert_eq!((found["respCode"].as_str(), found["origRespCode"].as_str()), ("00", "00"));
    assert_eq!((found["queryId"].as_str(), found["txnType"].as_str()), (paid["queryId"].as_str(), "01"));
    assert_eq!((found["settleAmt"].as_str(), found["reqReserved"].as_str()), ("2500", "a=b{c=d&e=}"));
    assert_eq!(world.client.call(request.clone()).await["respCode"], "12");
    assert_eq!(world.balance(&card).await, 7_500);
    // The number alone names nothing: with another time it is another order.
    request.insert("txnTime".to_owned(), "20261122201501".to_owned());
    assert_eq!(world.client.call(request).await["respCode"], "00");
    assert_eq!(world.balance(&card).await, 5_000);
    let mut other = world.client.request("00/00", "order0000001");
    other.insert("txnTime".to_owned(), "20261122201502".to_owned());
    assert_eq!(world.client.call(other).await["respCode"], "34");
    let truth = world.truth().await;
    assert_eq!(truth["merchant_balance"], 5_000);
    let order = world.order_truth("order0000001").await;
    assert_eq!(
        (order["state"].as_str(), order["times_charged"].as_i64(), order["calls"].as_i64()),
        (Some("paid"), Some(1), Some(2))
    );
}

#[tokio::test]
async fn a_refused_payment_stays_refused() {
    let world = World::start().await;
    let (card, token) = world.opened(json!({ "balance": 100 })).await;
    assert_eq!(world.consume("order0000001", &token, "101").await, "64");
    let found = world.query("order0000001").await;
    assert_eq!((found["respCode"].as_str(), found["origRespCode"].as_str()), ("00", "64"));
    assert_eq!(found["origRespMsg"], "卡上的余额不足");
    world.done("POST", &format!("/cards/{}/pay-in", card.number), json!({ "amount": 1 })).await;
    assert_eq!(world.consume("order0000001", &token, "101").await, "12");
    assert_eq!(world.consume("order0000002", &token, "101").await, "00");
    assert_eq!(world.balance(&card).await, 0);
}

#[tokio::test]
async fn above_two_hundred_yuan_the_bank_wants_its_code() {
    let world = World::start().await;
    let (card, token) = world.opened(json!({ "balance": 1_000_000 })).await;
    assert_eq!(world.consume("order0000001", &token, "20000").await, "00");
    assert_eq!(world.consume("order0000002", &token, "20001").await, "71");
    let pay = async |order_id: &str, amount: &str, code: &str| {
        world.client.call(world.consume_request(order_id, &token, amount, code)).await["respCode"].clone()
    };
    let sent = world.client.call(world.paying_sms_request("order0000002", &token, "20001")).await;
    assert_eq!(sent["respCode"], "00");
    let texts = world.messages(&card.phone).await;
    assert!(texts.last().unwrap()["body"].as_str().unwrap().contains("200.01"), "{texts:?}");
    let code = world.code(&card.phone).await;
    // For another amount, for another order, a wrong one; then the right one, and once only.
    assert_eq!(pay("order0000003", "20001", &code).await, "71");
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert_eq!(pay("order0000002", "20001", wrong).await, "71");
    assert_eq!(pay("order0000002", "20001", &code).await, "00");
    assert_eq!(pay("order0000002", "20001", &code).await, "12");
    // A code that came for one amount does not pay another.
    world.client.call(world.paying_sms_request("order0000004", &token, "30000")).await;
    let code = world.code(&card.phone).await;
    assert_eq!(pay("order0000004", "40000", &code).await, "71");
    assert_eq!(world.balance(&card).await, 1_000_000 - 20_000 - 20_001);
    // A bank's habit can be changed.
    world.done("PATCH", "/banks/haian", json!({ "sms_above": 0 })).await;
    assert_eq!(world.consume("order0000005", &token, "1").await, "71");
}

#[tokio::test]
async fn after_its_time_an_order_is_not_paid_any_more() {
    let world = World::start().await;
    let (card, token) = world.opened(json!({ "balance": 10_000 })).await;
    for (order_id, name, value) in
        [("order0000001", "payTimeout", "20200101000000"), ("order0000002", "orderTimeout", "1")]
    {
        let mut request = world.consume_request(order_id, &token, "100", "");
        request.insert("txnTime".to_owned(), "20200101000000".to_owned());
        request.insert(name.to_owned(), value.to_owned());
        assert_eq!(world.client.call(request).await["respCode"], "39", "{name}");
    }
    let mut request = world.consume_request("order0000003", &token, "100", "");
    request.insert("payTimeout".to_owned(), "20991231235959".to_owned());
    assert_eq!(world.client.call(request).await["respCode"], "00");
    assert_eq!(world.balance(&card).await, 9_900);
}

#[tokio::test]
async fn another_merchant_cannot_pay_with_the_token() {
    let world = World::start().await;
    let (card, token) = world.opened(json!({})).await;
    let certificate = world.credentials["unionpay"]["merchant_certificate"].clone();
    let body = json!({ "mer_id": "777000000000002", "certificate": certificate });
    world.done("POST", "/unionpay/merchants", body).await;
    let mut request = world.consume_request("order0000001", &token, "100", "");
    request.insert("merId".to_owned(), "777000000000002".to_owned());
    assert_eq!(world.client.call(request).await["respCode"], "89");
    assert_eq!(world.balance(&card).await, 100_000);
}
