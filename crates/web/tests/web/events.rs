//! A payment as it moves, over a real socket.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::json;
use tantu_store::Store;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tower::ServiceExt;

use crate::app::{MERCHANT, OTHER_MERCHANT, STAFF, TestApp};
use crate::channel::Mood;
use crate::wire::{Events, serve};

fn path(payment: &str) -> String {
    format!("/v1/payments/{payment}/events")
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

#[tokio::test]
async fn the_present_state_then_each_change_then_the_end() {
    let app = TestApp::start().await;
    let payer = app.payer(1_000).await;
    let alipay = app.alipay(&payer).await;
    let payment = app.refused(&payer, 5_000).await;
    let address = serve(app.router.clone()).await;
    let key = bearer(MERCHANT);
    let headers = [("Authorization", key.as_str()), ("Last-Event-ID", "41"), ("Accept-Language", "en")];
    let mut events = Events::open(address, &path(&payment), &headers).await;
    assert!(events.head.starts_with("http/1.1 200") && events.head.contains("text/event-stream"), "{}", events.head);
    assert!(events.head.contains("x-accel-buffering: no") && events.head.contains("no-store"), "{}", events.head);
    let first = events.next().await.unwrap();
    assert_eq!((first.name.as_str(), first.id, &first.data["state"]), ("payment", 42, &json!("refused")));
    assert_eq!(first.data["causes"][0]["id"], "funds.insufficient_balance");
    let mut shown = app.get(&format!("/v1/payments/{payment}"), MERCHANT).await.expect(200).json();
    shown["causes"] = first.data["causes"].clone();
    assert_eq!(first.data, shown);
    app.post(&format!("/v1/payments/{payment}/resume"), MERCHANT, json!({ "instrument": alipay })).await.expect(200);
    let (mut last, mut seen) = (first.id, Vec::new());
    while let Some(event) = events.next().await {
        assert_eq!((event.name.as_str(), event.id), ("payment", last + 1));
        last = event.id;
        seen.push(event.data["state"].as_str().unwrap().to_owned());
    }
    assert_eq!(seen.last().map(String::as_str), Some("succeeded"), "{seen:?}");
    // Afterwards the present state is told once.
    let mut again = Events::open(address, &path(&payment), &[("Authorization", &key)]).await;
    assert_eq!(again.next().await.unwrap().data["state"], "succeeded");
    assert!(again.next().await.is_none());
}

#[tokio::test]
async fn an_undecided_payment_tells_why_and_the_payer_may_watch_by_cookie() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let alipay = app.alipay(&payer).await;
    app.mood(Mood::Silent);
    let body = app.post("/v1/payments", MERCHANT, app.order(&payer, &alipay, 100)).await.expect(202).json();
    let address = serve(app.router.clone()).await;
    let cookie = format!("tantu_session={}", payer.session);
    let mut events = Events::open(address, &path(body["id"].as_str().unwrap()), &[("Cookie", &cookie)]).await;
    let first = events.next().await.unwrap().data;
    assert_eq!((&first["state"], &first["causes"][0]["id"]), (&json!("processing"), &json!("network.unstable")));
    assert_eq!(first["known_by"], body["known_by"]);
}

#[tokio::test]
async fn what_another_process_does_is_seen() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let payment = app.refused(&payer, 100).await;
    let address = serve(app.router.clone()).await;
    let key = bearer(STAFF);
    let mut events = Events::open(address, &path(&payment), &[("Authorization", &key)]).await;
    assert_eq!(events.next().await.unwrap().data["state"], "refused");
    // Straight into the database, past the engine: no bell rings.
    let id = payment.parse().unwrap();
    let mut keys = Keys::default();
    keys.payments.insert(id);
    let now = app.engine.clock().now();
    let (world, batch) = app.store.begin(&keys, now).unwrap();
    let closed = world.payments[&id].clone().close(now).unwrap();
    batch.commit(&[Change::PutPayment(closed)]).unwrap();
    assert_eq!(events.next().await.unwrap().data["state"], "closed");
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn only_those_who_may_see_the_payment_may_watch_it() {
    let app = TestApp::start().await;
    let (payer, stranger) = (app.payer(0).await, app.payer(0).await);
    let payment = app.refused(&payer, 100).await;
    app.ask(Method::POST, &format!("/v1/payments/{payment}/close"), MERCHANT, None).await.expect(200);
    let cashier = app.secret.cashier_token(payment.parse().unwrap());
    let cases = [
        (MERCHANT, 200),
        (STAFF, 200),
        (&payer.session, 200),
        (OTHER_MERCHANT, 404),
        (&stranger.session, 404),
        ("", 401),
        (&cashier, 403),
    ];
    for (token, status) in cases {
        app.get(&path(&payment), token).await.expect(status);
    }
}

#[tokio::test]
async fn a_thousand_may_watch_and_a_place_that_is_left_is_free() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let payment = app.refused(&payer, 100).await;
    let ask = || {
        let request = Request::builder().uri(path(&payment)).header("Authorization", bearer(MERCHANT));
        app.router.clone().oneshot(request.body(Body::empty()).unwrap())
    };
    let mut watching = Vec::new();
    for _ in 0..1_000 {
        let response = ask().await.unwrap();
        assert_eq!(response.status(), 200);
        watching.push(response);
    }
    let refused = ask().await.unwrap();
    assert_eq!(refused.status(), 503);
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(refused.headers()["content-type"], "application/problem+json");
    watching.pop();
    assert_eq!(ask().await.unwrap().status(), 200);
}
