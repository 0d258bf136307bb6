//! The pages: three languages, nothing missing, nothing injected, no form without its token.

use serde_json::json;

use crate::app::{MERCHANT, Payer, STAFF, TestApp};
use crate::channel::Mood;

const LANGS: [&str; 3] = ["zh-Hans", "zh-Hant", "en"];

#[track_caller]
pub(crate) fn whole(text: &str, lang: &str, what: &str) {
    assert!(text.contains(&format!("<html lang=\"{lang}\"")), "{what}: {text}");
    let body = text.split("<body>").nth(1).unwrap();
    assert!(!body.contains('{') && !body.contains('}'), "{what} in {lang} has an unfilled place: {body}");
    assert!(!text.contains("<script") && !text.contains(" style=\""), "{what} breaks its own policy");
    if lang == "en" {
        let said = body.replace(['简', '体', '繁', '體', '坦', '途', '小', '店', '一', '杯', '咖', '啡'], "");
        assert!(!said.chars().any(|letter| ('\u{4e00}'..'\u{9fff}').contains(&letter)), "{what}: {said}");
    }
}

/// Every page in every state; the cookies make the visitor the payer.
async fn states(app: &TestApp, payer: &Payer) -> Vec<(&'static str, String)> {
    let alipay = app.alipay(payer).await;
    let refused = app.refused(payer, 5_000).await;
    app.mood(Mood::Short);
    let declined = app.post("/v1/payments", MERCHANT, app.order(payer, &alipay, 300)).await.expect(402).json();
    let declined = declined["payment"].as_str().unwrap().to_owned();
    app.mood(Mood::Silent);
    let other = app.payer(0).await;
    let silent = app.alipay(&other).await;
    let undecided = app.post("/v1/payments", MERCHANT, app.order(&other, &silent, 300)).await.expect(202).json();
    let paid = app.post("/v1/payments", MERCHANT, app.order(payer, &payer.wallet, 100)).await.expect(201).json();
    let closed = app.refused(payer, 6_000).await;
    app.ask(axum::http::Method::POST, &format!("/v1/payments/{closed}/close"), MERCHANT, None).await.expect(200);
    let frozen = app.payer(10).await;
    let stopped = app.refused(&frozen, 100).await;
    app.post(&format!("/v1/accounts/{}/freeze", frozen.account), STAFF, json!({"reason": "security_check"}))
        .await
        .expect(200);
    let of = |body: &serde_json::Value| body["id"].as_str().unwrap().to_owned();
    vec![
        ("welcome", "/?".into()),
        ("demo", "/demo?".into()),
        ("sign in", "/sign-in?link=ln_x".into()),
        ("sign in without a link", "/sign-in?".into()),
        ("cashier", app.cashier(&refused, "")),
        ("refused", app.cashier(&refused, "/result")),
        ("declined", app.cashier(&declined, "/result")),
        ("declined cashier", app.cashier(&declined, "")),
        ("undecided", app.cashier(&of(&undecided), "/result")),
        ("paid", app.cashier(&of(&paid), "/result")),
        ("closed", app.cashier(&closed, "/result")),
        ("frozen", app.cashier(&stopped, "/result")),
        ("frozen cashier", app.cashier(&stopped, "")),
    ]
}

#[tokio::test]
async fn every_page_is_whole_in_three_languages() {
    let app = TestApp::start().await;
    let payer = app.payer(1_000).await;
    for (what, path) in states(&app, &payer).await {
        for lang in LANGS {
            let reply = app.browse(&format!("{path}&lang={lang}"), "").await.expect(200);
            whole(&reply.text, lang, what);
            let policy = reply.header("content-security-policy");
            assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"), "{policy}");
            assert_eq!(reply.header("referrer-policy"), "no-referrer");
            assert_eq!(reply.header("x-content-type-options"), "nosniff");
        }
    }
    for lang in LANGS {
        whole(&app.browse(&format!("/nowhere?lang={lang}"), "").await.expect(404).text, lang, "not found");
    }
}

#[tokio::test]
async fn hostile_text_is_text() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let mut order = app.order(&payer, &payer.wallet, 100);
    order["subject"] = json!("<script>alert(1)</script>\"'><img src=x>");
    order["order_no"] = json!("\"><b>x");
    let payment =
        app.post("/v1/payments", MERCHANT, order).await.expect(402).json()["payment"].as_str().unwrap().to_owned();
    for under in ["", "/result"] {
        let page = app.browse(&app.cashier(&payment, under), "").await.expect(200).text;
        assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("<b>"), "{page}");
        assert!(page.contains("&lt;script&gt;"), "{page}");
    }
    let reflected =
        app.browse("/sign-in?link=%22%3E%3Cscript%3E&next=%22%3E%3Cscript%3E&lang=en", "").await.expect(200).text;
    assert!(!reflected.contains("<script"), "{reflected}");
}

#[tokio::test]
async fn a_forged_cashier_token_opens_nothing() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let (payment, another) = (app.refused(&payer, 100).await, app.refused(&payer, 200).await);
    let token = app.secret.cashier_token(another.parse().unwrap());
    let mut bent = app.cashier(&payment, "");
    let last = bent.pop().unwrap();
    bent.push(if last == 'A' { 'B' } else { 'A' });
    // The page leads back to its own address in three languages; all else is the same.
    let main = |text: String| text.split("<main>").nth(1).unwrap().to_owned();
    let unknown = main(app.browse("/cashier/pay_00000000000000000000000000?t=ck_x", "").await.expect(404).text);
    for path in [
        bent,
        format!("/cashier/{payment}"),
        format!("/cashier/{payment}?t={token}"),
        format!("/cashier/{payment}/result?t="),
    ] {
        // The last character of an encoded tag carries bits that say nothing; a bent one must not pass either way.
        assert_eq!(main(app.browse(&path, "").await.expect(404).text), unknown, "{path}");
    }
}

#[tokio::test]
async fn paying_needs_the_forms_token_and_happens_once() {
    let app = TestApp::start().await;
    let payer = app.payer(100).await;
    let alipay = app.alipay(&payer).await;
    let payment = app.refused(&payer, 5_000).await;
    let page = app.browse(&app.cashier(&payment, ""), "").await.expect(200);
    let visitor = format!("tantu_visitor={}", page.cookie("tantu_visitor").unwrap());
    let (csrf, nonce) = (page.field("csrf"), page.field("nonce"));
    let pay = app.cashier(&payment, "/pay");
    let before = app.store.changes();
    app.submit(&pay, &visitor, &[("instrument", &alipay), ("nonce", &nonce)]).await.expect(403);
    app.submit(&pay, "", &[("instrument", &alipay), ("nonce", &nonce), ("csrf", &csrf)]).await.expect(403);
    app.submit(&pay, "tantu_visitor=other", &[("instrument", &alipay), ("nonce", &nonce), ("csrf", &csrf)])
        .await
        .expect(403);
    assert_eq!(app.store.changes(), before);
    let fields = [("instrument", alipay.as_str()), ("nonce", &nonce), ("csrf", &csrf)];
    let first = app.submit(&pay, &visitor, &fields).await.expect(303);
    assert_eq!(first.header("location"), app.cashier(&payment, "/result"));
    // The second click gets the first answer; nothing is charged again.
    app.submit(&pay, &visitor, &fields).await.expect(303);
    let staff = app.get(&format!("/v1/payments/{payment}/diagnosis"), STAFF).await.expect(200).json();
    assert_eq!(staff["attempts"].as_array().unwrap().len(), 1);
    let result = app.browse(&format!("{}&lang=en", app.cashier(&payment, "/result")), &visitor).await.expect(200).text;
    assert!(result.contains("mark done") && result.contains("2026112222001"), "{result}");
}
