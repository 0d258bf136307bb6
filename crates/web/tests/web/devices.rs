//! Devices: their keys, what they sign, and what they report of themselves.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use axum::body::Body;
use axum::http::{Method, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tantu_domain::clock::Clock as _;
use tantu_domain::ids::{AccountId, DeviceKeyId, DeviceReportId};
use tantu_store::Store as _;
use tantu_store::device::{ClockReport, DeviceReport, PowerReport, TlsError};

use crate::app::{MERCHANT, Payer, STAFF, TestApp};
use crate::channel::Mood;
use crate::reply::Reply;

/// A payer's phone with its key.
struct Phone {
    id: String,
    key: Ed25519KeyPair,
}

impl Phone {
    async fn of(app: &TestApp, payer: &Payer) -> Self {
        let key = Ed25519KeyPair::generate().unwrap();
        let body = json!({ "public_key": public_key(&key) });
        let registered = app.post("/v1/device-keys", &payer.session, body).await.expect(201).json();
        Self { id: registered["id"].as_str().unwrap().to_owned(), key }
    }

    /// The header that the phone gives when its clock is `off` seconds ahead.
    fn says(&self, app: &TestApp, off: i64, what: &str) -> String {
        let time = app.clock.wall().checked_add(SignedDuration::from_secs(off)).unwrap();
        self.signs(&time.to_string(), &format!("tantu-device-v1\n{time}\n{what}"))
    }

    fn signs(&self, time: &str, text: &str) -> String {
        let signature = STANDARD.encode(self.key.sign(text.as_bytes()).as_ref());
        format!("key={}, time={time}, signature={signature}", self.id)
    }
}

fn public_key(key: &Ed25519KeyPair) -> String {
    STANDARD.encode(AsDer::<PublicKeyX509Der>::as_der(key.public_key()).unwrap().as_ref())
}

/// What the phone signs for an order.
fn order_line(order: &Value) -> String {
    format!("order {} {} CNY", order["order_no"].as_str().unwrap(), order["amount"]["amount"])
}

async fn send(app: &TestApp, path: &str, key: &str, device: Option<&str>, body: &Value) -> Reply {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header("Authorization", format!("Bearer {MERCHANT}"))
        .header("Idempotency-Key", key)
        .header("Accept-Language", "en")
        .header("Content-Type", "application/json");
    if let Some(device) = device {
        request = request.header("Tantu-Device", device);
    }
    app.send(request.body(Body::from(body.to_string())).unwrap()).await
}

fn ids(told: &Value) -> Vec<&str> {
    told["causes"].as_array().unwrap().iter().map(|cause| cause["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_key_is_registered_and_revoked_by_its_holder() {
    let app = TestApp::start().await;
    let (payer, stranger) = (app.payer(0).await, app.payer(0).await);
    let phone = Phone::of(&app, &payer).await;
    let (account, id): (AccountId, DeviceKeyId) = (payer.account.parse().unwrap(), phone.id.parse().unwrap());
    assert_eq!(id.shard(), account.shard());
    let path = format!("/v1/device-keys/{id}");
    let before = app.store.changes();
    let theirs = app.ask(Method::DELETE, &path, &stranger.session, None).await.expect(404);
    let nobodys = format!("dev_{}", "0".repeat(26));
    let none = format!("/v1/device-keys/{nobodys}");
    let none = app.ask(Method::DELETE, &none, &stranger.session, None).await.expect(404);
    assert_eq!(theirs.json()["detail"].as_str().unwrap().replace(&phone.id, &nobodys), none.json()["detail"]);
    assert_eq!(app.store.changes(), before);
    let revoked = app.ask(Method::DELETE, &path, &payer.session, None).await.expect(200);
    assert_eq!(revoked.json()["revoked_at"], "2026-11-22T12:00:00+08:00");
    let again = app.ask(Method::DELETE, &path, &payer.session, None).await.expect(200);
    assert_eq!(again.text, revoked.text);
    assert_eq!(app.store.changes(), before + 1);
}

#[tokio::test]
async fn what_is_no_key_is_not_registered() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let key = Ed25519KeyPair::generate().unwrap();
    let raw = STANDARD.encode(key.public_key().as_ref());
    let before = app.store.changes();
    let table = [
        (json!({}), "missing-field", "public_key"),
        (json!({ "public_key": "" }), "invalid-field", "public_key"),
        (json!({ "public_key": "?" }), "invalid-field", "public_key"),
        (json!({ "public_key": raw }), "invalid-field", "public_key"),
        (json!({ "public_key": public_key(&key), "name": "my phone" }), "unknown-field", "name"),
    ];
    for (body, kind, field) in table {
        let problem = app.post("/v1/device-keys", &payer.session, body.clone()).await.expect(400).json();
        assert_eq!(problem["type"], format!("urn:tantu:problem:{kind}"), "{body}");
        assert_eq!(problem["field"], field, "{body}");
    }
    assert_eq!(app.store.changes(), before);
}

#[tokio::test]
async fn a_clock_may_be_300_seconds_off_and_no_more() {
    let app = TestApp::start().await;
    let payer = app.payer(10_000).await;
    let phone = Phone::of(&app, &payer).await;
    for off in [0, 300, -300] {
        let order = app.order(&payer, &payer.wallet, 100);
        let header = phone.says(&app, off, &order_line(&order));
        send(&app, "/v1/payments", &format!("k{off}"), Some(&header), &order).await.expect(201);
    }
    for off in [301, -301, -86_400 * 400] {
        let order = app.order(&payer, &payer.wallet, 100);
        let header = phone.says(&app, off, &order_line(&order));
        let refused = send(&app, "/v1/payments", &format!("k{off}"), Some(&header), &order).await.expect(402).json();
        assert_eq!(ids(&refused)[0], "device.clock_skew");
        assert_eq!(refused["causes"][0]["evidence"], json!({ "skew_seconds": off, "allowed_seconds": 300 }));
        assert_eq!(refused["can_pay_with"], json!([]), "it stops every instrument");
        let steps = refused["plan"]["steps"].as_array().unwrap();
        let steps: Vec<&str> = steps.iter().map(|step| step["operation"].as_str().unwrap()).collect();
        assert_eq!(steps, ["set_clock_automatic", "recheck", "resume"]);
        // The payer sets his clock right, and the same order is paid.
        let payment = refused["payment"].as_str().unwrap();
        let path = format!("/v1/payments/{payment}/resume");
        let header = phone.says(&app, 0, &format!("payment {payment}"));
        let paid = send(&app, &path, &format!("r{off}"), Some(&header), &json!({})).await.expect(200).json();
        assert_eq!(paid["state"], "succeeded");
    }
}

#[tokio::test]
async fn what_does_not_verify_gets_one_answer_and_stores_nothing() {
    let app = TestApp::start().await;
    let (payer, other) = (app.payer(10_000).await, app.payer(10_000).await);
    let (phone, revoked, foreign) =
        (Phone::of(&app, &payer).await, Phone::of(&app, &payer).await, Phone::of(&app, &other).await);
    let path = format!("/v1/device-keys/{}", revoked.id);
    app.ask(Method::DELETE, &path, &payer.session, None).await.expect(200);
    let order = app.order(&payer, &payer.wallet, 100);
    let (line, now) = (order_line(&order), app.clock.wall().to_string());
    let signed = |text: &str| phone.signs(&now, text);
    let good = signed(&format!("tantu-device-v1\n{now}\n{line}"));
    let spoiled = |what: &str| signed(&format!("tantu-device-v1\n{now}\n{what}"));
    let table = [
        ("unknown key", good.replace(&phone.id, "dev_00000000000000000000000007")),
        ("revoked key", revoked.says(&app, 0, &line)),
        ("another payer's key", foreign.says(&app, 0, &line)),
        ("another key's signature", revoked.says(&app, 0, &line).replace(&revoked.id, &phone.id)),
        ("another amount", spoiled(&line.replace(" 100 ", " 101 "))),
        ("another order", spoiled(&line.replace("order-", "order+"))),
        ("another purpose", signed(&format!("tantu-device-v2\n{now}\n{line}"))),
        ("another time", good.replace("04:00:00Z", "04:00:01Z")),
        ("the same instant written in another way", good.replace("04:00:00Z", "12:00:00+08:00")),
        ("no signature at all", format!("{}signature=", good.split_once("signature=").unwrap().0)),
    ];
    let before = app.store.changes();
    let mut told = Vec::new();
    for (name, header) in &table {
        let reply = send(&app, "/v1/payments", "k", Some(header), &order).await;
        assert_eq!(reply.status, 401, "{name}: {}", reply.text);
        assert_eq!(reply.header("www-authenticate"), "Tantu-Device", "{name}");
        let problem = reply.json();
        assert_eq!(problem["type"], "urn:tantu:problem:device-unverified", "{name}");
        assert_eq!(problem["field"], "Tantu-Device", "{name}");
        told.push(reply.text.replace("04:00:01Z", "04:00:00Z").replace("12:00:00+08:00", "04:00:00Z"));
    }
    assert!(told.iter().all(|text| *text == told[0]), "nobody learns whose keys there are: {told:#?}");
    for header in ["", "key=1", "Bearer x", &good.replace(", ", "; ")] {
        let problem = send(&app, "/v1/payments", "k", Some(header), &order).await.expect(400).json();
        assert_eq!(problem["type"], "urn:tantu:problem:invalid-header", "{header}");
        assert_eq!(problem["field"], "Tantu-Device", "{header}");
    }
    assert_eq!(app.store.changes(), before);
    // The twin: the good one is taken, under the same key.
    send(&app, "/v1/payments", "k", Some(&good), &order).await.expect(201);
}

#[tokio::test]
async fn a_repetition_signed_anew_gets_the_first_answer() {
    let app = TestApp::start().await;
    let payer = app.payer(10_000).await;
    let phone = Phone::of(&app, &payer).await;
    let order = app.order(&payer, &payer.wallet, 100);
    let at = |off| phone.says(&app, off, &order_line(&order));
    let first = send(&app, "/v1/payments", "k", Some(&at(1_000)), &order).await.expect(402);
    for device in [Some(at(1_000)), Some(at(0)), None] {
        let again = send(&app, "/v1/payments", "k", device.as_deref(), &order).await;
        assert_eq!(again.text, first.text, "{device:?}");
    }
    // What does not verify is no repetition of anything.
    let forged = at(0).replace("Z, signature=", "+00:00, signature=");
    send(&app, "/v1/payments", "k", Some(&forged), &order).await.expect(401);
}

#[tokio::test]
async fn each_request_has_its_own_line() {
    let app = TestApp::start().await;
    let payer = app.payer(1_000).await;
    let phone = Phone::of(&app, &payer).await;
    let payment = app.refused(&payer, 2_000).await;
    let preflight = json!({ "account": payer.account, "amount": { "amount": 700, "currency": "CNY" } });
    let resume = format!("/v1/payments/{payment}/resume");
    let lines = [
        (resume.as_str(), format!("payment {payment}"), json!({})),
        ("/v1/preflight", "amount 700 CNY".into(), preflight),
    ];
    for (path, line, body) in &lines {
        for (_, other, _) in lines.iter().filter(|(other, _, _)| other != path) {
            let wrong = phone.says(&app, 0, other);
            send(&app, path, "wrong", Some(&wrong), body).await.expect(401);
        }
        let late = phone.says(&app, -301, line);
        let told = send(&app, path, "late", Some(&late), body).await.json();
        assert_eq!(ids(&told)[0], "device.clock_skew", "{path}: {told}");
        let right = phone.says(&app, 7, line);
        let told = send(&app, path, "right", Some(&right), body).await.json();
        assert!(!ids(&told).contains(&"device.clock_skew"), "{path}: {told}");
    }
    // An action is about its payment, like a resumption.
    let (actions, proof) = (format!("/v1/payments/{payment}/actions"), json!({ "proof": "prf_nobody" }));
    let wrong = phone.says(&app, 0, "amount 700 CNY");
    send(&app, &actions, "a", Some(&wrong), &proof).await.expect(401);
    let right = phone.says(&app, 0, &format!("payment {payment}"));
    let problem = send(&app, &actions, "a", Some(&right), &proof).await.expect(409).json();
    assert_eq!(problem["type"], "urn:tantu:problem:proof-spent");
    // Somebody else's phone is not heard about this payer's money, even by those who may ask.
    let foreign = Phone::of(&app, &app.payer(0).await).await;
    let (path, line, body) = &lines[1];
    send(&app, path, "foreign", Some(&foreign.says(&app, 0, line)), body).await.expect(401);
}

#[tokio::test]
async fn a_report_is_answered_for_everybody_and_kept_for_payers() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let refused = app.refused(&payer, 100).await;
    let cashier = app.secret.cashier_token(refused.parse().unwrap());
    let clock = |time: &str| json!({ "clock": { "device_time": time, "tls_error": "certificate_not_yet_valid" } });
    let off = clock("2025-11-22T12:00:00+08:00");
    let before = app.store.changes();
    for token in ["", MERCHANT, STAFF, &cashier] {
        let told = app.post("/v1/device-reports?lang=en", token, off.clone()).await.expect(201).json();
        assert_eq!(ids(&told), ["device.clock_skew"]);
        let evidence = json!({ "skew_seconds": -31_536_000, "allowed_seconds": 300 });
        assert_eq!(told["causes"][0]["evidence"], evidence);
        assert_eq!(told["causes"][0]["remedies"][0]["operation"], "set_clock_automatic");
        assert_eq!((told.get("id"), told.get("plan")), (None, None));
    }
    for (time, expected) in [("2026-11-22T12:05:00+08:00", 0), ("2026-11-22T03:54:59Z", 1), ("2026-11-22T03:55:00Z", 0)]
    {
        let told = app.post("/v1/device-reports", "", clock(time)).await.expect(201).json();
        assert_eq!(ids(&told).len(), expected, "{time}");
    }
    assert_eq!(app.store.changes(), before, "nobody's reports are kept nowhere");
    let mut full = off;
    full["payment"] = json!(refused);
    full["power"] = json!({ "percent": 3, "charging": false });
    let told = app.post("/v1/device-reports", &payer.session, full).await.expect(201).json();
    assert_eq!(ids(&told), ["device.clock_skew"], "low power stops no payment");
    assert_eq!(told["plan"]["steps"][2]["href"], format!("/v1/payments/{refused}/resume"));
    let id: DeviceReportId = told["id"].as_str().unwrap().parse().unwrap();
    let device_time: Timestamp = "2025-11-22T04:00:00Z".parse().unwrap();
    let kept = DeviceReport {
        id,
        account: payer.account.parse().unwrap(),
        payment: Some(refused.parse().unwrap()),
        received_at: app.clock.wall(),
        clock: Some(ClockReport { device_time, tls_error: Some(TlsError::NotYetValid) }),
        power: Some(PowerReport { percent: 3, charging: false }),
    };
    assert_eq!(app.store.device_report(id).unwrap(), Some(kept));
}

#[tokio::test]
async fn a_report_never_says_more_of_a_payment_than_is_true() {
    let app = TestApp::start().await;
    let payer = app.payer(1_000).await;
    let alipay = app.alipay(&payer).await;
    let report = |payment: &Value| json!({ "payment": payment, "clock": { "device_time": "2030-01-01T00:00:00Z" } });
    let paid = app.post("/v1/payments", MERCHANT, app.order(&payer, &payer.wallet, 100)).await.expect(201).json();
    let told = app.post("/v1/device-reports", &payer.session, report(&paid["id"])).await.expect(201).json();
    assert_eq!(ids(&told), Vec::<&str>::new(), "what is paid needs no explanation");
    app.mood(Mood::Silent);
    let silent = app.post("/v1/payments", MERCHANT, app.order(&payer, &alipay, 100)).await.expect(202).json();
    let told = app.post("/v1/device-reports?lang=en", &payer.session, report(&silent["id"])).await.expect(201).json();
    assert_eq!(told["plan"]["steps"][0]["operation"], "await_result");
    assert!(told["causes"][0]["money"].as_str().unwrap().contains("don't pay again"), "{told}");
}

#[tokio::test]
async fn a_report_that_does_not_fit_says_which_field() {
    let app = TestApp::start().await;
    let (payer, stranger) = (app.payer(0).await, app.payer(0).await);
    let theirs = app.refused(&stranger, 100).await;
    let clock = json!({ "device_time": "2026-11-22T12:00:00+08:00" });
    let table = [
        (json!({}), 400, "clock"),
        (json!({ "clock": {} }), 400, "clock.device_time"),
        (json!({ "clock": { "device_time": "noon" } }), 400, "clock.device_time"),
        (json!({ "clock": { "device_time": "2026-11-22T12:00:00" } }), 400, "clock.device_time"),
        (json!({ "clock": { "device_time": "2026-11-22T12:00:00Z", "tls_error": "expired" } }), 400, "clock.tls_error"),
        (json!({ "clock": clock, "colour": "red" }), 400, "colour"),
        (json!({ "clock": { "device_time": "2026-11-22T12:00:00Z", "zone": "x" } }), 400, "clock.zone"),
        (json!({ "power": { "percent": 101, "charging": true } }), 400, "power.percent"),
        (json!({ "power": { "percent": -1, "charging": true } }), 400, "power.percent"),
        (json!({ "power": { "percent": 1 } }), 400, "power.charging"),
        (json!({ "clock": clock, "payment": "pay_x" }), 404, "payment"),
        (json!({ "clock": clock, "payment": theirs }), 404, "payment"),
    ];
    let before = app.store.changes();
    for (report, status, field) in &table {
        for token in ["", &payer.session] {
            let reply = app.post("/v1/device-reports", token, report.clone()).await;
            assert_eq!((reply.status, &reply.json()["field"]), (*status, &json!(field)), "{report}: {}", reply.text);
        }
        let question = json!({ "device_report": report });
        let problem = app.post("/v1/diagnoses", "", question).await.expect(*status).json();
        assert_eq!(problem["field"], format!("device_report.{field}"), "{report}");
    }
    let large = format!("{{\"power\":{{\"percent\":1,\"charging\":true}}{}}}", " ".repeat(16 * 1024));
    let request = Request::builder().method(Method::POST).uri("/v1/device-reports");
    let request = request.header("Content-Type", "application/json").body(Body::from(large)).unwrap();
    app.send(request).await.expect(413);
    assert_eq!(app.store.changes(), before);
}

#[tokio::test]
async fn a_diagnosis_reads_what_a_device_shows() {
    let app = TestApp::start().await;
    let payer = app.payer(0).await;
    let refused = app.refused(&payer, 100).await;
    let ask = |token: String, report: Value| {
        let app = &app;
        async move { app.post("/v1/diagnoses?lang=en", &token, json!({ "device_report": report })).await }
    };
    let off = json!({ "device_time": "2026-11-22T12:10:00+08:00", "tls_error": "certificate_expired" });
    let told = ask(String::new(), json!({ "clock": off })).await.expect(200).json();
    assert_eq!((&told["result"], &told["resend_same_order"]), (&json!("declined"), &json!(true)));
    assert_eq!(ids(&told), ["device.clock_skew"]);
    let right = json!({ "device_time": "2026-11-22T12:00:01+08:00" });
    let told = ask(String::new(), json!({ "clock": right })).await.expect(200).json();
    assert_eq!((&told["result"], &told["resend_same_order"]), (&json!("unrecognised"), &json!(false)));
    assert_eq!(ids(&told), Vec::<&str>::new());
    let told = ask(payer.session.clone(), json!({ "clock": off, "payment": refused })).await.expect(200).json();
    assert_eq!((&told["result"], &told["resend_same_order"]), (&json!("declined"), &json!(false)));
    assert_eq!(ids(&told), ["device.clock_skew", "funds.insufficient_balance"]);
    ask(app.payer(0).await.session, json!({ "clock": off, "payment": refused })).await.expect(404);
    for (second, body) in [
        ("device_report", json!({ "code": "51", "device_report": { "clock": off } })),
        ("device_report", json!({ "payment": refused, "device_report": { "clock": off } })),
        ("channel", json!({ "channel": "alipay", "device_report": { "clock": off } })),
    ] {
        let problem = app.post("/v1/diagnoses", MERCHANT, body).await.expect(400).json();
        assert_eq!(problem["field"], second);
    }
}
