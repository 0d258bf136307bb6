//! Limits: the holder sets his own, lower at once and higher with his pay password; a payment that waits for one is paid by
//! itself only if he agrees.

use axum::http::Method;
use serde_json::{Value, json};

use crate::app::{MERCHANT, OTHER_MERCHANT, Payer, STAFF, TestApp};
use crate::reply::Reply;

const PASSWORD: &str = "314159";

async fn set(app: &TestApp, payer: &Payer, session: &str, body: Value) -> Reply {
    app.ask(Method::PUT, &format!("/v1/accounts/{}/limits", payer.account), session, Some(body)).await
}

fn a_day(fen: i64) -> Value {
    json!({ "product": "wallet", "per_day": { "amount": fen, "currency": "CNY" } })
}

async fn with_password(app: &TestApp, fen: i64) -> Payer {
    let payer = app.payer(fen).await;
    let path = format!("/v1/accounts/{}/pay-password", payer.account);
    app.ask(Method::PUT, &path, &payer.session, Some(json!({ "password": PASSWORD }))).await.expect(204);
    payer
}

#[tokio::test]
async fn lower_counts_at_once_and_higher_needs_the_pay_password() {
    let app = TestApp::start().await;
    let payer = with_password(&app, 100_000).await;
    let limits = set(&app, &payer, &payer.session, a_day(5_000)).await.expect(200).json();
    let own = limits["limits"].as_array().unwrap().iter().find(|limit| limit["owner"] == "self_set").unwrap().clone();
    assert_eq!((own["window"].as_str(), own["limit"]["amount"].as_i64()), (Some("day"), Some(5_000)));
    let refused = app.post("/v1/payments", MERCHANT, app.order(&payer, &payer.wallet, 5_001)).await.expect(402).json();
    assert_eq!(refused["causes"][0]["id"], "limit.daily");
    assert_eq!(refused["causes"][0]["evidence"]["whose"], "payer");
    assert_eq!(refused["plan"]["steps"][0]["operation"], "raise_limit");

    let before = app.store.changes();
    let without = set(&app, &payer, &payer.session, a_day(6_000)).await;
    assert_eq!(without.json()["field"], "password");
    // None at all is more than any.
    let none = set(&app, &payer, &payer.session, json!({ "product": "wallet" })).await;
    assert_eq!(none.json()["field"], "password");
    assert_eq!(app.store.changes(), before, "nothing is written");

    let mut wrong = a_day(6_000);
    wrong["password"] = json!("271828");
    let told = set(&app, &payer, &payer.session, wrong).await.expect(402).json();
    assert_eq!(told["causes"][0]["evidence"]["state"], "wrong");
    assert_eq!(told["causes"][0]["evidence"]["tries_left"], 4);
    let mut right = a_day(6_000);
    right["password"] = json!(PASSWORD);
    set(&app, &payer, &payer.session, right).await.expect(200);
    app.post("/v1/payments", MERCHANT, app.order(&payer, &payer.wallet, 5_001)).await.expect(201);
}

#[tokio::test]
async fn nobody_sets_the_limit_of_another() {
    let app = TestApp::start().await;
    let (payer, stranger) = (app.payer(1_000).await, app.payer(1_000).await);
    let before = app.store.changes();
    set(&app, &payer, &stranger.session, a_day(1)).await.expect(404);
    set(&app, &payer, STAFF, a_day(1)).await.expect(403);
    set(&app, &payer, MERCHANT, a_day(1)).await.expect(403);
    let unknown = json!({ "product": "alipay_mandate", "per_day": { "amount": 1, "currency": "CNY" } });
    assert_eq!(set(&app, &payer, &payer.session, unknown).await.json()["field"], "product");
    assert_eq!(app.store.changes(), before);
}

#[tokio::test]
async fn a_payment_waits_by_itself_only_if_its_payer_agrees() {
    let app = TestApp::start().await;
    let (payer, stranger) = (app.payer(100_000).await, app.payer(0).await);
    set(&app, &payer, &payer.session, a_day(5_000)).await.expect(200);
    let refused = app.post("/v1/payments", MERCHANT, app.order(&payer, &payer.wallet, 5_001)).await.expect(402).json();
    let payment = refused["payment"].as_str().unwrap().to_owned();
    let path = format!("/v1/payments/{payment}/schedule");
    for (token, status) in [(MERCHANT, 403), (OTHER_MERCHANT, 403), (STAFF, 403), (&*stranger.session, 404)] {
        app.ask(Method::POST, &path, token, None).await.expect(status);
    }
    let agreed = app.ask(Method::POST, &path, &payer.session, None).await.expect(200).json();
    assert_eq!(agreed["scheduled_at"], "2026-11-23T00:00:00+08:00");
    let page = app.browse(&format!("{}&lang=en", app.cashier(&payment, "/result")), "").await.expect(200).text;
    assert!(page.contains("We pay it for you at Nov 23, 00:00"), "{page}");
    let back = app.ask(Method::DELETE, &path, &payer.session, None).await.expect(200).json();
    assert_eq!(back["scheduled_at"], Value::Null);
    // What waits for no time cannot wait.
    let short = app.refused(&stranger, 100).await;
    app.ask(Method::POST, &format!("/v1/payments/{short}/schedule"), &stranger.session, None).await.expect(409);
}

#[tokio::test]
async fn the_page_says_what_is_used_and_takes_the_holders_own() {
    let app = TestApp::start().await;
    let payer = app.payer(100_000).await;
    app.post("/v1/payments", MERCHANT, app.order(&payer, &payer.wallet, 12_300)).await.expect(201);
    let cookies = format!("tantu_visitor=browser; tantu_session={}", payer.session);
    for (lang, said) in [
        ("en", "¥123.00 of ¥5,000.00 used"),
        ("zh-Hans", "已用 ¥123.00，限额 ¥5,000.00"),
        ("zh-Hant", "已用 ¥123.00，額度 ¥5,000.00"),
    ] {
        let page = app.browse(&format!("/limits?lang={lang}"), &cookies).await.expect(200).text;
        assert!(page.contains(said), "{lang}: {page}");
    }
    let csrf = app.browse("/limits", &cookies).await.expect(200).field("csrf");
    let fields =
        |day: &'static str| [("product", "wallet"), ("per_day", day), ("per_transaction", ""), ("per_month", "")];
    app.submit("/limits", &cookies, &fields("88.80")).await.expect(403);
    let with = |day: &'static str| {
        let mut all = vec![("csrf", csrf.clone())];
        all.extend(fields(day).map(|(name, value)| (name, value.to_owned())));
        all
    };
    for (day, done) in [("88.80", "saved"), ("nothing", "amount"), ("100", "password")] {
        let fields = with(day);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let led = app.submit("/limits", &cookies, &fields).await.expect(303);
        assert_eq!(led.header("location"), format!("/limits?done={done}"));
    }
}
