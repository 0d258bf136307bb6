//! The steps that change an account, from the cashier: only by its own payer, signed in.

use serde_json::json;
use tantu_web::DemoLink;

use crate::app::{STAFF, TestApp};

#[tokio::test]
async fn without_a_session_a_step_explains_itself_and_changes_nothing() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let payment = app.refused(&payer, 100).await;
    let before = app.store.changes();
    for under in ["/mandates", "/unfreeze-requests", "/recheck"] {
        let page = app.submit(&format!("{}&lang=en", app.cashier(&payment, under)), "", &[]).await.expect(403);
        assert!(page.header("content-type").starts_with("text/html"), "{}", page.text);
        assert!(page.cookie("tantu_next").is_some_and(|next| next.contains(&payment)), "{under}");
    }
    assert_eq!(app.store.changes(), before);
}

#[tokio::test]
async fn the_payer_asks_for_the_freeze_to_be_lifted_and_comes_back() {
    let app = TestApp::start().await;
    let (payer, stranger) = (app.payer(0).await, app.payer(0).await);
    let payment = app.refused(&payer, 100).await;
    app.post(&format!("/v1/accounts/{}/freeze", payer.account), STAFF, json!({"reason": "security_check"}))
        .await
        .expect(200);
    for (session, status) in [(&stranger.session, 403), (&payer.session, 303)] {
        let cookies = format!("tantu_visitor=browser; tantu_session={session}");
        let page = app.browse(&app.cashier(&payment, "/result"), &cookies).await.expect(200);
        assert!(page.text.contains("/unfreeze-requests?t="), "{}", page.text);
        let csrf = page.field("csrf");
        let step = app.cashier(&payment, "/unfreeze-requests");
        app.submit(&step, &cookies, &[]).await.expect(403);
        app.submit(&step, &cookies, &[("csrf", &csrf)]).await.expect(status);
    }
    let account = app.get(&format!("/v1/accounts/{}", payer.account), STAFF).await.expect(200).json();
    assert_eq!(account["case"]["unfreeze_requested_at"], "2026-11-22T12:00:00+08:00");
}

#[tokio::test]
async fn signing_leads_to_the_channel_and_back_to_the_waiting_payment() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let alipay = app.alipay(&payer).await;
    let payment = app.refused(&payer, 100).await;
    let cookies = format!("tantu_visitor=browser; tantu_session={}", payer.session);
    let csrf = app.browse(&app.cashier(&payment, ""), &cookies).await.expect(200).field("csrf");
    app.channel.sign(false);
    let step = app.cashier(&payment, "/mandates");
    let gone = app.submit(&step, &cookies, &[("csrf", &csrf), ("instrument", &alipay)]).await.expect(303);
    let page = gone.header("location").to_owned();
    assert!(page.starts_with("https://channel.example/sign?"), "{page}");
    let back = page.split("back=").nth(1).unwrap().strip_prefix("http://pay.example").unwrap().to_owned();
    let unsigned = app.browse(&format!("{back}&lang=en"), &cookies).await.expect(200).text;
    assert!(unsigned.contains("mark stop"), "{unsigned}");
    app.channel.sign(true);
    let signed = app.browse(&format!("{back}&lang=en"), &cookies).await.expect(200).text;
    assert!(signed.contains("mark done") && signed.contains(&format!("/cashier/{payment}")), "{signed}");
    // Nobody else learns anything from the address alone.
    let alone = back.split('?').next().unwrap();
    app.browse(alone, "").await.expect(404);
}

#[tokio::test]
async fn the_demo_signs_in_as_its_own_payers_only() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let (listed, other) = (app.refused(&payer, 100).await, app.refused(&payer, 200).await);
    app.config.demo_links.add(DemoLink {
        payment: listed.parse().unwrap(),
        causes: vec![tantu_domain::cause::Cause::FundsInsufficientBalance],
    });
    let page = app.browse("/demo?lang=en", "tantu_visitor=browser").await.expect(200);
    assert!(page.text.contains(&format!("/cashier/{listed}")), "{}", page.text);
    let csrf = page.field("csrf");
    let sign_in = |payment: String, csrf: String| {
        let app = &app;
        async move { app.submit("/demo/sign-in", "tantu_visitor=browser", &[("csrf", &csrf), ("payment", &payment)]).await }
    };
    sign_in(other, csrf.clone()).await.expect(404);
    sign_in(listed.clone(), "wrong".into()).await.expect(403);
    let link = sign_in(listed, csrf).await.expect(303);
    assert!(link.header("location").starts_with("/sign-in?link=ln_"), "{}", link.header("location"));
}
