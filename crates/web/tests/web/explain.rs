//! The page that explains a code, to somebody who is not signed in.

use serde_json::json;
use tantu_codes::{CodeResult, Override};
use tantu_explain::Lang;
use tantu_explain::words::{fill, pages};

use crate::app::TestApp;
use crate::pages::whole;

async fn page(app: &TestApp, query: &str, lang: Lang) -> String {
    let reply = app.browse(&format!("/explain?{query}&lang={}", lang.id()), "").await.expect(200);
    // A channel's own words stay as they are in every language.
    let mut said = String::new();
    for (index, part) in reply.text.split("<q lang=\"\">").enumerate() {
        said.push_str(if index == 0 { part } else { part.split_once("</q>").unwrap().1 });
    }
    whole(&said, lang.id(), query);
    reply.text
}

#[tokio::test]
async fn every_result_is_said_in_three_languages() {
    let app = TestApp::start().await;
    for lang in Lang::ALL.iter().copied() {
        let words = pages(lang);
        let empty = page(&app, "", lang).await;
        assert!(empty.contains("name=\"code\"") && !empty.contains("role=\"status\""), "{empty}");
        let table = [
            ("code=ACQ.BUYER_BALANCE_NOT_ENOUGH", words.explain_declined_title, words.explain_declined_body),
            ("code=ACQ.SYSTEM_ERROR&channel=alipay", words.explain_undecided_title, words.explain_undecided_body),
            ("code=NOBODY_SENDS_THIS", words.explain_unknown_title, words.explain_unknown_body),
            ("code=isv.invalid-signature", words.explain_declined_title, words.explain_merchant_side),
            ("code=51", words.explain_undecided_title, words.explain_differs),
            ("code=51&channel=iso8583", words.explain_declined_title, words.explain_all_channels),
        ];
        for (query, title, body) in table {
            let text = page(&app, query, lang).await;
            let escaped = |text: &str| text.replace('\'', "&#39;");
            let holds = |said: &str| text.contains(said) || text.contains(&escaped(said));
            assert!(holds(title) && holds(body), "{query} in {}: {title} | {body}: {text}", lang.id());
        }
    }
}

#[tokio::test]
async fn it_says_where_to_tap_and_while_it_is_open_nobody_is_told_to_pay_in_another_way() {
    let app = TestApp::start().await;
    let short = page(&app, "code=ACQ.BUYER_BALANCE_NOT_ENOUGH", Lang::En).await;
    assert!(short.contains("Alipay app: Me"), "{short}");
    let open = page(&app, "code=ACQ.SYSTEM_ERROR&channel=alipay", Lang::En).await;
    let text = open.replace("&#39;", "'");
    assert!(!text.contains("Pay another way") && text.contains("don't pay again"), "{open}");
    // Each reading stands by itself, and leads to its own page.
    let both = page(&app, "code=51", Lang::En).await;
    assert!(both.contains("/explain?code=51&amp;channel=iso8583"), "{both}");
}

#[tokio::test]
async fn what_the_operator_overrides_is_shown_with_the_reason() {
    let app = TestApp::start().await.with_codes(&[Override {
        channel: "alipay".into(),
        family: "alipay.trade.pay".into(),
        code: "ACQ.BUYER_BALANCE_NOT_ENOUGH".into(),
        result: Some(CodeResult::Undecided),
        note: "<b>ticket 4711".into(),
        ..Override::default()
    }]);
    for lang in Lang::ALL.iter().copied() {
        let words = pages(lang);
        let text = page(&app, "code=ACQ.BUYER_BALANCE_NOT_ENOUGH&channel=alipay", lang).await;
        let said = fill(words.explain_changed_here, &[("note", "&lt;b&gt;ticket 4711")]);
        assert_eq!(text.matches(&said).count(), 1, "{text}");
        assert!(text.contains(words.explain_undecided_title) && !text.contains("<b>"), "{text}");
    }
    let question = json!({"code": "ACQ.BUYER_BALANCE_NOT_ENOUGH", "family": "alipay.trade.pay"});
    let told = app.post("/v1/diagnoses", "", question).await.expect(200).json();
    assert_eq!((&told["result"], told["meanings"].as_array().unwrap().len()), (&json!("undecided"), 1));
    assert_eq!(told["meanings"][0]["overridden"], true);
    assert_eq!(told["meanings"][0]["note"], "<b>ticket 4711");
    // Another code is as it was published.
    let told = app.post("/v1/diagnoses", "", json!({"code": "isv.invalid-signature"})).await.expect(200).json();
    assert_eq!((&told["meanings"][0]["overridden"], &told["meanings"][0]["note"]), (&json!(false), &json!(null)));
}

#[tokio::test]
async fn hostile_codes_are_text() {
    let app = TestApp::start().await;
    let text = page(&app, "code=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&channel=%22%3E%3Cb%3E", Lang::En).await;
    assert!(!text.contains("<script") && !text.contains("<b>"), "{text}");
    let long = page(&app, &format!("code={}", "x".repeat(5_000)), Lang::En).await;
    let main = long.split("<main>").nth(1).unwrap();
    assert!(main.contains(&"x".repeat(128)) && !main.contains(&"x".repeat(129)), "{main}");
}
