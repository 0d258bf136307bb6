//! The pay password: asked for above a threshold, counted before it is looked at, proven once for one payment.

use axum::http::Method;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::app::{MERCHANT, Payer, STAFF, TestApp};
use crate::reply::Reply;

const PASSWORD: &str = "314159";
/// Above what goes without the password.
const MUCH: i64 = 300_001;

async fn set(app: &TestApp, payer: &Payer, body: Value) -> Reply {
    app.ask(Method::PUT, &format!("/v1/accounts/{}/pay-password", payer.account), &payer.session, Some(body)).await
}

async fn with_password(app: &TestApp, fen: i64) -> Payer {
    let payer = app.payer(fen).await;
    set(app, &payer, json!({ "password": PASSWORD })).await.expect(204);
    payer
}

async fn enter(app: &TestApp, payer: &Payer, payment: &str, password: &str) -> Reply {
    let path = format!("/v1/accounts/{}/pay-password/proofs", payer.account);
    app.post(&path, &payer.session, json!({ "payment": payment, "password": password })).await
}

async fn act(app: &TestApp, payer: &Payer, payment: &str, proof: &Value) -> Reply {
    app.post(&format!("/v1/payments/{payment}/actions"), &payer.session, json!({ "proof": proof })).await
}

/// A payment from the wallet that waits for the pay password; gives its id.
async fn waiting(app: &TestApp, payer: &Payer, fen: i64) -> String {
    let made = app.post("/v1/payments", MERCHANT, app.order(payer, &payer.wallet, fen)).await.expect(201).json();
    assert_eq!(made["state"], "requires_action");
    assert_eq!(made["next_action"]["operation"], "enter_payment_password");
    made["id"].as_str().unwrap().to_owned()
}

fn state(reply: &Reply) -> (&'static str, i64) {
    let evidence = reply.json()["causes"][0]["evidence"].clone();
    assert_eq!(reply.json()["causes"][0]["id"], "auth.payment_password");
    let state = match evidence["state"].as_str().unwrap() {
        "wrong" => "wrong",
        "locked" => "locked",
        "unset" => "unset",
        other => panic!("{other}"),
    };
    (state, evidence["tries_left"].as_i64().unwrap_or(-1))
}

#[tokio::test]
async fn small_amounts_go_without_and_large_ones_wait_for_it() {
    let app = TestApp::start().await;
    let payer = with_password(&app, 400_000).await;
    app.post("/v1/payments", MERCHANT, app.order(&payer, &payer.wallet, 1_000)).await.expect(201);
    let payment = waiting(&app, &payer, MUCH).await;
    let shown = app.get(&format!("/v1/payments/{payment}"), MERCHANT).await.expect(200).json();
    assert_eq!(shown["next_action"]["operation"], "enter_payment_password");
    let account = format!("/v1/accounts/{}", payer.account);
    let before = app.get(&account, STAFF).await.expect(200).json();
    assert_eq!(before["balance"]["amount"], 399_000, "nothing is taken while it waits");
    let proof = enter(&app, &payer, &payment, PASSWORD).await.expect(201).json();
    let paid = act(&app, &payer, &payment, &proof["proof"]).await.expect(200).json();
    assert_eq!(paid["state"], "succeeded");
    let after = app.get(&account, STAFF).await.expect(200).json();
    assert_eq!(after["balance"]["amount"], 399_000 - MUCH);
}

#[tokio::test]
async fn who_has_none_is_told_to_set_one_and_the_same_order_is_paid() {
    let app = TestApp::start().await;
    let payer = app.payer(400_000).await;
    let refused = app.post("/v1/payments", MERCHANT, app.order(&payer, &payer.wallet, MUCH)).await.expect(402).json();
    assert_eq!(refused["causes"][0]["id"], "auth.payment_password");
    let step = &refused["plan"]["steps"][0];
    assert_eq!((&step["operation"], &step["method"]), (&json!("set_payment_password"), &json!("PUT")));
    app.ask(Method::PUT, step["href"].as_str().unwrap(), &payer.session, Some(json!({ "password": PASSWORD })))
        .await
        .expect(204);
    let payment = refused["payment"].as_str().unwrap();
    let resumed = app.post(&format!("/v1/payments/{payment}/resume"), MERCHANT, json!({})).await.expect(200).json();
    assert_eq!(resumed["state"], "requires_action");
    let proof = enter(&app, &payer, payment, PASSWORD).await.expect(201).json();
    assert_eq!(act(&app, &payer, payment, &proof["proof"]).await.expect(200).json()["state"], "succeeded");
}

#[tokio::test]
async fn five_wrong_ones_lock_it_and_the_right_one_is_not_looked_at_either() {
    let app = TestApp::start().await;
    let payer = with_password(&app, 400_000).await;
    let payment = waiting(&app, &payer, MUCH).await;
    for left in [4, 3, 2, 1] {
        assert_eq!(state(&enter(&app, &payer, &payment, "271828").await.expect(402)), ("wrong", left));
    }
    for guess in ["271828", PASSWORD] {
        let locked = enter(&app, &payer, &payment, guess).await.expect(402);
        assert_eq!(state(&locked), ("locked", 0));
        assert_eq!(locked.json()["retry_at"], "2026-11-22T12:30:01+08:00");
        assert_eq!(locked.json()["payment"], json!(payment), "it goes on waiting");
    }
    // A new order is refused for the same reason; when the lock ends both can be paid.
    let refused = app.post("/v1/payments", MERCHANT, app.order(&payer, &payer.wallet, MUCH)).await.expect(402);
    assert_eq!(state(&refused), ("locked", 0));
    app.clock.advance(1);
    let proof = enter(&app, &payer, &payment, PASSWORD).await.expect(201).json();
    assert_eq!(act(&app, &payer, &payment, &proof["proof"]).await.expect(200).json()["state"], "succeeded");
}

#[tokio::test]
async fn of_many_guesses_at_once_five_are_looked_at() {
    let app = TestApp::start().await;
    let payer = with_password(&app, 400_000).await;
    let payment = waiting(&app, &payer, MUCH).await;
    let guesses = (0..200).map(|_| enter(&app, &payer, &payment, "271828"));
    let told: Vec<&str> = join_all(guesses).await.iter().map(|reply| state(reply).0).collect();
    assert_eq!(told.iter().filter(|state| **state == "wrong").count(), 4, "and the fifth locks");
    assert_eq!(told.iter().filter(|state| **state == "locked").count(), 196);
}

#[tokio::test]
async fn a_proof_is_good_once_for_its_own_payment_and_for_five_minutes() {
    let app = TestApp::start().await;
    let payer = with_password(&app, 500_000).await;
    let (one, other) = (waiting(&app, &payer, MUCH).await, waiting(&app, &payer, MUCH).await);
    let proof = enter(&app, &payer, &one, PASSWORD).await.expect(201).json()["proof"].clone();
    assert_eq!(act(&app, &payer, &other, &proof).await.expect(409).json()["field"], "proof");
    for forged in ["prf_", "prf_AAAA", "", "ps_x"] {
        act(&app, &payer, &one, &json!(forged)).await.expect(409);
    }
    // The second payment takes what the first would need, so the first one's proof is used up by a refusal.
    let second = enter(&app, &payer, &other, PASSWORD).await.expect(201).json()["proof"].clone();
    assert_eq!(act(&app, &payer, &other, &second).await.expect(200).json()["state"], "succeeded");
    let refused = act(&app, &payer, &one, &proof).await.expect(402).json();
    assert_eq!(refused["causes"][0]["id"], "funds.insufficient_balance");
    act(&app, &payer, &one, &proof).await.expect(409);
    let late = enter(&app, &payer, &one, PASSWORD).await.expect(201).json()["proof"].clone();
    app.clock.advance(1);
    act(&app, &payer, &one, &late).await.expect(409);
    // What is paid already stays paid, whatever is sent for it.
    assert_eq!(act(&app, &payer, &other, &second).await.expect(200).json()["state"], "succeeded");
}

#[tokio::test]
async fn only_its_holder_sets_and_enters_it() {
    let app = TestApp::start().await;
    let (payer, stranger) = (with_password(&app, 400_000).await, with_password(&app, 0).await);
    let payment = waiting(&app, &payer, MUCH).await;
    let path = format!("/v1/accounts/{}/pay-password", payer.account);
    for token in [MERCHANT, STAFF] {
        app.ask(Method::PUT, &path, token, Some(json!({ "password": "112233" }))).await.expect(403);
        app.post(&format!("{path}/proofs"), token, json!({ "payment": payment, "password": PASSWORD }))
            .await
            .expect(403);
    }
    app.ask(Method::PUT, &path, &stranger.session, Some(json!({ "password": "112233" }))).await.expect(404);
    let foreign = enter(&app, &stranger, &payment, PASSWORD).await.expect(404).json();
    assert_eq!(foreign["field"], "payment");
    // Another one is set only by who knows the present one, and a wrong guess is counted.
    set(&app, &payer, json!({ "password": "112233" })).await.expect(409);
    let wrong = set(&app, &payer, json!({ "password": "112233", "current": "271828" })).await.expect(402);
    assert_eq!(state(&wrong), ("wrong", 4));
    set(&app, &payer, json!({ "password": "112233", "current": PASSWORD })).await.expect(204);
    assert_eq!(state(&enter(&app, &payer, &payment, PASSWORD).await.expect(402)), ("wrong", 4));
    enter(&app, &payer, &payment, "112233").await.expect(201);
    assert_eq!(
        set(&app, &payer, json!({ "password": "123456", "current": "112233" })).await.expect(400).json()["field"],
        "password"
    );
}

#[tokio::test]
async fn a_trace_is_full_for_staff_and_safe_for_the_payer() {
    let app = TestApp::start().await;
    let payer = with_password(&app, 400_000).await;
    let payment = waiting(&app, &payer, MUCH).await;
    let proof = enter(&app, &payer, &payment, PASSWORD).await.expect(201).json();
    act(&app, &payer, &payment, &proof["proof"]).await.expect(200);
    let path = format!("/v1/payments/{payment}/trace");
    let staff = app.get(&path, STAFF).await.expect(200).json();
    let outcomes: Vec<&str> =
        staff["decisions"].as_array().unwrap().iter().map(|one| one["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["action_needed", "allowed"]);
    let of = |body: &Value, rule: &str| {
        let checks = body["decisions"][1]["checks"].as_array().unwrap().clone();
        checks.into_iter().find(|check| check["rule"] == rule).unwrap()
    };
    assert_eq!(of(&staff, "wallet_balance")["input"]["amount"], 400_000);
    assert_eq!(of(&staff, "wallet_balance")["threshold"]["amount"], MUCH);
    assert_eq!(of(&staff, "account_active")["input"], "active");
    for token in [&payer.session, MERCHANT] {
        let seen = app.get(&path, token).await.expect(200).json();
        assert_eq!(of(&seen, "account_active").get("input"), None);
        assert_eq!(of(&seen, "account_active")["held"], true);
        assert_eq!(of(&seen, "wallet_balance")["input"]["amount"], 400_000);
        assert!(seen["decisions"].as_array().unwrap().iter().all(|one| one["consistent"] == true));
    }
    app.get(&path, &app.payer(0).await.session).await.expect(404);
    assert!(!staff.to_string().contains(PASSWORD));
}

#[tokio::test]
async fn at_the_cashier_it_is_set_entered_and_entered_again() {
    let app = TestApp::start().await;
    let payer = app.payer(400_000).await;
    let made = app.post("/v1/payments", MERCHANT, app.order(&payer, &payer.wallet, MUCH)).await.expect(402).json();
    let payment = made["payment"].as_str().unwrap();
    let cookies = format!("tantu_visitor=browser; tantu_session={}", payer.session);
    let (form, result) = (app.cashier(payment, "/set-password"), app.cashier(payment, "/result"));
    let page = app.browse(&result, &cookies).await.expect(200);
    assert!(page.text.contains("/set-password?t="), "{}", page.text);
    for (password, again, why) in [("314159", "314158", "differs"), ("111111", "111111", "weak")] {
        let page = app.browse(&form, &cookies).await.expect(200);
        let fields = [("csrf", page.field("csrf")), ("nonce", page.field("nonce"))];
        let fields =
            [("csrf", fields[0].1.as_str()), ("nonce", &fields[1].1), ("password", password), ("again", again)];
        let anew = app.submit(&form, &cookies, &fields).await.expect(303);
        assert!(anew.header("location").ends_with(&format!("again={why}")));
        assert!(app.browse(anew.header("location"), &cookies).await.expect(200).text.contains("role=\"alert\""));
    }
    let submit = async |to: &str, page: &Reply, password: &str| {
        let (csrf, nonce) = (page.field("csrf"), page.field("nonce"));
        let fields = [("csrf", csrf.as_str()), ("nonce", &nonce), ("password", password), ("again", password)];
        app.submit(to, &cookies, &fields).await.expect(303)
    };
    submit(&form, &app.browse(&form, &cookies).await.expect(200), PASSWORD).await;
    let waits = app.browse(&result, &cookies).await.expect(200);
    assert!(waits.text.contains("mark key") && waits.text.contains("/password?t="), "{}", waits.text);
    let enter = app.cashier(payment, "/password");
    submit(&enter, &waits, "271828").await;
    let again = app.browse(&format!("{result}&lang=en"), &cookies).await.expect(200);
    assert!(again.text.contains("Tries left: 4."), "{}", again.text);
    // Whoever else has the link is led to sign in and finds no field.
    let stranger = app.browse(&result, "tantu_visitor=other").await.expect(200).text;
    assert!(!stranger.contains("type=\"password\""), "{stranger}");
    app.submit(&enter, "tantu_visitor=other", &[("password", PASSWORD)]).await.expect(403);
    submit(&enter, &again, PASSWORD).await;
    assert!(app.browse(&result, &cookies).await.expect(200).text.contains("mark done"));
}
