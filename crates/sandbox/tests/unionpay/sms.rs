//! The SMS service: messages in, receipts out, and what a sender cannot see.

use serde_json::{Value, json};

use crate::world::World;

const PHONE: &str = "19900001001";

async fn call(world: &World, verb: &str, path: &str, body: Value, key: &str) -> (u16, Value) {
    let url = format!("{}{path}", world.sandbox.sms_url());
    let verb = reqwest::Method::from_bytes(verb.as_bytes()).unwrap();
    let mut request = world.client.http.request(verb, url).bearer_auth(key);
    if !body.is_null() {
        request = request.json(&body);
    }
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

async fn send(world: &World, id: &str, more: Value) -> (u16, Value) {
    let mut body = json!({ "id": id, "to": PHONE, "template": "code", "values": { "code": "123456" } });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    call(world, "POST", "/sms/messages", body, world.credentials["sms"]["key"].as_str().unwrap()).await
}

async fn status(world: &World, id: &str) -> String {
    let key = world.credentials["sms"]["key"].as_str().unwrap();
    let (code, receipt) = call(world, "GET", &format!("/sms/messages/{id}"), Value::Null, key).await;
    assert_eq!(code, 200, "{receipt}");
    receipt["state"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn receipts_say_what_the_phone_did() {
    let world = World::start().await;
    for (behaviour, expected, shown) in [
        (json!({ "behaviour": "receives" }), "delivered", true),
        (json!({ "behaviour": "loses" }), "queued", false),
        (json!({ "behaviour": "rejects" }), "rejected", false),
        (json!({ "behaviour": "intercepts" }), "delivered_unread", false),
        (json!({ "behaviour": "delays", "seconds": 90 }), "delayed", false),
    ] {
        let id = behaviour["behaviour"].as_str().unwrap().to_owned();
        world.done("PATCH", &format!("/phones/{PHONE}"), behaviour).await;
        let before = world.messages(PHONE).await.len();
        let (code, taken) = send(&world, &id, json!({})).await;
        assert_eq!((code, taken["state"].as_str()), (202, Some("queued")), "{taken}");
        assert_eq!(status(&world, &id).await, expected);
        assert_eq!(world.messages(PHONE).await.len() > before, shown, "{id}");
    }
    world.advance(90).await;
    assert_eq!(status(&world, "delays").await, "delivered");
    assert_eq!(world.messages(PHONE).await.len(), 2);
    let hidden = world.done("GET", &format!("/phones/{PHONE}/messages?folder=intercepted"), Value::Null).await;
    assert_eq!(hidden.as_array().unwrap().len(), 1);
    let truth = world.done("GET", "/truth", Value::Null).await;
    assert_eq!(truth["sms"]["messages"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn an_id_is_one_message() {
    let world = World::start().await;
    assert_eq!(send(&world, "m1", json!({})).await.0, 202);
    let (code, again) = send(&world, "m1", json!({})).await;
    assert_eq!((code, again["state"].as_str()), (200, Some("delivered")));
    assert_eq!(world.messages(PHONE).await.len(), 1);
    assert_eq!(send(&world, "m1", json!({ "values": { "code": "654321" } })).await.0, 409);
    for (more, field) in [
        (json!({ "to": "+4915112345678" }), Some("to")),
        (json!({ "to": "1990000" }), Some("to")),
        (json!({ "values": "123456" }), Some("values")),
        (json!({ "values": { "code": 123456 } }), Some("values")),
        (json!({ "id": "m 2" }), Some("id")),
        (json!({ "text": "x" }), None),
    ] {
        let (code, answer) = send(&world, "m2", more.clone()).await;
        assert_eq!((code, answer["field"].as_str()), (400, field), "{more}: {answer}");
    }
    let key = world.credentials["sms"]["key"].as_str().unwrap();
    assert_eq!(call(&world, "GET", "/sms/messages/m2", Value::Null, key).await.0, 404);
    assert_eq!(call(&world, "GET", "/sms/messages/m1", Value::Null, "another key").await.0, 401);
}

#[tokio::test]
async fn a_banks_text_has_no_receipt_for_the_merchant() {
    let world = World::start().await;
    let card = world.card(json!({})).await;
    world.done("PATCH", &format!("/phones/{}", card.phone), json!({ "behaviour": "intercepts" })).await;
    let sent = world.client.call(world.sms_request("open00000001", &card, &card.phone)).await;
    // UnionPay says that it was sent, whatever became of it, and says neither the code nor the phone.
    assert_eq!(sent["respCode"], "00");
    assert!(!format!("{sent:?}").contains(&card.phone));
    assert!(world.messages(&card.phone).await.is_empty());
    let truth = world.done("GET", "/truth", Value::Null).await;
    assert!(truth["sms"]["messages"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn the_way_there_and_back_can_fail() {
    let world = World::start().await;
    let key = world.credentials["sms"]["key"].as_str().unwrap();
    world.done("POST", "/faults", json!({ "channel": "sms", "call": "send", "what": "answer_lost" })).await;
    let url = format!("{}/sms/messages", world.sandbox.sms_url());
    let body = json!({ "id": "m1", "to": PHONE, "template": "x", "values": {} });
    assert!(world.client.http.post(&url).bearer_auth(key).json(&body).send().await.is_err());
    assert_eq!(status(&world, "m1").await, "delivered");
    world.done("POST", "/faults", json!({ "channel": "sms", "call": "*", "what": "http_503", "phone": PHONE })).await;
    let refused = world
        .client
        .http
        .post(&url)
        .bearer_auth(key)
        .json(&json!({ "id": "m2", "to": PHONE, "template": "x", "values": {} }));
    assert_eq!(refused.send().await.unwrap().status().as_u16(), 503);
    assert_eq!(world.messages(PHONE).await.len(), 1);
}
