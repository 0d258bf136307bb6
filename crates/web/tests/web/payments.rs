//! Payments over the API: refused, explained, fixed, resumed; and said again when asked again.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};

use crate::app::{MERCHANT, STAFF, TestApp};
use crate::channel::Mood;
use crate::reply::Reply;

fn request(key: &str, client: Option<&str>, body: &str) -> Request<Body> {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri("/v1/payments")
        .header("Authorization", format!("Bearer {MERCHANT}"))
        .header("Idempotency-Key", key)
        .header("Accept-Language", "en")
        .header("Content-Type", "application/json");
    if let Some(client) = client {
        request = request.header("Tantu-Client", client);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

async fn pay(app: &TestApp, key: &str, client: Option<&str>, body: &Value) -> Reply {
    app.send(request(key, client, &body.to_string())).await
}

#[tokio::test]
async fn a_refusal_names_causes_proof_alternatives_and_steps() {
    let app = TestApp::start().await;
    let payer = app.payer(1_000).await;
    let alipay = app.alipay(&payer).await;
    let reply = pay(&app, "k", None, &app.order(&payer, &payer.wallet, 2_230)).await.expect(402);
    assert_eq!(reply.header("content-type"), "application/problem+json");
    let problem = reply.json();
    assert_eq!(problem["type"], "urn:tantu:cause:funds.insufficient_balance");
    let cause = &problem["causes"][0];
    assert_eq!(cause["evidence"]["short"], json!({"amount": 1_230, "currency": "CNY"}));
    assert_eq!(cause["confidence"], "certain");
    assert!(!cause["remedies"].as_array().unwrap().is_empty());
    assert_eq!(problem["can_pay_with"], json!([alipay]));
    assert_eq!(problem["plan"]["alternatives"][0]["instrument"], json!(alipay));
    let steps = problem["plan"]["steps"].as_array().unwrap();
    assert_eq!(steps.last().unwrap()["operation"], "resume");
    let href = format!("/v1/payments/{}/resume", problem["payment"].as_str().unwrap());
    assert_eq!(steps.last().unwrap()["href"], href);
    // Carried out: the same order is paid by the other instrument.
    let paid = app.post(&href, MERCHANT, json!({ "instrument": alipay })).await.expect(200).json();
    assert_eq!((&paid["state"], &paid["instrument"]), (&json!("succeeded"), &json!(alipay)));
}

#[tokio::test]
async fn the_same_key_gives_the_first_answer_to_the_byte() {
    let app = TestApp::start().await;
    let payer = app.payer(1_000).await;
    let alipay = app.alipay(&payer).await;
    app.mood(Mood::Silent);
    let silent = app.payer(0).await;
    let undecided = app.alipay(&silent).await;
    let cases = [
        ("paid", app.order(&payer, &payer.wallet, 100), 201),
        ("refused", app.order(&payer, &payer.wallet, 5_000), 402),
        ("undecided", app.order(&silent, &undecided, 100), 202),
    ];
    let mut first = Vec::new();
    for (key, body, status) in &cases {
        first.push(pay(&app, key, None, body).await.expect(*status));
    }
    // Since then the world has changed: it is another day, the refused one is paid, the account is frozen.
    app.clock.advance(26);
    app.mood(Mood::Pays);
    let refused = first[1].json()["payment"].as_str().unwrap().to_owned();
    app.post(&format!("/v1/payments/{refused}/resume"), MERCHANT, json!({ "instrument": alipay })).await.expect(200);
    app.post(&format!("/v1/accounts/{}/freeze", payer.account), STAFF, json!({"reason": "security_check"}))
        .await
        .expect(200);
    for ((key, body, status), first) in cases.iter().zip(&first) {
        let again = pay(&app, key, None, body).await.expect(*status);
        assert_eq!(again.text, first.text, "{key}");
    }
    // Spaces and the order of fields do not make another request.
    let (key, body, status) = &cases[0];
    let mut turned: Vec<(String, Value)> = body.as_object().unwrap().clone().into_iter().collect();
    turned.reverse();
    let turned = serde_json::to_string_pretty(&Value::Object(turned.into_iter().collect())).unwrap();
    assert_eq!(app.send(request(key, None, &turned)).await.expect(*status).text, first[0].text);
}

#[tokio::test]
async fn a_key_belongs_to_one_request() {
    let app = TestApp::start().await;
    let payer = app.payer(1_000).await;
    let body = app.order(&payer, &payer.wallet, 100);
    pay(&app, "k", None, &body).await.expect(201);
    let before = app.store.changes();
    let mut dearer = body.clone();
    dearer["amount"]["amount"] = json!(101);
    let problem = pay(&app, "k", None, &dearer).await.expect(422).json();
    assert_eq!(
        (&problem["type"], &problem["field"]),
        (&json!("urn:tantu:problem:key-reused"), &json!("Idempotency-Key"))
    );
    pay(&app, "k", Some("tantu-app/9.0.0"), &body).await.expect(422);
    assert_eq!(app.store.changes(), before);
}

#[tokio::test]
async fn an_old_app_and_a_short_wallet_are_both_told() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let reply = pay(&app, "k", Some("tantu-app/4.9.0"), &app.order(&payer, &payer.wallet, 100)).await.expect(402);
    let causes: Vec<String> = reply.json()["causes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cause| cause["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(causes, ["app.outdated", "funds.insufficient_balance"]);
}

#[tokio::test]
async fn our_own_outage_is_503_and_ends() {
    let app = TestApp::start().await;
    let payer = app.payer(1_000).await;
    let begun = json!({"scope": "platform", "code": "db", "expected_end": "2026-11-22T12:30:00+08:00"});
    let incident = app.post("/v1/incidents", STAFF, begun).await.expect(201).json();
    let reply = pay(&app, "k", None, &app.order(&payer, &payer.wallet, 100)).await.expect(503);
    assert_eq!(reply.header("retry-after"), "1800");
    let problem = reply.json();
    assert_eq!(problem["type"], "urn:tantu:cause:platform.outage");
    assert_eq!(problem["retry_at"], "2026-11-22T12:30:00+08:00");
    assert_eq!(
        app.get("/v1/incidents", &payer.session).await.expect(200).json()["incidents"].as_array().unwrap().len(),
        1
    );
    app.ask(Method::POST, &format!("/v1/incidents/{}/end", incident["id"].as_str().unwrap()), STAFF, None)
        .await
        .expect(200);
    let href = format!("/v1/payments/{}/resume", problem["payment"].as_str().unwrap());
    app.ask(Method::POST, &href, MERCHANT, None).await.expect(200);
}

#[tokio::test]
async fn an_undecided_payment_says_what_is_known() {
    let app = TestApp::start().await;
    let payer = app.payer(1_000).await;
    let alipay = app.alipay(&payer).await;
    app.mood(Mood::Silent);
    let body = pay(&app, "k", None, &app.order(&payer, &alipay, 100)).await.expect(202).json();
    assert_eq!(body["state"], "processing");
    assert_eq!(body["causes"][0]["id"], "network.unstable");
    assert_eq!(body["causes"][0]["evidence"]["loss_percent"], Value::Null);
    assert_eq!(body["known_by"], "2026-11-22T12:05:05+08:00");
    let id = body["id"].as_str().unwrap();
    let diagnosis = app.get(&format!("/v1/payments/{id}/diagnosis"), MERCHANT).await.expect(200).json();
    assert_eq!(diagnosis["plan"]["steps"][0]["operation"], "await_result");
    assert_eq!(diagnosis["now"], Value::Null);
    assert!(diagnosis.get("attempts").is_none());
    let staff = app.get(&format!("/v1/payments/{id}/diagnosis"), STAFF).await.expect(200).json();
    assert_eq!(staff["attempts"][0]["state"], "submitted");
    // No second road while only the channel knows.
    app.post(&format!("/v1/payments/{id}/resume"), MERCHANT, json!({"instrument": payer.wallet})).await.expect(202);
    app.ask(Method::POST, &format!("/v1/payments/{id}/close"), MERCHANT, None).await.expect(409);
}

#[tokio::test]
async fn a_decline_is_observed_rechecked_and_resumed() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let alipay = app.alipay(&payer).await;
    app.mood(Mood::Short);
    let refused = pay(&app, "k", None, &app.order(&payer, &alipay, 100)).await.expect(402).json();
    assert_eq!(refused["causes"][0]["evidence"]["code"], "ACQ.BUYER_BALANCE_NOT_ENOUGH");
    let id = refused["payment"].as_str().unwrap();
    let path = format!("/v1/payments/{id}/diagnosis");
    assert_eq!(app.get(&path, &payer.session).await.expect(200).json()["now"]["can_resume"], false);
    let account = app.get(&format!("/v1/accounts/{}", payer.account), &payer.session).await.expect(200).json();
    assert_eq!(account["observations"][0]["cause"], "funds.insufficient_balance");
    assert_eq!(account["observations"][0]["cleared_by"], "recheck");
    assert_eq!(account["limits"][0]["remaining"]["amount"], 500_000);
    let cleared =
        app.ask(Method::POST, &format!("/v1/instruments/{alipay}/recheck"), &payer.session, None).await.expect(200);
    assert_eq!(cleared.json()["cleared"], 1);
    assert_eq!(app.get(&path, &payer.session).await.expect(200).json()["now"]["can_resume"], true);
    app.mood(Mood::Pays);
    let paid = app.ask(Method::POST, &format!("/v1/payments/{id}/resume"), &payer.session, None).await.expect(200);
    assert_eq!(paid.json()["state"], "succeeded");
}

#[tokio::test]
async fn preflight_tells_each_instrument_and_changes_nothing() {
    let app = TestApp::start().await;
    let payer = app.payer(100).await;
    let alipay = app.alipay(&payer).await;
    let before = app.store.changes();
    let body =
        json!({"account": payer.account, "amount": {"amount": 600_000, "currency": "CNY"}, "instrument": payer.wallet});
    let told = app.post("/v1/preflight", MERCHANT, body).await.expect(200).json();
    let causes: Vec<&str> =
        told["causes"].as_array().unwrap().iter().map(|cause| cause["id"].as_str().unwrap()).collect();
    assert_eq!(causes, ["auth.payment_password", "funds.insufficient_balance", "limit.daily"]);
    assert_eq!((&told["can_pay"], &told["can_pay_with"]), (&json!(false), &json!([alipay])));
    assert_eq!(told["instruments"][1]["can_pay"], true);
    assert_eq!(app.store.changes(), before);
}

#[tokio::test]
async fn a_closed_payment_is_not_paid_any_more() {
    let app = TestApp::start().await;
    let payer = app.payer(100).await;
    let payment = app.refused(&payer, 200).await;
    let closed = app.ask(Method::POST, &format!("/v1/payments/{payment}/close"), MERCHANT, None).await.expect(200);
    assert_eq!(closed.json()["state"], "closed");
    app.ask(Method::POST, &format!("/v1/payments/{payment}/close"), MERCHANT, None).await.expect(409);
    app.ask(Method::POST, &format!("/v1/payments/{payment}/resume"), MERCHANT, None).await.expect(409);
}
