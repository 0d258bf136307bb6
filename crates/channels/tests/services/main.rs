//! The sender of text messages and the registry, against a small server of our own.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tantu_channels::registry::{Finding, Registry, RegistryService, Verification};
use tantu_channels::secret::Secret;
use tantu_channels::sms::{
    Message, MessageState, Receipt, ServiceConfig, ServiceConfigError, ServiceError, Sms, SmsService,
};
use tokio::net::TcpListener;
use url::Url;

/// What came: the method and path, the key, and the body.
type Seen = Arc<Mutex<Vec<(String, String, String)>>>;

/// A server that says the same to everything; `None` is silence.
async fn serve(reply: Option<(StatusCode, String)>) -> (ServiceConfig, Seen) {
    let seen = Seen::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(answer).with_state((reply, Arc::clone(&seen)));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (config(&format!("http://{address}/box")), seen)
}

async fn answer(
    State((reply, seen)): State<(Option<(StatusCode, String)>, Seen)>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> Response {
    let key = headers["authorization"].to_str().unwrap().to_owned();
    seen.lock().unwrap().push((format!("{method} {uri}"), key, body));
    match reply {
        Some((status, body)) => (status, [("location", "/elsewhere")], body).into_response(),
        None => std::future::pending().await,
    }
}

fn config(base: &str) -> ServiceConfig {
    ServiceConfig {
        base: Url::parse(base).unwrap(),
        key: Secret::new("sk_canary"),
        timeout: Duration::from_millis(500),
        connect_timeout: Duration::from_millis(500),
    }
}

fn message() -> Message {
    let values = BTreeMap::from([("code".to_owned(), Secret::new("314159"))]);
    Message { id: "sms_1".to_owned(), to: Secret::new("13900139000"), template: "code".to_owned(), values }
}

fn verification() -> Verification {
    Verification {
        id: "ver_1".to_owned(),
        name: Secret::new("张三"),
        document: Secret::new("110101199003070000"),
        phone: None,
        card: None,
    }
}

fn receipt(state: MessageState) -> Receipt {
    Receipt { id: "sms_1".to_owned(), state, at: None, reason: None }
}

#[tokio::test]
async fn a_message_is_sent_and_asked_about() {
    let (config, seen) = serve(Some((StatusCode::ACCEPTED, r#"{"id":"sms_1","state":"queued"}"#.to_owned()))).await;
    let sms = SmsService::new(&config).unwrap();
    assert_eq!(sms.send(&message()).await, Ok(receipt(MessageState::Queued)));
    assert_eq!(sms.receipt("sms_1").await, Ok(receipt(MessageState::Queued)));
    let seen = seen.lock().unwrap().clone();
    assert_eq!(seen[0].0, "POST /box/sms/messages");
    let body: Value = serde_json::from_str(&seen[0].2).unwrap();
    let values = json!({ "code": "314159" });
    assert_eq!(body, json!({ "id": "sms_1", "to": "13900139000", "template": "code", "values": values }));
    assert_eq!(seen[1].0, "GET /box/sms/messages/sms_1");
    assert!(seen.iter().all(|(_, key, _)| key == "Bearer sk_canary"));
}

#[tokio::test]
async fn what_a_receipt_says() {
    for (state, expected) in [
        ("queued", MessageState::Queued),
        ("delayed", MessageState::Delayed),
        ("delivered", MessageState::Delivered),
        ("rejected", MessageState::Rejected),
        ("delivered_unread", MessageState::DeliveredUnread),
    ] {
        let body = json!({ "id": "sms_1", "state": state, "at": "2026-11-22T04:00:00Z", "reason": "r", "new": 1 });
        let (config, _) = serve(Some((StatusCode::OK, body.to_string()))).await;
        let receipt = SmsService::new(&config).unwrap().receipt("sms_1").await.unwrap();
        assert_eq!((receipt.state, receipt.state.id()), (expected, state));
        assert_eq!((receipt.at, receipt.reason.as_deref()), (Some("2026-11-22T04:00:00Z".parse().unwrap()), Some("r")));
    }
}

#[tokio::test]
async fn what_the_registry_says() {
    for (result, expected) in [
        ("match", Finding::Match),
        ("mismatch", Finding::Mismatch),
        ("no_record", Finding::NoRecord),
        ("unavailable", Finding::Unavailable),
    ] {
        let (config, seen) =
            serve(Some((StatusCode::OK, json!({ "id": "ver_1", "result": result }).to_string()))).await;
        let registry = RegistryService::new(&config).unwrap();
        assert_eq!(registry.verify(&verification()).await, Ok(expected));
        assert_eq!(expected.id(), result);
        let four = Verification {
            phone: Some(Secret::new("13900139000")),
            card: Some(Secret::new("6226388000000095")),
            ..verification()
        };
        assert_eq!(registry.verify(&four).await, Ok(expected));
        let seen = seen.lock().unwrap().clone();
        let bodies: Vec<Value> = seen.iter().map(|(_, _, body)| serde_json::from_str(body).unwrap()).collect();
        assert_eq!(seen[0].0, "POST /box/registry/verifications");
        assert_eq!(bodies[0], json!({ "id": "ver_1", "name": "张三", "document": "110101199003070000" }));
        assert_eq!((&bodies[1]["phone"], &bodies[1]["card"]), (&json!("13900139000"), &json!("6226388000000095")));
    }
}

#[tokio::test]
async fn what_is_no_answer_is_undecided() {
    use ServiceError::{Fault, NoAnswer, Refused};
    let text = |status, body: &str| Some((status, body.to_owned()));
    for (reply, expected) in [
        (text(StatusCode::OK, ""), NoAnswer),
        (text(StatusCode::OK, "<html>"), NoAnswer),
        (text(StatusCode::OK, r#"{"id":"sms_1","state":"vanished","result":"perhaps"}"#), NoAnswer),
        // Another message's receipt, another question's answer.
        (text(StatusCode::OK, r#"{"id":"other","state":"delivered","result":"match"}"#), NoAnswer),
        (text(StatusCode::OK, &format!(r#"{{"id":"{}"}}"#, "1".repeat(20_000))), NoAnswer),
        (None, NoAnswer),
        (text(StatusCode::BAD_GATEWAY, ""), Fault { status: 502 }),
        (text(StatusCode::TOO_MANY_REQUESTS, ""), Fault { status: 429 }),
        (text(StatusCode::FOUND, ""), Fault { status: 302 }),
        (text(StatusCode::UNAUTHORIZED, ""), Refused { status: 401 }),
        (text(StatusCode::NOT_FOUND, ""), Refused { status: 404 }),
    ] {
        let (config, _) = serve(reply).await;
        let sms = SmsService::new(&config).unwrap();
        assert_eq!(sms.send(&message()).await, Err(expected));
        assert_eq!(sms.receipt("sms_1").await, Err(expected));
        assert_eq!(RegistryService::new(&config).unwrap().verify(&verification()).await, Err(expected));
    }
}

#[test]
fn settings_that_cannot_work() {
    let refused = |config: ServiceConfig| SmsService::new(&config).err();
    let here = || config("http://127.0.0.1:9");
    assert_eq!(refused(config("http://sms.example.com")), Some(ServiceConfigError::Insecure));
    assert_eq!(refused(ServiceConfig { key: Secret::new(""), ..here() }), Some(ServiceConfigError::Key));
    assert_eq!(refused(ServiceConfig { key: Secret::new("a\nb"), ..here() }), Some(ServiceConfigError::Key));
    assert_eq!(refused(here()), None);
    let shown = format!("{:?} {:?} {:?}", here(), message(), verification());
    for secret in ["sk_canary", "13900139000", "314159", "张三", "110101199003070000"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
