//! What the server counts: the names stay, and nobody is named.

use axum::http::Method;

use crate::app::{MERCHANT, STAFF, TestApp};
use crate::channel::Mood;
use crate::wire::{get, serve};

/// Others watch these.
const NAMES: &[&str] = &[
    "tantu_batch_commands histogram",
    "tantu_batches_total counter",
    "tantu_breaker_open gauge",
    "tantu_channel_calls_total counter",
    "tantu_commands_committed_total counter",
    "tantu_commit_seconds histogram",
    "tantu_event_streams gauge",
    "tantu_folds_total counter",
    "tantu_http_requests_total counter",
    "tantu_jobs_late_seconds gauge",
    "tantu_jobs_running gauge",
    "tantu_jobs_taken_total counter",
    "tantu_payments_total counter",
    "tantu_queue_commands gauge",
    "tantu_refusals_total counter",
    "tantu_unfolded_accounts gauge",
    "tantu_unfolded_seconds gauge",
    "tantu_unrecognised_codes_total counter",
];

/// Series that the scene below has made.
const SERIES: &[&str] = &[
    "tantu_payments_total{outcome=\"succeeded\"}",
    "tantu_payments_total{outcome=\"refused\"}",
    "tantu_payments_total{outcome=\"processing\"}",
    "tantu_payments_total{outcome=\"closed\"}",
    "tantu_refusals_total{cause=\"funds.insufficient_balance\"}",
    "tantu_channel_calls_total{channel=\"alipay\",verb=\"charge\",result=\"succeeded\"}",
    "tantu_channel_calls_total{channel=\"alipay\",verb=\"charge\",result=\"no_answer\"}",
    "tantu_breaker_open{channel=\"alipay\"} 0",
    "tantu_jobs_taken_total{origin=\"fresh\"}",
    "tantu_http_requests_total{method=\"POST\",route=\"/v1/payments\",status=\"402\"}",
    "tantu_http_requests_total{method=\"GET\",route=\"none\",status=\"404\"}",
    "tantu_http_requests_total{method=\"other\",route=\"/v1/payments\",status=\"405\"}",
    "tantu_commit_seconds_bucket{le=\"0.001\"}",
    "tantu_batch_commands_bucket{le=\"512\"}",
];

#[tokio::test]
async fn the_names_stay_and_nobody_is_named() {
    let app = TestApp::start().await;
    let payer = app.payer(1_000).await;
    let alipay = app.alipay(&payer).await;
    app.post("/v1/payments", MERCHANT, app.order(&payer, &payer.wallet, 100)).await.expect(201);
    app.post("/v1/payments", MERCHANT, app.order(&payer, &alipay, 100)).await.expect(201);
    let refused = app.refused(&payer, 5_000).await;
    app.ask(Method::POST, &format!("/v1/payments/{refused}/close"), MERCHANT, None).await.expect(200);
    app.mood(Mood::Silent);
    app.post("/v1/payments", MERCHANT, app.order(&payer, &alipay, 100)).await.expect(202);
    app.get("/nowhere/secret", MERCHANT).await.expect(404);
    app.ask(Method::from_bytes(b"BREW").unwrap(), "/v1/payments", MERCHANT, None).await.expect(405);
    let text = app.get("/metrics", STAFF).await.expect(200).text;
    for name in NAMES {
        assert!(text.contains(&format!("# TYPE {name}\n")), "{name} is missing: {text}");
    }
    for series in SERIES {
        assert!(text.lines().any(|line| line.starts_with(series)), "{series} is missing: {text}");
    }
    let types = text.lines().filter(|line| line.starts_with("# TYPE tantu_")).count();
    assert_eq!(types, NAMES.len(), "a new name belongs into the list: {text}");
    for secret in ["pay_", "acc_", "ins_", "att_", "mer_", "tk_", "secret", "BREW"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[tokio::test]
async fn this_machine_needs_no_key_and_everybody_else_a_staff_key() {
    let app = TestApp::start().await;
    for (token, status) in [("", 401), (MERCHANT, 403), (STAFF, 200)] {
        app.get("/metrics", token).await.expect(status);
    }
    let address = serve(app.router.clone()).await;
    let staff = format!("Bearer {STAFF}");
    let merchant = format!("Bearer {MERCHANT}");
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[], "200"),
        // A proxy on this machine brings strangers.
        (&[("X-Forwarded-For", "203.0.113.9")], "401"),
        (&[("Via", "1.1 proxy")], "401"),
        (&[("X-Forwarded-For", "203.0.113.9"), ("Authorization", &staff)], "200"),
        (&[("Authorization", &merchant)], "403"),
    ];
    for (headers, status) in cases {
        let answer = get(address, "/metrics", headers).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{headers:?}: {answer}");
    }
}
