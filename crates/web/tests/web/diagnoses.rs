//! A code or a payment explained over the API.

use serde_json::json;

use crate::app::{MERCHANT, OTHER_MERCHANT, STAFF, TestApp};
use crate::channel::Mood;

#[tokio::test]
async fn a_code_is_explained_to_anybody() {
    let app = TestApp::start().await;
    // (question, result, the surest cause)
    let table = [
        (json!({"code": "ACQ.BUYER_BALANCE_NOT_ENOUGH"}), "declined", Some("funds.insufficient_balance")),
        (json!({"code": " acq.buyer_balance_not_enough "}), "declined", Some("funds.insufficient_balance")),
        (json!({"code": "ACQ.SYSTEM_ERROR", "channel": "alipay"}), "undecided", Some("channel.interface_fault")),
        (json!({"code": "51"}), "undecided", Some("funds.card_insufficient")),
        (json!({"code": "51", "channel": "iso8583"}), "declined", Some("funds.card_insufficient")),
        (json!({"code": "51", "channel": "unionpay"}), "undecided", None),
        // The gateway's codes answer every call.
        (json!({"code": "isv.invalid-signature", "channel": "alipay", "family": "alipay.trade.pay"}), "declined", None),
        (json!({"code": "NOBODY_SENDS_THIS"}), "unrecognised", None),
        (json!({"code": "ACQ.BUYER_BALANCE_NOT_ENOUGH", "channel": "stripe"}), "unrecognised", None),
    ];
    for (question, result, cause) in table {
        let told = app.post("/v1/diagnoses?lang=en", "", question.clone()).await.expect(200).json();
        assert_eq!(told["result"], result, "{question}: {told}");
        assert_eq!(told["causes"][0]["id"].as_str(), cause, "{question}: {told}");
        assert_eq!((&told["ask_back"], &told["out_of_scope"]), (&json!(null), &json!(false)));
        assert_eq!(told["meanings"].as_array().unwrap().is_empty(), result == "unrecognised", "{told}");
    }
    let signature = json!({"code": "isv.invalid-signature"});
    let told = app.post("/v1/diagnoses", "", signature).await.expect(200).json();
    assert_eq!(told["meanings"][0]["fix"]["id"], "check_signature_key");
}

#[tokio::test]
async fn while_it_is_open_no_sentence_says_that_the_money_is_where_it_was() {
    let app = TestApp::start().await;
    let ask = |channel: &'static str| app.post("/v1/diagnoses?lang=en", "", json!({"code": "51", "channel": channel}));
    let safe = ask("iso8583").await.expect(200).json()["causes"][0]["money"].clone();
    let open = app.post("/v1/diagnoses?lang=en", "", json!({"code": "51"})).await.expect(200).json();
    assert_ne!(open["causes"][0]["money"], safe);
    assert!(open["causes"][0]["money"].as_str().unwrap().contains("don't pay again"), "{open}");
    let remedies = open["causes"][0]["remedies"].as_array().unwrap();
    assert!(!remedies.is_empty() && remedies.iter().all(|known| known["operation"] != "choose_instrument"), "{open}");
}

#[tokio::test]
async fn a_payment_is_explained_to_those_who_may_see_it() {
    let app = TestApp::start().await;
    let (payer, stranger) = (app.payer(0).await, app.payer(0).await);
    let alipay = app.alipay(&payer).await;
    let refused = app.refused(&payer, 100).await;
    let question = json!({ "payment": refused });
    for (token, status) in
        [(MERCHANT, 200), (&payer.session, 200), (OTHER_MERCHANT, 404), (&stranger.session, 404), ("", 404)]
    {
        app.post("/v1/diagnoses", token, question.clone()).await.expect(status);
    }
    let told = app.post("/v1/diagnoses", MERCHANT, question).await.expect(200).json();
    assert_eq!((&told["result"], &told["meanings"]), (&json!("declined"), &json!([])));
    assert_eq!(told["causes"][0]["id"], "funds.insufficient_balance");
    app.mood(Mood::Silent);
    let silent = app.post("/v1/payments", MERCHANT, app.order(&payer, &alipay, 100)).await.expect(202).json();
    let told = app.post("/v1/diagnoses", MERCHANT, json!({ "payment": silent["id"] })).await.expect(200).json();
    assert_eq!((&told["result"], &told["causes"][0]["id"]), (&json!("undecided"), &json!("network.unstable")));
}

#[tokio::test]
async fn a_question_that_does_not_fit_says_which_field() {
    let app = TestApp::start().await;
    let long = "x".repeat(129);
    let table = [
        (json!({}), "code"),
        (json!({"code": "", "channel": "alipay"}), "code"),
        (json!({"code": long}), "code"),
        (json!({"code": "51", "channel": "nobody"}), "channel"),
        (json!({"code": "51", "payment": "pay_x"}), "payment"),
        (json!({"payment": "pay_00000000000000000000000000", "channel": "alipay"}), "channel"),
        (json!({"code": "51", "colour": "red"}), "colour"),
    ];
    for (question, field) in table {
        let problem = app.post("/v1/diagnoses", "", question.clone()).await.expect(400).json();
        assert_eq!(problem["field"], field, "{question}: {problem}");
    }
    let missing = app.post("/v1/diagnoses", MERCHANT, json!({"payment": "pay_x"})).await.expect(404).json();
    assert_eq!(missing["field"], "payment");
}

#[tokio::test]
async fn own_words_are_answered_with_causes_a_question_or_a_door() {
    let app = TestApp::start().await;
    let ask = |text: &str| app.post("/v1/diagnoses?lang=en", "", json!({ "text": text }));
    // (text, the likeliest cause, asked back, something else)
    let table = [
        ("綁卡嗰陣等極都收唔到驗證碼", Some("otp.not_received"), false, false),
        ("it says insufficient balance in my wallet", Some("funds.insufficient_balance"), false, false),
        ("提示 ACQ.BUYER_BALANCE_NOT_ENOUGH，怎么办", Some("funds.insufficient_balance"), false, false),
        ("付不了", None, true, false),
        ("", None, true, false),
        ("退款什么时候到账", None, false, true),
    ];
    for (text, cause, asked, elsewhere) in table {
        let told = ask(text).await.expect(200).json();
        assert_eq!(told["result"], "unrecognised", "words do not say whether money moved: {told}");
        if let Some(cause) = cause {
            assert_eq!(told["causes"][0]["id"], cause, "{text}: {told}");
            let money = told["causes"][0]["money"].as_str().unwrap();
            assert!(money.contains("order itself"), "{money}");
        }
        assert_eq!(told["ask_back"].is_string(), asked, "{text}: {told}");
        assert_eq!(told["question"]["replies"].as_array().is_some_and(|replies| replies.len() > 1), asked, "{told}");
        assert_eq!((told["out_of_scope"] == true, told["door"].is_object()), (elsewhere, elsewhere), "{text}: {told}");
    }
}

#[tokio::test]
async fn long_words_are_read_and_longer_ones_refused() {
    let app = TestApp::start().await.with_usual_bodies();
    for text in ["x".repeat(10_000), "余额不足\n".repeat(2_000), "\u{202e}🍜é".repeat(3_000)] {
        let told = app.post("/v1/diagnoses?lang=en", "", json!({ "text": text })).await.expect(200).json();
        assert!(told["causes"].as_array().unwrap().len() >= 3, "{told}");
    }
    let problem = app.post("/v1/diagnoses", "", json!({"text": "x".repeat(10_001)})).await.expect(400).json();
    assert_eq!(problem["field"], "text", "{problem}");
}

#[tokio::test]
async fn words_choose_among_what_is_known_and_a_known_fault_decides() {
    let app = TestApp::start().await;
    let with_code = json!({"code": "51", "channel": "iso8583", "text": "收不到验证码"});
    let told = app.post("/v1/diagnoses?lang=en", "", with_code).await.expect(200).json();
    assert_eq!(told["causes"][0]["id"], "funds.card_insufficient", "the code is a fact: {told}");
    let before = app.post("/v1/diagnoses", "", json!({"text": "付不了"})).await.expect(200).json();
    assert!(before["ask_back"].is_string(), "{before}");
    let begun = json!({"scope": "platform"});
    app.post("/v1/incidents", STAFF, begun).await.expect(201);
    let told = app.post("/v1/diagnoses", "", json!({"text": "付不了"})).await.expect(200).json();
    assert_eq!((&told["causes"][0]["id"], &told["ask_back"]), (&json!("platform.outage"), &json!(null)), "{told}");
}
