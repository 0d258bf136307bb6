//! Which code a bank answers for which state: one covers several, two banks differ, and nothing more is said.

use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn states_of_a_card_are_told_by_published_codes_only() {
    let world = World::start().await;
    // The state, and the codes of haian, yunling and beichen.
    let cases = [
        ("not_activated", ["63", "63", "63"]),
        ("online_payment_disabled", ["72", "77", "72"]),
        ("expired", ["73", "73", "73"]),
        ("lost", ["63", "63", "60"]),
        ("frozen", ["63", "63", "60"]),
        ("closed", ["63", "63", "60"]),
        ("dormant", ["63", "63", "60"]),
        ("risk_blocked", ["60", "78", "30"]),
        ("restricted", ["78", "78", "68"]),
    ];
    for (bank, name) in ["haian", "yunling", "beichen"].into_iter().enumerate() {
        let card = world.card(json!({ "bank": name })).await;
        for (index, (state, expected)) in cases.iter().enumerate() {
            world.change_card(&card, json!({ "state": state })).await;
            let order_id = format!("open{bank:04}{index:04}");
            let answer = world.open(&order_id, &card).await;
            assert_eq!(answer["respCode"], expected[bank], "{name} {state}");
            assert!(!answer.contains_key("tokenPayData"), "{name} {state}");
            assert!(!answer["respMsg"].contains(state), "{answer:?}");
        }
        world.change_card(&card, json!({ "state": "normal" })).await;
        let opened = world.open(&format!("open{bank:04}9999"), &card).await;
        assert_eq!(opened["respCode"], "00", "{name}: {opened:?}");
    }
}

#[tokio::test]
async fn a_bound_card_is_refused_at_paying_as_its_bank_does() {
    let world = World::start().await;
    let (card, token) = world.opened(json!({ "bank": "yunling", "balance": 1_000 })).await;
    let mut count = 0;
    let mut pay = async |change: serde_json::Value, amount: &str| {
        count += 1;
        world.change_card(&card, change).await;
        world.consume(&format!("order{count:07}"), &token, amount).await
    };
    assert_eq!(pay(json!({ "state": "lost" }), "100").await, "63");
    assert_eq!(pay(json!({ "state": "online_payment_disabled" }), "100").await, "77");
    assert_eq!(pay(json!({ "state": "risk_blocked" }), "100").await, "78");
    assert_eq!(pay(json!({ "state": "normal", "expired": "2001" }), "100").await, "73");
    assert_eq!(pay(json!({ "expired": "9912" }), "1001").await, "64");
    // A customer who may bind nothing goes on paying with what is bound.
    assert_eq!(pay(json!({ "state": "restricted" }), "100").await, "00");
    // This bank ends a binding when the reserved phone changes.
    assert_eq!(pay(json!({ "state": "normal", "phone": "19900008888" }), "100").await, "40");
    assert_eq!(pay(json!({ "phone": card.phone }), "100").await, "00");
    assert_eq!(world.balance(&card).await, 800);
}

#[tokio::test]
async fn limits_are_counted_by_transaction_day_and_month() {
    let world = World::start().await;
    world.done("POST", "/clock", json!({ "set": "2027-03-01T10:00:00+08:00" })).await;
    let (card, token) = world.opened(json!({ "bank": "haian", "kind": "debit", "balance": 100_000 })).await;
    world.change_card(&card, json!({ "per_transaction": 500, "per_day": 800, "per_month": 1_000 })).await;
    assert_eq!(world.consume("order0000001", &token, "501").await, "33");
    assert_eq!(world.consume("order0000002", &token, "500").await, "00");
    assert_eq!(world.consume("order0000003", &token, "301").await, "33");
    assert_eq!(world.consume("order0000004", &token, "300").await, "00");
    world.advance(86_400).await;
    assert_eq!(world.consume("order0000005", &token, "201").await, "81");
    assert_eq!(world.consume("order0000006", &token, "200").await, "00");
    // The first of April.
    world.advance(30 * 86_400).await;
    assert_eq!(world.consume("order0000007", &token, "500").await, "00");
    // Undone, it has used nothing; refunded, it has.
    let query_id = world.query("order0000007").await["queryId"].clone();
    assert_eq!(world.give_back("31/00", "undo00000001", &query_id, "500").await, "00");
    assert_eq!(world.consume("order0000008", &token, "500").await, "00");
    let query_id = world.query("order0000008").await["queryId"].clone();
    assert_eq!(world.give_back("04/00", "refund000001", &query_id, "500").await, "00");
    assert_eq!(world.consume("order0000009", &token, "500").await, "33");
}

#[tokio::test]
async fn banks_support_different_things_at_different_hours() {
    let world = World::start().await;
    world.done("POST", "/clock", json!({ "set": "2027-03-01T12:00:00+08:00" })).await;
    let sent = async |bank: &str, kind: &str, order_id: &str| {
        let card = world.card(json!({ "bank": bank, "kind": kind })).await;
        world.client.call(world.sms_request(order_id, &card, &card.phone)).await["respCode"].clone()
    };
    assert_eq!(sent("zhuxi", "debit", "open00000001").await, "68");
    assert_eq!(sent("muyun", "debit", "open00000002").await, "68");
    assert_eq!(sent("muyun", "credit", "open00000003").await, "00");
    assert_eq!(sent("chenguang", "debit", "open00000004").await, "79");
    assert_eq!(sent("hexi", "debit", "open00000005").await, "00");
    world.advance(11 * 3_600).await;
    assert_eq!(sent("hexi", "debit", "open00000006").await, "39");
    // A bank without codes opens by the factors alone.
    let card = world.card(json!({ "bank": "chenguang" })).await;
    let opened = world.client.call(world.open_request("open00000007", &card, "", &[])).await;
    assert_eq!(opened["respCode"], "00");
    let banks = world.done("GET", "/banks", serde_json::Value::Null).await;
    assert_eq!(banks.as_array().unwrap().len(), 12);
    world.done("PATCH", "/banks/hexi", json!({ "opens": "00:00", "closes": "24:00" })).await;
    assert_eq!(sent("hexi", "debit", "open00000008").await, "00");
}

#[tokio::test]
async fn a_wrong_phone_is_noticed_before_or_after_the_code() {
    let world = World::start().await;
    // haian compares at once and sends nothing.
    let card = world.card(json!({ "bank": "haian" })).await;
    let sent = world.client.call(world.sms_request("open00000001", &card, "19900007777")).await;
    assert_eq!(sent["respCode"], "66");
    assert!(world.messages("19900007777").await.is_empty() && world.messages(&card.phone).await.is_empty());
    // beichen sends to the number that was typed, and compares when the card is opened.
    let card = world.card(json!({ "bank": "beichen" })).await;
    let sent = world.client.call(world.sms_request("open00000002", &card, "19900007777")).await;
    assert_eq!(sent["respCode"], "00");
    assert!(world.messages(&card.phone).await.is_empty());
    let code = world.code("19900007777").await;
    let request = world.open_request("open00000002", &card, &code, &[("phoneNo", "19900007777")]);
    assert_eq!(world.client.call(request).await["respCode"], "66");
}
