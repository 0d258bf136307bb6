//! Refunds from outside: every bad input, whose they are, repetitions, and what the payer sees.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};
use tantu_domain::ids::{MerchantId, PaymentId, TransactionId};
use tantu_domain::money::Money;
use tantu_engine::merchants::debit::DebitMerchant;

use crate::app::{MERCHANT, OTHER_MERCHANT, Payer, STAFF, TestApp};
use crate::channel::Mood;

/// A paid order of ¥88.80.
async fn paid(app: &TestApp, payer: &Payer, instrument: &str) -> String {
    let paid = app.post("/v1/payments", MERCHANT, app.order(payer, instrument, 8_880)).await.expect(201).json();
    assert_eq!(paid["state"], "succeeded", "{paid}");
    paid["id"].as_str().unwrap().to_owned()
}

fn cny(fen: i64) -> Value {
    json!({ "amount": { "amount": fen, "currency": "CNY" }, "reason": "取消" })
}

/// The refund once it has ended.
async fn ended(app: &TestApp, refund: &Value) -> Value {
    let path = format!("/v1/refunds/{}?lang=en", refund["id"].as_str().unwrap());
    let mut look = tokio::time::interval(Duration::from_millis(10));
    for _ in 0..500 {
        look.tick().await;
        let shown = app.get(&path, MERCHANT).await.expect(200).json();
        if shown["state"] != "processing" {
            return shown;
        }
    }
    panic!("it did not end");
}

#[tokio::test]
async fn a_paid_order_goes_back_in_parts_by_the_road_it_came() {
    let app = TestApp::start().await;
    let payer = app.payer(100_000).await;
    let alipay = app.alipay(&payer).await;
    for (instrument, road, back) in [(payer.wallet.clone(), "wallet", 8_880), (alipay, "channel", 0)] {
        let payment = paid(&app, &payer, &instrument).await;
        let path = format!("/v1/payments/{payment}/refunds");
        let balance = |shown: Value| shown["balance"]["amount"].as_i64().unwrap();
        let account = format!("/v1/accounts/{}", payer.account);
        let before = balance(app.get(&account, &payer.session).await.expect(200).json());
        let asked = app.post(&path, MERCHANT, cny(3_000)).await.expect(201).json();
        assert_eq!(
            (&asked["state"], &asked["amount"]),
            (&json!("processing"), &json!({"amount": 3_000, "currency": "CNY"}))
        );
        assert_eq!((&asked["parts"][0]["road"], &asked["reason"]), (&json!(road), &json!("取消")));
        assert_eq!(ended(&app, &asked).await["state"], "succeeded");
        let shown = app.get(&format!("/v1/payments/{payment}"), MERCHANT).await.expect(200).json();
        assert_eq!((&shown["refunded"]["amount"], &shown["state"]), (&json!(3_000), &json!("succeeded")));
        // Without an amount, all that is left.
        let rest = app.post(&path, MERCHANT, json!({ "reason": "rest" })).await.expect(201).json();
        assert_eq!(rest["amount"]["amount"], 5_880);
        assert_eq!(ended(&app, &rest).await["state"], "succeeded");
        let listed = app.get(&path, MERCHANT).await.expect(200).json();
        let states: Vec<&str> =
            listed["refunds"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect();
        assert_eq!(states, ["succeeded", "succeeded"]);
        let after = balance(app.get(&account, &payer.session).await.expect(200).json());
        assert_eq!(after - before, back);
        let nothing = app.post(&path, MERCHANT, cny(1)).await.expect(409).json();
        assert!(nothing["detail"].as_str().unwrap().contains("nothing is left"), "{nothing}");
    }
}

#[tokio::test]
async fn what_does_not_fit_names_the_field_and_the_way_out_and_writes_nothing() {
    let app = TestApp::start().await;
    let payer = app.payer(100_000).await;
    let payment = paid(&app, &payer, &payer.wallet).await;
    let refused = app.refused(&payer, 1_000_000).await;
    let amount =
        |amount: Value, currency: &str| json!({ "amount": { "amount": amount, "currency": currency }, "reason": "r" });
    let long = "r".repeat(129);
    // (which payment, the body, the status, the field, what it says)
    let table = [
        (&payment, amount(json!(0), "CNY"), 400, "amount.amount", "more than nothing"),
        (&payment, amount(json!(-1), "CNY"), 400, "amount.amount", "more than nothing"),
        (&payment, amount(json!(8_881), "CNY"), 400, "amount.amount", "¥88.80 are left"),
        (&payment, amount(json!(1.5), "CNY"), 400, "amount.amount", "whole minor units"),
        (&payment, amount(json!(1), "USD"), 400, "amount.currency", "CNY"),
        (&payment, amount(json!(1), "DOU"), 400, "amount.currency", "CNY"),
        (&payment, json!({}), 400, "reason", ""),
        (&payment, json!({ "reason": "" }), 400, "reason", "1 to 128 characters"),
        (&payment, json!({ "reason": long }), 400, "reason", "1 to 128 characters"),
        (&payment, json!({ "reason": "r", "to": "acc" }), 400, "to", ""),
        (&refused, json!({ "reason": "r" }), 409, "", "only a paid one is refunded"),
    ];
    let before = app.store.changes();
    for (payment, body, status, field, says) in table {
        let told = app.post(&format!("/v1/payments/{payment}/refunds"), MERCHANT, body.clone()).await.expect(status);
        let problem = told.json();
        assert_eq!(problem["field"].as_str().unwrap_or_default(), field, "{body}: {problem}");
        assert!(problem["detail"].as_str().unwrap().contains(says), "{body}: {problem}");
    }
    let request =
        Request::post(format!("/v1/payments/{payment}/refunds")).header("Authorization", format!("Bearer {MERCHANT}"));
    let request = request.header("Content-Type", "application/json").body(Body::from(cny(1).to_string())).unwrap();
    assert_eq!(app.send(request).await.expect(400).json()["field"], "Idempotency-Key");
    assert_eq!(app.store.changes(), before, "nothing is written");
}

#[tokio::test]
async fn only_the_payments_own_merchant_gives_back_and_only_its_parties_see_it() {
    let app = TestApp::start().await;
    let (payer, stranger) = (app.payer(100_000).await, app.payer(0).await);
    let payment = paid(&app, &payer, &payer.wallet).await;
    let path = format!("/v1/payments/{payment}/refunds");
    let unknown = "/v1/payments/pay_00000000000000000000000000/refunds";
    let before = app.store.changes();
    let (theirs, missing) =
        (app.post(&path, OTHER_MERCHANT, cny(1)).await, app.post(unknown, OTHER_MERCHANT, cny(1)).await);
    assert_eq!((theirs.status, missing.status), (404, 404), "{}", theirs.text);
    assert_eq!(theirs.text.replace(&payment, ""), missing.text.replace("pay_00000000000000000000000000", ""));
    for token in [STAFF, payer.session.as_str()] {
        app.post(&path, token, cny(1)).await.expect(403);
    }
    app.post(&path, "", cny(1)).await.expect(401);
    // A top-up has no merchant: nobody's key is its merchant's, so it is as unknown as any payment of somebody else.
    assert_eq!(app.store.changes(), before);
    let asked = app.post(&path, MERCHANT, cny(1)).await.expect(201).json();
    let one = format!("/v1/refunds/{}", asked["id"].as_str().unwrap());
    for path in [&path, &one] {
        for token in [MERCHANT, STAFF, payer.session.as_str()] {
            app.get(path, token).await.expect(200);
        }
        for token in [OTHER_MERCHANT, stranger.session.as_str()] {
            app.get(path, token).await.expect(404);
        }
    }
    app.get("/v1/refunds/ref_00000000000000000000000000", MERCHANT).await.expect(404);
}

#[tokio::test]
async fn the_same_key_gives_the_first_answer_and_another_body_is_refused() {
    let app = TestApp::start().await;
    let payer = app.payer(100_000).await;
    let payment = paid(&app, &payer, &payer.wallet).await;
    let send = |body: Value| {
        let request = Request::builder().method(Method::POST).uri(format!("/v1/payments/{payment}/refunds"));
        let request = request.header("Authorization", format!("Bearer {MERCHANT}")).header("Idempotency-Key", "one");
        app.send(request.header("Content-Type", "application/json").body(Body::from(body.to_string())).unwrap())
    };
    let first = send(cny(2_000)).await.expect(201);
    ended(&app, &first.json()).await;
    let again = send(cny(2_000)).await.expect(201);
    assert_eq!(again.text, first.text, "to the byte, though it is made by now");
    let other = send(cny(2_001)).await.expect(422).json();
    assert_eq!(other["field"], "Idempotency-Key");
    let listed = app.get(&format!("/v1/payments/{payment}/refunds"), MERCHANT).await.expect(200).json();
    assert_eq!(listed["refunds"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_merchant_short_of_money_is_told_what_is_there_and_what_is_coming() {
    let app = TestApp::start().await;
    let payer = app.payer(100_000).await;
    let payment = paid(&app, &payer, &payer.wallet).await;
    let id: PaymentId = payment.parse().unwrap();
    let merchant: MerchantId = app.engine.read(move |store| store.payment(id)).await.unwrap().unwrap().merchant;
    let spent = TransactionId::new(&*app.engine.ids(), merchant.shard());
    let spent = DebitMerchant { id: spent, merchant, amount: Money::cny(8_000) };
    app.engine.debit_merchant(spent).await.unwrap();
    let path = format!("/v1/payments/{payment}/refunds");
    let short = app.post(&path, MERCHANT, cny(1_000)).await.expect(409).json();
    let detail = short["detail"].as_str().unwrap();
    assert!(
        detail.contains("¥8.80 settled") && detail.contains("¥10.00") && detail.contains("Nothing is held"),
        "{detail}"
    );
    let balance = app.get(&format!("/v1/merchants/{merchant}/balance"), MERCHANT).await.expect(200).json();
    assert_eq!((&balance["held"]["amount"], &balance["settled"]["amount"]), (&json!(8_000), &json!(880)));
    let listed = app.get(&path, MERCHANT).await.expect(200).json();
    assert_eq!(listed["refunds"][0]["state"], "refused");
    assert!(listed["refunds"][0]["detail"].as_str().unwrap().contains("¥8.80"), "{listed}");
}

#[tokio::test]
async fn a_channels_refusal_is_told_with_its_cause() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let alipay = app.alipay(&payer).await;
    let payment = paid(&app, &payer, &alipay).await;
    app.mood(Mood::Short);
    let asked = app.post(&format!("/v1/payments/{payment}/refunds"), MERCHANT, cny(1_000)).await.expect(201).json();
    let refused = ended(&app, &asked).await;
    assert_eq!((&refused["state"], &refused["causes"][0]["id"]), (&json!("refused"), &json!("account.frozen")));
    assert!(refused["causes"][0]["money"].as_str().unwrap().contains("Nothing went back"), "{refused}");
    let shown = app.get(&format!("/v1/payments/{payment}"), MERCHANT).await.expect(200).json();
    assert_eq!(shown["refunded"], json!(null));
}

/// The page of the order says what came back and where it is, in every language.
#[tokio::test]
async fn the_payers_page_says_what_came_back() {
    let app = TestApp::start().await;
    let payer = app.payer(100_000).await;
    let payment = paid(&app, &payer, &payer.wallet).await;
    let asked = app.post(&format!("/v1/payments/{payment}/refunds"), MERCHANT, cny(3_000)).await.expect(201).json();
    ended(&app, &asked).await;
    let says = [
        ("en", "¥30.00 is back", "It is in your wallet"),
        ("zh-Hans", "¥30.00 已退回", "已退到您的余额"),
        ("zh-Hant", "¥30.00 已退回", "已退到您的餘額"),
    ];
    for (lang, title, body) in says {
        let page = app.browse(&format!("{}&lang={lang}", app.cashier(&payment, "/result")), "").await.expect(200);
        assert!(page.text.contains(title) && page.text.contains(body), "{lang}: {}", page.text);
    }
}

/// Whoever looks at a refund that its channel has not decided is told what was heard, and when it is asked again; never that it failed.
#[tokio::test]
async fn what_a_refund_waits_for_is_told() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let alipay = app.alipay(&payer).await;
    let payment = paid(&app, &payer, &alipay).await;
    // What of the channel's answer is told, if it answers and if it does not.
    let table = [
        (Mood::Asking, json!({ "code": "aop.unknow-error", "message": "系统繁忙" })),
        (Mood::Silent, json!({ "code": null, "message": null })),
    ];
    for (mood, said) in table {
        app.mood(mood);
        let asked = app.post(&format!("/v1/payments/{payment}/refunds"), MERCHANT, cny(1_000)).await.expect(201).json();
        let path = format!("/v1/refunds/{}?lang=en", asked["id"].as_str().unwrap());
        let mut look = tokio::time::interval(Duration::from_millis(10));
        let shown = loop {
            look.tick().await;
            let shown = app.get(&path, &payer.session).await.expect(200).json();
            assert_eq!(shown["state"], "processing", "{shown}");
            if shown["waiting"].is_object() {
                break shown;
            }
        };
        let waiting = &shown["waiting"];
        assert_eq!((&waiting["code"], &waiting["message"]), (&said["code"], &said["message"]), "{shown}");
        let (at, again) = (waiting["asked_at"].as_str().unwrap(), waiting["asked_again_at"].as_str().unwrap());
        assert!(at < again, "{shown}");
        let detail = waiting["detail"].as_str().unwrap();
        assert!(
            detail.starts_with("Alipay has not confirmed it yet") && detail.contains("kept for this refund"),
            "{detail}"
        );
    }
}
