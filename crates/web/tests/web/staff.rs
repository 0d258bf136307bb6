//! Staff sign in with a second factor: enrolled once, a code used once, locked by guesses, removed by two others.

use axum::http::Method;
use serde_json::{Value, json};
use tantu_domain::clock::Clock as _;
use totp_rs::{Builder, Secret, Totp};

use crate::app::{STAFF, TestApp};
use crate::reply::Reply;

/// Somebody who has a key and nothing else yet.
const KEY: &str = "tk_new_staff";

struct Phone(Totp);

impl Phone {
    fn of(made: &Value) -> Self {
        let secret = Secret::try_from_base32(made["secret"].as_str().unwrap()).unwrap();
        assert!(made["address"].as_str().unwrap().starts_with("otpauth://totp/Tantu:stf_"), "{made}");
        Self(Builder::new().with_secret(secret).build().unwrap())
    }

    /// The code that it shows so many steps from now.
    fn code(&self, app: &TestApp, steps: u64) -> String {
        let now = u64::try_from(app.clock.wall().as_second()).unwrap();
        self.0.generate(now + 30 * steps).to_string()
    }
}

async fn enrolled(app: &TestApp, key: &str) -> (Phone, Value) {
    app.staff_key(key).await;
    let made = app.post("/v1/staff/factor", key, json!({})).await.expect(201).json();
    (Phone::of(&made), made)
}

async fn enter(app: &TestApp, key: &str, code: &str) -> Reply {
    app.post("/v1/staff/sessions", key, json!({ "code": code })).await
}

/// Another one than that.
fn wrong(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

#[tokio::test]
async fn a_key_alone_does_nothing_and_a_code_opens_a_session() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let (phone, made) = enrolled(&app, KEY).await;
    let account = format!("/v1/accounts/{}", payer.account);
    app.get(&account, KEY).await.expect(403);
    let link = json!({ "account": payer.account });
    let refused = app.post("/v1/payer-links", KEY, link.clone()).await.expect(403);
    assert!(refused.text.contains("/v1/staff/sessions"), "it says the way: {}", refused.text);
    // Before its first code a factor may be made anew, and the secret before opens nothing.
    let again = Phone::of(&app.post("/v1/staff/factor", KEY, json!({})).await.expect(201).json());
    enter(&app, KEY, &phone.code(&app, 0)).await.expect(409);
    let opened = enter(&app, KEY, &again.code(&app, 0)).await.expect(201).json();
    assert_eq!((&opened["staff"], &opened["expires_at"]), (&made["staff"], &json!("2026-11-22T12:30:00+08:00")));
    let session = opened["session"].as_str().unwrap();
    app.get(&account, session).await.expect(200);
    app.post("/v1/payer-links", session, link).await.expect(201);
    app.post("/v1/staff/factor", KEY, json!({})).await.expect(409);
    // A code is good once, and so is none before it.
    assert!(enter(&app, KEY, &again.code(&app, 0)).await.expect(409).text.contains("used"));
    let newer = enter(&app, KEY, &again.code(&app, 1)).await.expect(201).json();
    enter(&app, KEY, &again.code(&app, 0)).await.expect(409);
    app.get(&account, session).await.expect(401);
    let session = newer["session"].as_str().unwrap();
    app.get(&account, session).await.expect(200);
    app.ask(Method::DELETE, "/v1/staff/sessions", session, None).await.expect(204);
    app.get(&account, session).await.expect(401);
    for forged in ["ss_", "ss_00_", "ss_3dd2c8dbfb8702e1_other", "ss_ffffffffffffffff_session"] {
        app.get(&account, forged).await.expect(401);
    }
    assert!(
        !made["secret"].as_str().unwrap().is_empty() && !newer.to_string().contains(made["secret"].as_str().unwrap())
    );
}

#[tokio::test]
async fn guesses_lock_it_and_the_right_code_is_not_looked_at_either() {
    let app = TestApp::start().await;
    let (phone, _) = enrolled(&app, KEY).await;
    let right = phone.code(&app, 0);
    for left in [4, 3, 2, 1] {
        let told = enter(&app, KEY, &wrong(&right)).await.expect(409);
        assert!(told.text.contains(&format!("{left} more")), "{}", told.text);
    }
    enter(&app, KEY, &wrong(&right)).await.expect(409);
    for code in [wrong(&right), right] {
        assert_eq!(enter(&app, KEY, &code).await.expect(429).json()["type"], "urn:tantu:problem:too-soon");
    }
    for unfit in ["", "12345", "abcdef"] {
        assert_eq!(enter(&app, KEY, unfit).await.expect(400).json()["field"], "code");
    }
}

#[tokio::test]
async fn a_lost_factor_is_removed_by_two_others() {
    let app = TestApp::start().await;
    let (phone, made) = enrolled(&app, KEY).await;
    let session = enter(&app, KEY, &phone.code(&app, 0)).await.expect(201).json()["session"].clone();
    let session = session.as_str().unwrap();
    let (other, _) = enrolled(&app, "tk_third").await;
    let third = enter(&app, "tk_third", &other.code(&app, 0)).await.expect(201).json()["session"].clone();
    let path = format!("/v1/staff/{}/factor/removals", made["staff"].as_str().unwrap());
    app.post(&path, KEY, json!({})).await.expect(403);
    app.post(&path, session, json!({})).await.expect(409);
    assert_eq!(app.post(&path, STAFF, json!({})).await.expect(200).json()["removed"], false);
    app.post(&path, STAFF, json!({})).await.expect(409);
    app.get("/v1/tickets", session).await.expect(200);
    assert_eq!(app.post(&path, third.as_str().unwrap(), json!({})).await.expect(200).json()["removed"], true);
    app.get("/v1/tickets", session).await.expect(401);
    let lost = enter(&app, KEY, &phone.code(&app, 1)).await.expect(409);
    assert!(lost.text.contains("enrol"), "what was lost opens nothing: {}", lost.text);
    let anew = Phone::of(&app.post("/v1/staff/factor", KEY, json!({})).await.expect(201).json());
    enter(&app, KEY, &anew.code(&app, 1)).await.expect(201);
    app.post("/v1/staff/stf_0000000000000000/factor/removals", STAFF, json!({})).await.expect(404);
}
