//! What a device measures of its way to us: what is explained, what contradicts itself, and what it should look at.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};

use crate::app::TestApp;

fn ids(told: &Value) -> Vec<&str> {
    told["causes"].as_array().unwrap().iter().map(|cause| cause["id"].as_str().unwrap()).collect()
}

async fn causes(app: &TestApp, report: Value) -> Vec<String> {
    let told = app.post("/v1/device-reports?lang=en", "", report).await.expect(201).json();
    ids(&told).into_iter().map(str::to_owned).collect()
}

fn lookup(asked: &str, resolver: &str, answer: &str, addresses: &[&str]) -> Value {
    let mut one = json!({ "resolver": resolver, "asked": asked, "answer": answer, "took_ms": 12 });
    if !addresses.is_empty() {
        one["addresses"] = json!(addresses);
    }
    one
}

#[tokio::test]
async fn what_a_device_measured_is_explained() {
    let app = TestApp::start().await;
    let before = app.store.changes();
    let open = json!([{ "address": "10.0.0.1", "result": "open" }]);
    let table = [
        (
            json!({ "network": { "lookups": [
                lookup("device", "device", "failing", &[]),
                lookup("system", "192.168.1.1", "no_such_name", &[]),
                lookup("other", "223.5.5.5", "addresses", &["10.0.0.1"]),
            ] } }),
            "network.dns",
        ),
        (
            json!({ "network": { "connections": open, "tls": { "result": "unknown_issuer", "issuer": "CN=Somebody" } } }),
            "network.proxy_interference",
        ),
        (
            json!({ "network": { "probes": { "sent": 20, "lost": 4, "late": 6, "round_trip_ms": 80 } } }),
            "network.unstable",
        ),
        (json!({ "network": { "portal": "http://hotel.example/in?room=7" } }), "network.unstable"),
        (
            json!({ "network": { "connections": open, "tls": { "result": "trusted" },
                "http": { "result": "answered", "status": 200 }, "blocked": ["openapi.alipay.com:443"] } }),
            "device.background_interference",
        ),
        (json!({ "stuck": { "what": "half_open_connections", "count": 9 } }), "device.transient_fault"),
        (json!({ "permissions": [{ "name": "network", "denied": true }] }), "device.permission_denied"),
        (json!({ "permissions": [{ "name": "sms", "denied": true, "needed": true }] }), "device.permission_denied"),
        (json!({ "app": { "name": "tantu-app", "version": "4.9.9" } }), "app.outdated"),
        (json!({ "operation": "bind", "power": { "percent": 3, "charging": false } }), "device.low_power"),
    ];
    for (report, expected) in table {
        assert_eq!(causes(&app, report.clone()).await, [expected], "{report}");
    }
    for healthy in [
        json!({ "power": { "percent": 3, "charging": false } }),
        json!({ "permissions": [{ "name": "camera", "denied": true }] }),
        json!({ "system": { "name": "android", "version": "14.0.0" } }),
        json!({ "stuck": { "what": "half_open_connections", "count": 2 } }),
        json!({ "network": { "connections": open, "tls": { "result": "trusted" }, "http": { "result": "answered", "status": 200 },
            "probes": { "sent": 20, "lost": 0, "late": 1, "round_trip_ms": 80 }, "large_packets": { "large": true, "small": true } } }),
    ] {
        assert_eq!(causes(&app, healthy.clone()).await, Vec::<String>::new(), "{healthy}");
    }
    assert_eq!(app.store.changes(), before, "nobody's reports are kept nowhere");
}

#[tokio::test]
async fn what_is_secret_in_an_address_goes_no_further() {
    let app = TestApp::start().await;
    let portal = json!({ "network": { "portal": "http://me:pw@hotel.example/in?room=7#top" } });
    let told = app.post("/v1/device-reports", "", portal).await.expect(201).json();
    assert_eq!(told["causes"][0]["evidence"]["at"], "http://hotel.example/in");
    let proxy = json!({ "network": { "proxy": { "address": "me:pw@10.0.0.9:3128", "result": "refuses" } } });
    let told = app.post("/v1/device-reports", "", proxy).await.expect(201);
    assert!(!told.text.contains("pw"), "{}", told.text);
}

#[tokio::test]
async fn a_report_that_contradicts_itself_says_where() {
    let app = TestApp::start().await;
    let network = |part: Value| json!({ "network": part });
    let closed = json!([{ "address": "10.0.0.1", "result": "silent" }]);
    let table = [
        (network(json!({ "probes": { "sent": 5, "lost": 4, "late": 2, "round_trip_ms": 9 } })), "probes"),
        (network(json!({ "probes": { "sent": 0, "lost": 0, "late": 0 } })), "probes"),
        (network(json!({ "probes": { "sent": 5, "lost": 5, "late": 0, "round_trip_ms": 9 } })), "probes.round_trip_ms"),
        (network(json!({ "lookups": [lookup("system", "1.2.3.4", "silent", &["10.0.0.1"])] })), "lookups.addresses"),
        (network(json!({ "lookups": [lookup("system", "1.2.3.4", "addresses", &[])] })), "lookups.addresses"),
        (network(json!({ "lookups": [lookup("mine", "1.2.3.4", "silent", &[])] })), "lookups.asked"),
        (network(json!({ "lookups": [lookup("system", "1.2.3.4", "perhaps", &[])] })), "lookups.answer"),
        (network(json!({ "connections": [{ "address": "here", "result": "open" }] })), "connections.address"),
        (network(json!({ "connections": closed, "tls": { "result": "trusted" } })), "tls"),
        (network(json!({ "connections": closed, "http": { "result": "answered", "status": 200 } })), "http"),
        (network(json!({ "http": { "result": "answered", "status": 503 } })), "http.status"),
        (network(json!({ "http": { "result": "silent", "status": 200 } })), "http.status"),
        (network(json!({ "tls": { "result": "cut" }, "http": { "result": "answered", "status": 200 } })), "http"),
        (
            network(json!({ "proxy": { "address": "10.0.0.9:1", "result": "unreachable" },
                "http": { "result": "answered", "status": 200 } })),
            "proxy",
        ),
        (network(json!({ "large_packets": { "large": true, "small": false } })), "large_packets"),
        (network(json!({ "blocked": vec!["a:1"; 17] })), "blocked"),
        (network(json!({ "tunnel": "x".repeat(201) })), "tunnel"),
        (
            json!({ "clock": { "device_time": "2026-11-22T12:00:00+08:00", "tls_error": "certificate_expired" },
                "network": { "tls": { "result": "trusted" } } }),
            "network.tls",
        ),
        (
            json!({ "permissions": [{ "name": "sms", "denied": true }, { "name": "sms", "denied": false }] }),
            "permissions",
        ),
        (json!({ "permissions": [{ "name": "soul", "denied": true }] }), "permissions.name"),
        (json!({ "app": { "name": "tantu-app", "version": "five" } }), "app"),
        (json!({ "configuration": { "edition": "1", "sha256": "ab" } }), "configuration"),
        (json!({ "configuration": { "edition": "1", "sha256": "a".repeat(64) } }), "app"),
        (json!({ "operation": "sleep", "power": { "percent": 3, "charging": false } }), "operation"),
        (json!({ "network": { "colour": "red" } }), "network.colour"),
    ];
    for (report, field) in table {
        let problem = app.post("/v1/device-reports", "", report.clone()).await.expect(400).json();
        let said = problem["field"].as_str().unwrap_or_default();
        assert!(said == field || said == format!("network.{field}"), "{report}: {said}, {}", problem["detail"]);
    }
}

#[tokio::test]
async fn a_device_is_told_what_to_look_at() {
    let app = TestApp::start().await;
    let told = app.ask(Method::GET, "/v1/device-checks", "", None).await.expect(200).json();
    assert_eq!((&told["product"], &told["time"]), (&json!("tantu"), &json!("2026-11-22T12:00:00+08:00")));
    assert_eq!(told["rules"]["clock_skew_seconds"], 300);
    assert_eq!(told["rules"]["apps"][0]["minimum"], "5.0.0");
    assert_eq!((told["seen"]["via"].clone(), told.get("filler")), (json!([]), None));
    let padded = app.ask(Method::GET, "/v1/device-checks?filler=6000", "", None).await.expect(200).json();
    assert_eq!(padded["filler"].as_str().unwrap().len(), 6_000);
    let most = app.ask(Method::GET, "/v1/device-checks?filler=999999", "", None).await.expect(200).json();
    assert_eq!(most["filler"].as_str().unwrap().len(), 8 * 1024);
    let request = Request::builder().method(Method::GET).uri("/v1/device-checks").header("Via", "1.1 office-proxy");
    let seen = app.send(request.body(Body::empty()).unwrap()).await.expect(200).json();
    assert_eq!(seen["seen"]["via"], json!(["1.1 office-proxy"]));
}

#[tokio::test]
async fn what_an_app_says_of_its_phone_must_be_readable() {
    let app = TestApp::start().await;
    let payer = app.payer(10_000).await;
    let order = app.order(&payer, &payer.wallet, 100);
    for wrong in
        ["tantu-app/5.2.0; system=android", "tantu-app/5.2.0; colour=red", "tantu-app/5.2.0; configuration=1/zz"]
    {
        let request = Request::builder()
            .method(Method::POST)
            .uri("/v1/payments")
            .header("Authorization", format!("Bearer {}", crate::app::MERCHANT))
            .header("Idempotency-Key", "one")
            .header("Tantu-Client", wrong)
            .header("Content-Type", "application/json");
        let problem = app.send(request.body(Body::from(order.to_string())).unwrap()).await.expect(400).json();
        assert_eq!(problem["field"], "Tantu-Client", "{wrong}");
    }
}

#[tokio::test]
async fn a_report_that_lies_changes_nothing_of_what_is_decided() {
    let app = TestApp::start().await;
    let payer = app.payer(5_000).await;
    let short = app.refused(&payer, 9_000).await;
    // A device that says all is well talks no cause away, and one that says all is broken stops no payment.
    let well =
        json!({ "device_report": { "payment": short, "stuck": { "what": "half_open_connections", "count": 0 } } });
    let told = app.post("/v1/diagnoses", &payer.session, well).await.expect(200).json();
    assert_eq!(told["causes"][0]["id"], "funds.insufficient_balance", "{told}");
    let broken = json!({ "device_report": {
        "payment": short,
        "power": { "percent": 0, "charging": false },
        "system": { "name": "android", "version": "1.0.0" },
        "network": { "proxy": { "address": "10.0.0.9:3128", "result": "refuses" }, "blocked": ["127.0.0.1:22"] },
    } });
    let told = app.post("/v1/diagnoses", &payer.session, broken).await.expect(200).json();
    let named: Vec<&str> =
        told["causes"].as_array().unwrap().iter().map(|cause| cause["id"].as_str().unwrap()).collect();
    assert!(named.len() > 1 && named.contains(&"funds.insufficient_balance"), "{named:?}");
    let paid = app.post("/v1/payments", crate::app::MERCHANT, app.order(&payer, &payer.wallet, 4_000)).await;
    assert_eq!(paid.json()["state"], "succeeded", "{}", paid.text);
    // Of somebody else's payment nobody reports, and nobody learns whether it is there.
    let other = app.payer(0).await;
    let report = json!({ "payment": short, "power": { "percent": 3, "charging": false } });
    let foreign = app.post("/v1/device-reports", &other.session, report).await.expect(404).json();
    assert_eq!(foreign["field"], "payment", "{foreign}");
}
