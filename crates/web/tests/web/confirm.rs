//! Payments that their payer confirms at the channel: on its page, or by the code that its app shows.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};

use crate::app::{MERCHANT, Payer, TestApp};
use crate::channel::Mood;
use crate::pages::whole;

const CODE: &str = "287951669891795468";
const LANGS: [&str; 3] = ["zh-Hans", "zh-Hant", "en"];

/// Adds the payer's Alipay without a mandate.
async fn confirmed(app: &TestApp, payer: &Payer) -> String {
    let path = format!("/v1/accounts/{}/instruments", payer.account);
    let added = app.post(&path, &payer.session, json!({ "channel": "alipay" })).await.expect(201).json();
    assert_eq!(added["product"], "alipay_confirmed");
    added["instrument"].as_str().unwrap().to_owned()
}

fn coded(app: &TestApp, payer: &Payer, instrument: &str, code: &str) -> Value {
    let mut order = app.order(payer, instrument, 300);
    order["payment_code"] = json!({ "code": code });
    order
}

/// Where a browser with this name is led to.
async fn led(app: &TestApp, path: &str, browser: &str) -> String {
    let request = Request::builder().uri(path).header("User-Agent", browser);
    app.send(request.body(Body::empty()).unwrap()).await.expect(303).header("location").to_owned()
}

#[tokio::test]
async fn an_account_at_a_channel_is_added_once_by_its_holder() {
    let app = TestApp::start().await;
    let (payer, stranger) = (app.payer(0).await, app.payer(0).await);
    let instrument = confirmed(&app, &payer).await;
    let path = format!("/v1/accounts/{}/instruments", payer.account);
    let alipay = || json!({ "channel": "alipay" });
    let again = app.post(&path, &payer.session, alipay()).await.expect(200).json();
    assert_eq!(again["instrument"], json!(instrument));
    let before = app.store.changes();
    app.post(&path, &stranger.session, alipay()).await.expect(404);
    for (body, field) in [
        (json!({ "channel": "paypal" }), json!("channel")),
        (json!({}), json!("channel")),
        (json!({ "channel": "alipay", "mandate": true }), json!("mandate")),
    ] {
        assert_eq!(app.post(&path, &payer.session, body).await.expect(400).json()["field"], field);
    }
    app.post(&path, &payer.session, json!({ "channel": "unionpay" })).await.expect(503);
    assert_eq!(app.store.changes(), before);
    let shown = app.get(&format!("/v1/accounts/{}?lang=en", payer.account), &payer.session).await.expect(200).json();
    let listed = &shown["instruments"][1];
    assert_eq!((&listed["id"], &listed["mandate"]), (&json!(instrument), &Value::Null));
    assert_eq!(listed["title"], "Alipay (confirm each time)");
}

#[tokio::test]
async fn a_page_order_leads_to_the_channel_and_back() {
    let app = TestApp::start().await;
    let payer = app.payer(1_000).await;
    let alipay = confirmed(&app, &payer).await;
    let body = app.post("/v1/payments", MERCHANT, app.order(&payer, &alipay, 300)).await.expect(201).json();
    assert_eq!(body["state"], "requires_action");
    assert_eq!(body["next_action"]["operation"], "confirm_at_channel");
    let id = body["id"].as_str().unwrap();
    let there = app.cashier(id, "/channel");
    assert_eq!(body["next_action"]["url"], format!("{}{there}", crate::app::BASE));
    let now = app.get(&format!("/v1/payments/{id}"), MERCHANT).await.expect(200).json();
    assert_eq!((&now["next_action"], &now["known_by"]), (&body["next_action"], &json!("2026-11-22T12:15:05+08:00")));
    // The browser is led on; a phone to the phone's page. The address is made anew each time.
    for (browser, screen) in [
        ("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "desktop"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Mobile/15E148", "phone"),
        ("Mozilla/5.0 (Linux; Android 16) Mobile Safari/537.36", "phone"),
        ("", "desktop"),
    ] {
        let to = led(&app, &there, browser).await;
        assert!(to.starts_with(&format!("https://channel.example/{screen}?")), "{to}");
        assert!(to.ends_with(&app.cashier(id, "/returned")), "{to}");
    }
    let forged = there.replace("t=ck_", "t=ck_A");
    app.browse(&forged, "").await.expect(404);
    // He comes back; the channel knows nothing yet, so the page waits, in three languages.
    assert_eq!(led(&app, &app.cashier(id, "/returned"), "").await, app.cashier(id, "/result"));
    for lang in LANGS {
        let page = app.browse(&format!("{}&lang={lang}", app.cashier(id, "/result")), "").await.expect(200).text;
        whole(&page, lang, "confirming");
        assert!(page.contains("/channel?t=") && page.contains("http-equiv=\"refresh\""), "{page}");
    }
    // No other road is open: the merchant cannot close it, and resuming says how it stands.
    app.ask(Method::POST, &format!("/v1/payments/{id}/close"), MERCHANT, None).await.expect(409);
    let resumed = app.post(&format!("/v1/payments/{id}/resume"), MERCHANT, json!({"instrument": payer.wallet})).await;
    assert_eq!(resumed.expect(200).json()["state"], "requires_action");
    assert_eq!(led(&app, &app.cashier(id, ""), "").await, app.cashier(id, "/result"));
    // After the expiry there is no page any more.
    app.clock.advance(1);
    assert_eq!(led(&app, &there, "").await, app.cashier(id, "/result"));
}

#[tokio::test]
async fn the_cashier_leads_on_to_the_channel() {
    let app = TestApp::start().await;
    let payer = app.payer(100).await;
    let alipay = confirmed(&app, &payer).await;
    let payment = app.refused(&payer, 5_000).await;
    for lang in LANGS {
        let page = app.browse(&format!("{}&lang={lang}", app.cashier(&payment, "")), "").await.expect(200).text;
        whole(&page, lang, "a cashier with an account that is confirmed");
    }
    let page = app.browse(&app.cashier(&payment, ""), "").await.expect(200);
    let visitor = format!("tantu_visitor={}", page.cookie("tantu_visitor").unwrap());
    let (csrf, nonce) = (page.field("csrf"), page.field("nonce"));
    let fields = [("instrument", alipay.as_str()), ("nonce", &nonce), ("csrf", &csrf)];
    for _ in 0..2 {
        let pressed = app.submit(&app.cashier(&payment, "/pay"), &visitor, &fields).await.expect(303);
        assert_eq!(pressed.header("location"), app.cashier(&payment, "/channel"));
    }
    // Nothing of a mandate is signed for it.
    let path = app.cashier(&payment, "/mandates");
    let session = format!("{visitor}; tantu_session={}", payer.session);
    let page = app.browse(&app.cashier(&payment, "/result"), &session).await.expect(200);
    assert!(!page.text.contains("csrf"), "a page that waits has no form: {}", page.text);
    app.submit(&path, &session, &[("instrument", &alipay)]).await.expect(403);
}

#[tokio::test]
async fn a_payment_code_pays_at_once_and_once() {
    let app = TestApp::start().await;
    let payer = app.payer(1_000).await;
    let alipay = confirmed(&app, &payer).await;
    let order = coded(&app, &payer, &alipay, CODE);
    let ask = |order: &Value, key: &str| {
        Request::builder()
            .method(Method::POST)
            .uri("/v1/payments")
            .header("Authorization", format!("Bearer {MERCHANT}"))
            .header("Idempotency-Key", key.to_owned())
            .header("Content-Type", "application/json")
            .body(Body::from(order.to_string()))
            .unwrap()
    };
    let first = app.send(ask(&order, "k")).await.expect(201);
    assert_eq!(first.json()["state"], "succeeded");
    assert!(!first.text.contains(CODE));
    // Scanned again by a till that lost the answer: the same order, so the first answer.
    let mut again = order.clone();
    again["payment_code"]["code"] = json!("281111111111111111");
    assert_eq!(app.send(ask(&again, "k")).await.expect(201).text, first.text);
    // Without a code it is another request.
    again.as_object_mut().unwrap().remove("payment_code");
    app.send(ask(&again, "k")).await.expect(422);
}

#[tokio::test]
async fn a_code_that_the_app_asks_about_waits_in_three_languages() {
    let app = TestApp::start().await;
    let payer = app.payer(1_000).await;
    let alipay = confirmed(&app, &payer).await;
    app.mood(Mood::Asking);
    let body = app.post("/v1/payments", MERCHANT, coded(&app, &payer, &alipay, CODE)).await.expect(201).json();
    assert_eq!(
        (&body["state"], &body["next_action"]["operation"]),
        (&json!("requires_action"), &json!("confirm_in_app"))
    );
    let id = body["id"].as_str().unwrap();
    assert_eq!(body["next_action"]["url"], format!("{}{}", crate::app::BASE, app.cashier(id, "/result")));
    for lang in LANGS {
        let page = app.browse(&format!("{}&lang={lang}", app.cashier(id, "/result")), "").await.expect(200).text;
        whole(&page, lang, "confirming in the app");
        assert!(!page.contains("/channel?t="), "there is no page to open: {page}");
    }
    assert_eq!(led(&app, &app.cashier(id, "/channel"), "").await, app.cashier(id, "/result"));
}

#[tokio::test]
async fn a_code_that_is_over_is_shown_anew() {
    let app = TestApp::start().await;
    let payer = app.payer(1_000).await;
    let alipay = confirmed(&app, &payer).await;
    app.mood(Mood::UsedCode);
    let reply = app.post("/v1/payments?lang=en", MERCHANT, coded(&app, &payer, &alipay, CODE)).await.expect(402);
    let problem = reply.json();
    assert_eq!(problem["type"], "urn:tantu:cause:channel.not_confirmed");
    assert_eq!(problem["title"], "This payment code is used up");
    assert_eq!(problem["plan"]["steps"][0]["operation"], "resume");
    assert!(!reply.text.contains(CODE));
    let account = app.get(&format!("/v1/accounts/{}", payer.account), &payer.session).await.expect(200).json();
    assert_eq!(account["observations"], json!([]), "nothing stands against another code");
    app.mood(Mood::Pays);
    let resume = format!("/v1/payments/{}/resume", problem["payment"].as_str().unwrap());
    let fresh = json!({ "payment_code": { "code": "281111111111111111" } });
    assert_eq!(app.post(&resume, MERCHANT, fresh).await.expect(200).json()["state"], "succeeded");
}

#[tokio::test]
async fn a_code_that_does_not_fit_is_refused_before_anything_is_stored() {
    let app = TestApp::start().await;
    let payer = app.payer(1_000).await;
    let alipay = confirmed(&app, &payer).await;
    let before = app.store.changes();
    for (instrument, code, field) in [
        (&payer.wallet, json!({ "code": CODE }), "payment_code"),
        (&alipay, json!({ "code": "28795166989179546x" }), "payment_code.code"),
        (&alipay, json!({ "code": "2879" }), "payment_code.code"),
        (&alipay, json!({ "code": "" }), "payment_code.code"),
        (&alipay, json!({}), "payment_code.code"),
        (&alipay, json!({ "code": CODE, "scene": "bar_code" }), "payment_code.scene"),
    ] {
        let mut order = app.order(&payer, instrument, 300);
        order["payment_code"] = code;
        let reply = app.post("/v1/payments", MERCHANT, order).await.expect(400);
        assert_eq!(reply.json()["field"], field);
        assert!(!reply.text.contains("2879"), "{}", reply.text);
    }
    assert_eq!(app.store.changes(), before);
}
