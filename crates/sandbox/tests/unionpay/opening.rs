//! Binding a card step by step: the bank's code, the factors, the token, and asking about it.

use serde_json::json;

use crate::client::{Fields, braced};
use crate::listener::Listener;
use crate::world::World;

#[tokio::test]
async fn a_card_is_opened_and_asked_about() {
    for kind in ["debit", "credit"] {
        let world = World::start().await;
        let mut listener = Listener::start(&[]).await;
        let card = world.card(json!({ "bank": "haian", "kind": kind })).await;
        let sent = world.client.call(world.sms_request("open00000001", &card, &card.phone)).await;
        assert_eq!((sent["respCode"].as_str(), sent["orderId"].as_str()), ("00", "open00000001"));
        let code = world.code(&card.phone).await;
        let mut request = world.open_request("open00000001", &card, &code, &[]);
        request.insert("backUrl".to_owned(), listener.url.clone());
        request.insert("reqReserved".to_owned(), "{透传=信息&more=1}".to_owned());
        let opened = world.client.call(request.clone()).await;
        assert_eq!((opened["respCode"].as_str(), opened["activateStatus"].as_str()), ("00", "1"), "{opened:?}");
        assert_eq!(opened["payCardType"], if kind == "debit" { "01" } else { "02" });
        let data = braced(&opened["tokenPayData"]);
        assert_eq!((data["trId"].as_str(), data["tokenType"].as_str()), ("62000000001", "01"));
        assert!(data["tokenBegin"] < data["tokenEnd"] && data["tokenEnd"].len() == 14);
        // The card's number comes back sealed only, and only in the notification.
        let notified = listener.next().await;
        assert!(world.client.verifies(&notified));
        assert_eq!(notified["tokenPayData"], opened["tokenPayData"]);
        assert_eq!(world.client.unseal(&notified["accNo"]), card.number);
        assert!(!format!("{opened:?}{notified:?}").contains(&card.number));
        let info = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, &opened["customerInfo"]).unwrap();
        let sealed = braced(&String::from_utf8(info).unwrap())["encryptedInfo"].clone();
        assert_eq!(world.client.unseal(&sealed), format!("phoneNo={}", card.phone));
        // Asked for by the order, and only by it.
        let asked = world.client.call(world.client.request("78/02", "open00000001")).await;
        assert_eq!((asked["activateStatus"].as_str(), &asked["tokenPayData"]), ("1", &opened["tokenPayData"]));
        assert_eq!(world.client.call(world.client.request("78/02", "open00000002")).await["respCode"], "34");
        // The same order again opens nothing.
        assert_eq!(world.client.call(request).await["respCode"], "12");
    }
}

/// Sends a code for an order and gives it.
async fn code(world: &World, order_id: &str, card: &crate::world::Card) -> String {
    let sent = world.client.call(world.sms_request(order_id, card, &card.phone)).await;
    assert_eq!(sent["respCode"], "00", "{sent:?}");
    world.code(&card.phone).await
}

async fn open(world: &World, request: Fields) -> String {
    world.client.call(request).await["respCode"].clone()
}

#[tokio::test]
async fn the_factors_have_to_be_the_holders() {
    let world = World::start().await;
    let debit = world.card(json!({ "bank": "haian", "kind": "debit" })).await;
    let credit = world.card(json!({ "bank": "haian", "kind": "credit" })).await;
    let cases = [
        (&debit, [("customerNm", "别人")], "66"),
        (&debit, [("certifId", "110105198802140004")], "66"),
        (&debit, [("phoneNo", "19900009999")], "66"),
        (&credit, [("cvn2", "12345")], "65"),
        (&credit, [("expired", "3011")], "65"),
        (&credit, [("customerNm", "别人")], "66"),
    ];
    for (index, (card, changed, expected)) in cases.into_iter().enumerate() {
        let order_id = format!("open{index:08}");
        let code = code(&world, &order_id, card).await;
        let request = world.open_request(&order_id, card, &code, &changed);
        assert_eq!(open(&world, request).await, expected, "{changed:?}");
        let asked = world.client.call(world.client.request("78/02", &order_id)).await;
        assert_eq!((asked["respCode"].as_str(), asked["activateStatus"].as_str()), ("00", "0"));
        assert!(!asked.contains_key("tokenPayData"));
    }
    // Sensitive parts in the open are refused before anybody looks at them.
    let mut bare = world.open_request("open00000100", &debit, "", &[]);
    bare.insert("customerInfo".to_owned(), world.client.customer_info(&[], &[("phoneNo", &debit.phone)]));
    assert_eq!(open(&world, bare).await, "10");
    let mut bare = world.open_request("open00000101", &debit, "", &[]);
    bare.insert("accNo".to_owned(), debit.number.clone());
    assert_eq!(open(&world, bare).await, "10");
    // Numbers that are no card: a wrong check digit, an unknown BIN, a card that was never issued.
    for number in ["6288010000000000000", "9999990000000004", "6288010000000000009"] {
        let card =
            crate::world::Card { number: number.to_owned(), phone: debit.phone.clone(), view: debit.view.clone() };
        assert_eq!(open(&world, world.sms_request("open00000102", &card, &card.phone)).await, "61", "{number}");
    }
    assert!(world.truth().await["tokens"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_code_is_for_one_order_and_card_once_and_for_five_minutes() {
    let world = World::start().await;
    let card = world.card(json!({})).await;
    let other = world.card(json!({ "bank": "yunling" })).await;
    let first = code(&world, "open00000001", &card).await;
    let wrong = if first == "000000" { "000001" } else { "000000" };
    // Never sent, for another order, for another card.
    assert_eq!(open(&world, world.open_request("open00000002", &card, &first, &[])).await, "71");
    assert_eq!(open(&world, world.open_request("open00000001", &other, &first, &[])).await, "71");
    assert_eq!(open(&world, world.open_request("open00000001", &card, "", &[])).await, "71");
    assert_eq!(open(&world, world.open_request("open00000001", &card, wrong, &[])).await, "71");
    // After a wrong one the right one opens the same order.
    assert_eq!(open(&world, world.open_request("open00000001", &card, &first, &[])).await, "00");
    // A new one has to wait, then replaces the old.
    let early = code(&world, "open00000003", &card).await;
    assert_eq!(open(&world, world.sms_request("open00000003", &card, &card.phone)).await, "37");
    world.advance(61).await;
    let later = code(&world, "open00000003", &card).await;
    if early != later {
        assert_eq!(open(&world, world.open_request("open00000003", &card, &early, &[])).await, "71");
    }
    world.advance(300).await;
    assert_eq!(open(&world, world.open_request("open00000003", &card, &later, &[])).await, "71");
    // Three wrong tries void it, and the right one no longer helps.
    let voided = code(&world, "open00000004", &card).await;
    let wrong = if voided == "000000" { "000001" } else { "000000" };
    for guess in [wrong, wrong, wrong, voided.as_str()] {
        assert_eq!(open(&world, world.open_request("open00000004", &card, guess, &[])).await, "71");
    }
    // Five times an order.
    for expected in ["00", "00", "00", "00", "37"] {
        world.advance(61).await;
        assert_eq!(open(&world, world.sms_request("open00000004", &card, &card.phone)).await, expected);
    }
}

#[tokio::test]
async fn the_token_stays_until_it_is_deleted() {
    let world = World::start().await;
    let (card, token) = world.opened(json!({})).await;
    let again = world.open("open00000002", &card).await;
    assert_eq!(braced(&again["tokenPayData"])["token"], token);
    let mut deletion = world.client.request("74/01", "delete000001");
    deletion.insert("tokenPayData".to_owned(), format!("{{trId=62000000001&token={token}}}"));
    assert_eq!(open(&world, deletion.clone()).await, "00");
    assert_eq!(open(&world, deletion).await, "89");
    assert_eq!(world.consume("order0000001", &token, "100").await, "89");
    let asked = world.client.call(world.client.request("78/02", "open00000002")).await;
    assert_eq!(asked["activateStatus"], "0");
    let anew = world.open("open00000003", &card).await;
    let new_token = braced(&anew["tokenPayData"])["token"].clone();
    assert_ne!(new_token, token);
    assert_eq!(world.consume("order0000002", &new_token, "100").await, "00");
    // The bank cancels it, and nobody tells the merchant.
    let path = format!("/unionpay/tokens/{new_token}");
    for (state, expected) in [("suspended", "89"), ("normal", "00"), ("cancelled", "89")] {
        world.done("PATCH", &path, json!({ "state": state })).await;
        let order_id = format!("order{state:0>9}").chars().take(20).collect::<String>();
        assert_eq!(world.consume(&order_id, &new_token, "100").await, expected, "{state}");
    }
    // Five years later it has expired.
    world.done("PATCH", &path, json!({ "state": "normal" })).await;
    world.advance(5 * 366 * 86_400).await;
    assert_eq!(world.consume("order0000009", &new_token, "100").await, "80");
}

#[tokio::test]
async fn a_requestor_is_the_merchants_own() {
    let world = World::start().await;
    let card = world.card(json!({})).await;
    let mut request = world.sms_request("open00000001", &card, &card.phone);
    request.insert("tokenPayData".to_owned(), "{trId=62000000099&tokenType=01}".to_owned());
    assert_eq!(open(&world, request).await, "89");
    assert!(world.messages(&card.phone).await.is_empty());
}
