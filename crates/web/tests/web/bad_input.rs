//! Each bad input: the right status, a clear type, the field named, and nothing changed.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tantu_domain::clock::Clock as _;
use tantu_web::{App, WebConfig, router};

use crate::app::{MERCHANT, OTHER_MERCHANT, STAFF, TestApp};
use crate::channel::Mood;

/// A change to a good body; status, type and field of the problem.
type Case = (&'static str, fn(&mut Value), u16, &'static str, &'static str);

const CASES: &[Case] = &[
    ("unknown field", |body| body["color"] = json!("red"), 400, "unknown-field", "color"),
    ("unknown field inside", |body| body["amount"]["unit"] = json!("fen"), 400, "unknown-field", "amount.unit"),
    ("missing field", |body| drop(body.as_object_mut().unwrap().remove("order_no")), 400, "missing-field", "order_no"),
    ("missing inside", |body| body["amount"] = json!({"amount": 1}), 400, "missing-field", "amount.currency"),
    ("wrong type", |body| body["subject"] = json!(7), 400, "invalid-field", "subject"),
    ("wrong type inside", |body| body["amount"]["amount"] = json!("12"), 400, "invalid-field", "amount.amount"),
    ("zero", |body| body["amount"]["amount"] = json!(0), 400, "amount-zero", "amount.amount"),
    ("negative", |body| body["amount"]["amount"] = json!(-1), 400, "amount-negative", "amount.amount"),
    ("fractional", |body| body["amount"]["amount"] = json!(1.5), 400, "amount-fractional", "amount.amount"),
    ("overflowing", |body| body["amount"]["amount"] = json!(u64::MAX), 400, "amount-overflow", "amount.amount"),
    ("wrong currency", |body| body["amount"]["currency"] = json!("USD"), 400, "unknown-currency", "amount.currency"),
    ("empty order number", |body| body["order_no"] = json!(" "), 400, "invalid-field", "order_no"),
    ("long order number", |body| body["order_no"] = json!("x".repeat(65)), 400, "invalid-field", "order_no"),
    ("line break", |body| body["subject"] = json!("a\nb"), 400, "invalid-field", "subject"),
    ("no id", |body| body["account"] = json!("me"), 404, "not-found", "account"),
    ("another kind's id", |body| body["account"] = body["instrument"].clone(), 404, "not-found", "account"),
    ("unknown account", |body| body["account"] = json!("acc_00000000000000000000000000"), 404, "not-found", "account"),
    (
        "unknown instrument",
        |body| body["instrument"] = json!("ins_00000000000000000000000000"),
        404,
        "not-found",
        "instrument",
    ),
];

#[tokio::test]
async fn every_bad_body_is_named_and_changes_nothing() {
    let app = TestApp::start().await;
    let payer = app.payer(10_000).await;
    let before = app.store.changes();
    for (name, spoil, status, kind, field) in CASES {
        let mut body = app.order(&payer, &payer.wallet, 100);
        spoil(&mut body);
        let reply = app.post("/v1/payments", MERCHANT, body).await;
        assert_eq!(reply.status, *status, "{name}: {}", reply.text);
        let problem = reply.json();
        assert_eq!(problem["type"], format!("urn:tantu:problem:{kind}"), "{name}");
        assert_eq!(problem["field"], *field, "{name}");
        assert_eq!(problem["status"], *status, "{name}");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 10), "{name}");
        assert_eq!(reply.header("content-type"), "application/problem+json", "{name}");
        assert_eq!(app.store.changes(), before, "{name} changed something");
    }
}

/// Path, token, headers, body; status and type.
type Raw = (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static str, u16, &'static str);

const JSON: (&str, &str) = ("Content-Type", "application/json");
const KEY: (&str, &str) = ("Idempotency-Key", "k");

const RAW: &[Raw] = &[
    ("/v1/payments", MERCHANT, &[JSON, KEY], "{\"order_no\": \"a\",", 400, "malformed-json"),
    ("/v1/payments", MERCHANT, &[JSON, KEY], "", 400, "malformed-json"),
    ("/v1/payments", MERCHANT, &[JSON, KEY], "[]", 400, "invalid-field"),
    ("/v1/payments", MERCHANT, &[JSON, KEY], "{\"order_no\":1e999}", 400, "amount-overflow"),
    ("/v1/payments", MERCHANT, &[JSON], "{}", 400, "missing-header"),
    ("/v1/payments", MERCHANT, &[JSON, ("Idempotency-Key", "with space")], "{}", 400, "invalid-header"),
    ("/v1/payments", MERCHANT, &[JSON, ("Idempotency-Key", "")], "{}", 400, "invalid-header"),
    ("/v1/payments", MERCHANT, &[JSON, KEY, KEY], "{}", 400, "invalid-header"),
    ("/v1/payments", MERCHANT, &[JSON, KEY, ("Tantu-Client", "app")], "{}", 400, "invalid-header"),
    ("/v1/payments", MERCHANT, &[("Content-Type", "text/plain"), KEY], "{}", 415, "media-type"),
    ("/v1/payments", MERCHANT, &[KEY], "{}", 415, "media-type"),
    ("/v1/payments", "", &[JSON, KEY], "{}", 401, "unauthenticated"),
    ("/v1/payments", "tk_wrong", &[JSON, KEY], "{}", 401, "unauthenticated"),
    ("/v1/payments", STAFF, &[JSON, KEY], "{}", 403, "forbidden"),
    ("/v1/accounts/acc_x/freeze", STAFF, &[JSON], "{\"reason\":\"security_check\"}", 404, "not-found"),
    ("/v1/incidents", STAFF, &[JSON], "{\"scope\":\"moon\"}", 400, "invalid-field"),
    ("/v1/incidents", STAFF, &[JSON], "{\"scope\":\"alipay\",\"expected_end\":\"tomorrow\"}", 400, "invalid-field"),
    ("/v1/announcements", MERCHANT, &[JSON], "{}", 403, "forbidden"),
    ("/v1/announcements", STAFF, &[JSON], "{\"kind\":\"notice\"}", 400, "missing-field"),
    ("/v1/announcements/x/withdraw", STAFF, &[], "", 404, "not-found"),
    ("/v1/incidents/inc_00000000000000000000000000/end", STAFF, &[], "", 404, "not-found"),
    ("/v1/nowhere", MERCHANT, &[JSON], "{}", 404, "not-found"),
    ("/v1/notifications/alipay", "", &[], "forged", 400, "notification-refused"),
    ("/v1/notifications/moon", "", &[], "genuine", 404, "not-found"),
    ("/v1/notifications/unionpay", "", &[], "genuine", 404, "not-found"),
];

#[tokio::test]
async fn every_bad_request_is_named_and_changes_nothing() {
    let app = TestApp::start().await;
    let before = app.store.changes();
    for (path, token, headers, body, status, kind) in RAW {
        let mut request = Request::builder().method(Method::POST).uri(*path);
        if !token.is_empty() {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        for (name, value) in *headers {
            request = request.header(*name, *value);
        }
        let reply = app.send(request.body(Body::from(*body)).unwrap()).await;
        assert_eq!(reply.status, *status, "{path} {body}: {}", reply.text);
        assert_eq!(reply.json()["type"], format!("urn:tantu:problem:{kind}"), "{path} {body}: {}", reply.text);
    }
    assert_eq!(app.store.changes(), before);
}

#[tokio::test]
async fn malformed_json_says_where() {
    let app = TestApp::start().await;
    let request = Request::builder().method(Method::POST).uri("/v1/payments");
    let request = request.header("Authorization", format!("Bearer {MERCHANT}")).header("Idempotency-Key", "k");
    let request =
        request.header("Content-Type", "application/json").body(Body::from("{\n  \"order_no\" 1\n}")).unwrap();
    let detail = app.send(request).await.expect(400).json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("line 2 column 14"), "{detail}");
}

#[tokio::test]
async fn bodies_are_bounded() {
    let app = TestApp::start().await;
    for path in ["/v1/payments", "/v1/notifications/alipay"] {
        let request =
            Request::builder().method(Method::POST).uri(path).header("Authorization", format!("Bearer {MERCHANT}"));
        let request = request.header("Content-Type", "application/json").header("Idempotency-Key", "k");
        let reply = app.send(request.body(Body::from(" ".repeat(9 * 1024))).unwrap()).await;
        assert_eq!(reply.status, 413, "{path}: {}", reply.text);
        assert_eq!(reply.json()["type"], "urn:tantu:problem:too-large");
    }
}

#[tokio::test]
async fn methods_and_paths_that_are_not_there_say_so_in_the_callers_form() {
    let app = TestApp::start().await;
    let reply = app.ask(Method::DELETE, "/v1/payments", MERCHANT, None).await.expect(405);
    assert_eq!(reply.json()["type"], "urn:tantu:problem:method-not-allowed");
    let page = app.browse("/nowhere?lang=en", "").await.expect(404);
    assert!(page.header("content-type").starts_with("text/html"), "{}", page.text);
}

#[tokio::test]
async fn a_genuine_notification_gets_the_channels_literal() {
    let app = TestApp::start().await;
    let request = Request::builder().method(Method::POST).uri("/v1/notifications/alipay");
    let reply = app.send(request.body(Body::from("genuine")).unwrap()).await.expect(200);
    assert_eq!(reply.text, "success");
}

#[tokio::test]
async fn a_taken_order_number_names_its_payment() {
    let app = TestApp::start().await;
    let payer = app.payer(10_000).await;
    let order = app.order(&payer, &payer.wallet, 100);
    let paid = app.post("/v1/payments", MERCHANT, order.clone()).await.expect(201).json();
    let taken = app.post("/v1/payments", MERCHANT, order.clone()).await.expect(409).json();
    assert_eq!((&taken["field"], &taken["payment"]), (&json!("order_no"), &paid["id"]));
    // The number is one merchant's: another may use the same.
    app.post("/v1/payments", OTHER_MERCHANT, order).await.expect(201);
}

#[tokio::test]
async fn a_database_that_is_gone_is_503_without_its_secrets() {
    let app = TestApp::start().await;
    let payer = app.payer(10_000).await;
    app.mood(Mood::Pays);
    app.store.break_down();
    let reply = app.post("/v1/payments", MERCHANT, app.order(&payer, &payer.wallet, 100)).await.expect(503);
    assert_eq!(reply.json()["type"], "urn:tantu:problem:not-stored");
    assert!(!reply.text.contains("/secret"), "{}", reply.text);
    assert!(!reply.header("retry-after").is_empty());
    let ready = app.get("/readyz", "").await.expect(503).json();
    assert_eq!(ready["ready"], false);
    assert_eq!((&ready["checks"][0]["ok"], &ready["checks"][0]["trouble"]), (&json!(false), &json!("full")));
    assert!(!ready.to_string().contains("/secret"), "{ready}");
    app.get("/healthz", "").await.expect(200);
}

#[tokio::test]
async fn a_database_with_another_clock_is_told_by_readyz() {
    let app = TestApp::start().await;
    // (seconds that the database's clock is ahead, whether that is told, what its detail says)
    let table =
        [(0, false, ""), (5, false, ""), (6, true, "6 s ahead of"), (-5, false, ""), (-86_400, true, "86400 s behind")];
    for (ahead, told, words) in table {
        app.store.show_time(app.clock.wall().checked_add(SignedDuration::from_secs(ahead)).unwrap());
        let ready = app.get("/readyz", "").await.expect(if told { 503 } else { 200 }).json();
        let clock = &ready["checks"][1];
        assert_eq!(clock["id"], "clock");
        assert_eq!(clock["trouble"].as_str(), told.then_some("clock_differs"), "{ready}");
        assert!(clock["detail"].as_str().unwrap_or_default().contains(words), "{ready}");
    }
}

#[tokio::test]
async fn a_server_that_is_about_to_end_says_so_and_still_answers() {
    let app = TestApp::start().await;
    let payer = app.payer(10_000).await;
    assert_eq!(app.get("/readyz", "").await.expect(200).header("connection"), "");
    app.engine.drain();
    let ready = app.get("/readyz", "").await.expect(503);
    assert_eq!(ready.header("connection"), "close");
    assert_eq!(
        (&ready.json()["checks"][3]["id"], &ready.json()["checks"][3]["trouble"]),
        (&json!("serving"), &json!("draining"))
    );
    app.post("/v1/payments", MERCHANT, app.order(&payer, &payer.wallet, 100)).await.expect(201);
    assert!(app.engine.jobs_done(Duration::from_secs(10)).await);
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_408_and_its_key_still_gives_its_answer() {
    let mut app = TestApp::start().await;
    let payer = app.payer(0).await;
    let alipay = app.alipay(&payer).await;
    app.mood(Mood::Hanging);
    let config = WebConfig { request_timeout: Duration::from_millis(100), ..app.config.clone() };
    let patient = std::mem::replace(&mut app.router, router(App::new(app.engine.clone(), config)));
    let order = app.order(&payer, &alipay, 100);
    let reply = app.post("/v1/payments", MERCHANT, order.clone()).await.expect(408);
    assert_eq!(reply.json()["type"], "urn:tantu:problem:timeout");
    app.router = patient;
    // The order exists, so that nobody pays it twice under another key.
    app.post("/v1/payments", MERCHANT, order).await.expect(409);
}
