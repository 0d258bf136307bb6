//! Tickets: what goes along, what is taken out, who sees them, and how they end.

use axum::http::Method;
use serde_json::{Value, json};

use crate::app::{MERCHANT, STAFF, TestApp};

/// What nobody may keep: a card, a document, a phone, a password, a code.
const SECRETS: [&str; 5] = ["6222021234567894", "11010519491231002X", "19900001001", "hunter22!", "482913"];

fn distress() -> String {
    let [card, document, phone, password, code] = SECRETS;
    format!("付不了！卡号 {card}，身份证{document}，电话{phone}，密码：{password}，验证码 {code}")
}

#[tokio::test]
async fn a_ticket_carries_what_is_known_and_nothing_secret() {
    let app = TestApp::start().await.with_usual_bodies();
    let payer = app.payer(0).await;
    let payment = app.refused(&payer, 12_345).await;
    let report = json!({
        "system": { "name": "android", "version": "14.0.0" },
        "stuck": { "what": format!("a pool of {}", SECRETS[0]) },
    });
    let body = json!({ "payment": payment, "text": distress(), "device_report": report });
    let opened = app.post("/v1/tickets?lang=en", &payer.session, body).await.expect(201);
    for secret in SECRETS {
        assert!(!opened.text.contains(secret), "{secret}: {}", opened.text);
    }
    let told = opened.json();
    assert_eq!(told["masked"], json!(["number", "phone", "code"]));
    assert_eq!((&told["state"], &told["answer_by"]), (&json!("waiting"), &json!("2026-11-22T14:00:00+08:00")));
    assert_eq!(told["causes"][0]["id"], "funds.insufficient_balance", "{told}");
    let about = &told["payment"];
    assert_eq!((&about["id"], &about["state"]), (&json!(payment), &json!("refused")));
    assert_eq!(about["amount"]["amount"], 12_345);
    assert!(about["order_no"].is_string() && about["method"].is_string() && about["tried_at"].is_string(), "{about}");
    let device = told["device"].to_string();
    assert!(device.contains("android") && device.contains("device.transient_fault"), "{device}");
    // Whoever asks again goes on with the same thread.
    let again = json!({ "payment": payment, "text": "still nothing" });
    let again = app.post("/v1/tickets", &payer.session, again).await.expect(201).json();
    assert_eq!((&again["id"], again["messages"].as_array().map(Vec::len)), (&told["id"], Some(2)));
}

#[tokio::test]
async fn staff_answer_and_what_is_paid_is_solved() {
    let app = TestApp::start().await;
    let payer = app.payer(5_000).await;
    let alipay = app.alipay(&payer).await;
    let payment = app.refused(&payer, 9_000).await;
    let opened = app.post("/v1/tickets", &payer.session, json!({ "payment": payment })).await.expect(201).json();
    let id = opened["id"].as_str().unwrap();
    let (path, messages) = (format!("/v1/tickets/{id}"), format!("/v1/tickets/{id}/messages"));
    let waiting = app.get("/v1/tickets", STAFF).await.expect(200);
    assert!(waiting.text.contains(id), "{}", waiting.text);
    let answer = json!({ "text": "Pay with Alipay meanwhile." });
    let answered = app.post(&messages, STAFF, answer).await.expect(201).json();
    assert_eq!((&answered["state"], &answered["messages"][0]["by"]), (&json!("answered"), &json!("staff")));
    assert!(!app.get("/v1/tickets", STAFF).await.expect(200).text.contains(id), "it waits for nobody now");
    let resume = format!("/v1/payments/{payment}/resume");
    app.post(&resume, MERCHANT, json!({ "instrument": alipay })).await.expect(200);
    let solved = app.get(&path, &payer.session).await.expect(200).json();
    assert_eq!(solved["state"], "solved", "{solved}");
    assert_eq!(solved["messages"].as_array().unwrap().last().unwrap()["ended"], "solved");
    app.post(&messages, STAFF, json!({ "text": "too late" })).await.expect(409);
    app.post("/v1/tickets", &payer.session, json!({ "payment": payment })).await.expect(409);
    let cookies = format!("tantu_visitor=browser; tantu_session={}", payer.session);
    let page = app.browse(&format!("/tickets/{id}?lang=en"), &cookies).await.expect(200);
    assert!(page.text.contains("paid at") && page.text.contains("Pay with Alipay meanwhile."), "{}", page.text);
}

#[tokio::test]
async fn the_same_check_says_when_nothing_stands_in_the_way_any_more() {
    let app = TestApp::start().await;
    let payer = app.payer(5_000).await;
    let freeze = format!("/v1/accounts/{}/freeze", payer.account);
    app.post(&freeze, STAFF, json!({ "reason": "security_check" })).await.expect(200);
    let refused = app.post("/v1/payments", MERCHANT, app.order(&payer, &payer.wallet, 100)).await.expect(402).json();
    let payment = refused["payment"].as_str().unwrap();
    let opened = app.post("/v1/tickets", &payer.session, json!({ "payment": payment })).await.expect(201).json();
    let path = format!("/v1/tickets/{}", opened["id"].as_str().unwrap());
    let thread = |ticket: Value| ticket["messages"].as_array().cloned().unwrap();
    assert!(thread(app.get(&path, &payer.session).await.expect(200).json()).is_empty(), "nothing has changed");
    let incident = json!({ "scope": "platform", "code": "maintenance" });
    let begun = app.post("/v1/incidents", STAFF, incident).await.expect(201).json();
    let worse = thread(app.get(&path, &payer.session).await.expect(200).json());
    assert_eq!(worse.last().unwrap()["causes"], json!(["platform.outage", "account.frozen"]));
    let end = format!("/v1/incidents/{}/end", begun["id"].as_str().unwrap());
    app.ask(Method::POST, &end, STAFF, None).await.expect(200);
    let better = thread(app.get(&path, &payer.session).await.expect(200).json());
    assert_eq!((better.len(), &better.last().unwrap()["causes"]), (2, &json!(["account.frozen"])));
}

#[tokio::test]
async fn somebody_elses_ticket_is_not_there() {
    let app = TestApp::start().await;
    let (payer, stranger) = (app.payer(0).await, app.payer(0).await);
    let payment = app.refused(&payer, 100).await;
    app.post("/v1/tickets", &stranger.session, json!({ "payment": payment })).await.expect(404);
    let opened = app.post("/v1/tickets", &payer.session, json!({ "payment": payment })).await.expect(201).json();
    let id = opened["id"].as_str().unwrap();
    app.get(&format!("/v1/tickets/{id}"), &stranger.session).await.expect(404);
    app.post(&format!("/v1/tickets/{id}/messages"), &stranger.session, json!({ "text": "x" })).await.expect(404);
    app.ask(Method::POST, &format!("/v1/tickets/{id}/close"), &stranger.session, None).await.expect(404);
    app.get(&format!("/v1/tickets/{id}"), MERCHANT).await.expect(403);
    assert_eq!(app.get("/v1/tickets", &stranger.session).await.expect(200).json()["tickets"], json!([]));
    let named = format!("/v1/tickets?account={}", payer.account);
    app.get(&named, &stranger.session).await.expect(403);
    assert!(app.get(&named, STAFF).await.expect(200).text.contains(id));
}

#[tokio::test]
async fn a_closed_ticket_is_opened_again_by_its_payer_alone() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let asked = json!({ "text": "My order never came." });
    let opened = app.post("/v1/tickets", &payer.session, asked).await.expect(201).json();
    let id = opened["id"].as_str().unwrap();
    let (close, messages) = (format!("/v1/tickets/{id}/close"), format!("/v1/tickets/{id}/messages"));
    app.ask(Method::POST, &close, STAFF, None).await.expect(200);
    app.ask(Method::POST, &close, &payer.session, None).await.expect(409);
    app.post(&messages, STAFF, json!({ "text": "one more thing" })).await.expect(409);
    let again = app.post(&messages, &payer.session, json!({ "text": "not yet" })).await.expect(201).json();
    assert_eq!(again["state"], "waiting");
    let trail = app.get(&format!("/v1/accounts/{}/audit", payer.account), STAFF).await.expect(200).text;
    assert!(trail.contains("open_ticket") && trail.contains("close_ticket"), "{trail}");
}

#[tokio::test]
async fn what_does_not_fit_is_said_and_nothing_is_kept() {
    let app = TestApp::start().await.with_usual_bodies();
    let payer = app.payer(0).await;
    let payment = app.refused(&payer, 100).await;
    let before = app.store.changes();
    let table = [
        (json!({}), 400, "text"),
        (json!({ "text": " " }), 400, "text"),
        (json!({ "text": "x".repeat(2_001) }), 400, "text"),
        (json!({ "text": "a\u{0}b" }), 400, "text"),
        (json!({ "payment": payment, "binding": "bnd_00000000000000000000000000" }), 400, "binding"),
        (json!({ "payment": payment, "call_back": "12345" }), 400, "call_back"),
        (json!({ "payment": "pay_00000000000000000000000000" }), 404, "payment"),
        (json!({ "payment": payment, "password": "123456" }), 400, "password"),
    ];
    for (body, status, field) in table {
        let told = app.post("/v1/tickets", &payer.session, body.clone()).await;
        assert_eq!(told.status, status, "{body}: {}", told.text);
        if status == 400 {
            assert_eq!(told.json()["field"], field, "{}", told.text);
        }
    }
    // Nothing here could seal a number, so none is taken.
    let number = json!({ "payment": payment, "call_back": "+86 199 0000 1001" });
    app.post("/v1/tickets", &payer.session, number).await.expect(409);
    assert_eq!(app.store.changes(), before);
    for number in 0..5 {
        let asked = json!({ "text": format!("question {number}") });
        app.post("/v1/tickets", &payer.session, asked).await.expect(201);
    }
    app.post("/v1/tickets", &payer.session, json!({ "text": "one too many" })).await.expect(409);
}

#[tokio::test]
async fn the_page_asks_a_person_and_shows_the_thread() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let payment = app.refused(&payer, 100).await;
    let cookies = format!("tantu_visitor=browser; tantu_session={}", payer.session);
    let result = app.browse(&format!("{}&lang=en", app.cashier(&payment, "/result")), &cookies).await.expect(200);
    assert!(result.text.contains("/ticket?t="), "{}", result.text);
    let form = app.browse(&app.cashier(&payment, "/ticket"), &cookies).await.expect(200);
    let csrf = form.field("csrf");
    let path = app.cashier(&payment, "/ticket");
    app.submit(&path, &cookies, &[("text", "help")]).await.expect(403);
    let text = distress();
    let gone = app.submit(&path, &cookies, &[("csrf", &csrf), ("text", &text)]).await.expect(303);
    let page = gone.header("location").to_owned();
    assert!(page.starts_with("/tickets/tkt_") && page.ends_with("?masked=1"), "{page}");
    let shown = app.browse(&format!("{page}&lang=en"), &cookies).await.expect(200);
    for secret in SECRETS {
        assert!(!shown.text.contains(secret), "{secret}");
    }
    assert!(shown.text.contains("Something secret"), "{}", shown.text);
    let ticket = page.split('?').next().unwrap();
    app.submit(&format!("{ticket}/messages"), &cookies, &[("csrf", &csrf), ("text", "and now?")]).await.expect(303);
    app.submit(&format!("{ticket}/close"), &cookies, &[("csrf", &csrf)]).await.expect(303);
    let shown = app.browse(&format!("{ticket}?lang=en"), &cookies).await.expect(200);
    assert!(shown.text.contains("and now?") && shown.text.contains("Closed at"), "{}", shown.text);
    assert!(app.browse("/tickets?lang=en", &cookies).await.expect(200).text.contains(ticket));
}
