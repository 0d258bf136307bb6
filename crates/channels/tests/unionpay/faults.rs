//! A channel that is slow, cut off, or talks nonsense: every one of it is undecided, and nothing is sent twice.

use std::time::Duration;

use axum::http::StatusCode;
use tantu_channels::Charge;
use tantu_channels::card::CardBinding;
use tantu_channels::unionpay::UnionPayConfig;
use tantu_domain::attempt::AttemptReport;
use tantu_domain::card::{BindingReport, CodeReport};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use crate::bindings;
use crate::charges::order;
use crate::stub::{Reply, Stub, attempt, binding, config, connect, word};

/// Every call, and whether it was undecided with nothing more known.
async fn all_are_without_an_answer(stub: &Stub, reply: &str) {
    let unionpay = &stub.unionpay;
    assert_eq!(unionpay.charge(&order()).await, AttemptReport::NoAnswer, "{reply}");
    assert_eq!(Charge::query(unionpay, attempt()).await, AttemptReport::NoAnswer, "{reply}");
    assert_eq!(unionpay.cancel(attempt()).await.report, AttemptReport::NoAnswer, "{reply}");
    assert_eq!(unionpay.open(&bindings::order(), None).await, BindingReport::NoAnswer, "{reply}");
    assert_eq!(CardBinding::query(unionpay, binding()).await, BindingReport::NoAnswer, "{reply}");
    assert_eq!(CardBinding::send_code(unionpay, &bindings::order()).await, CodeReport::NoAnswer, "{reply}");
    assert_eq!(stub.requests().len(), 6, "one call is one request");
}

#[tokio::test]
async fn nonsense_is_undecided() {
    let long = format!("respCode=00&x={}", "1".repeat(64 * 1024));
    for body in ["", "<html>502</html>", "respCode=00", "respCode=00&respCode=00", "{\"respCode\":\"00\"}", &long] {
        let stub = Stub::start(vec![Reply::Raw(StatusCode::OK, body.to_owned()); 6]).await;
        all_are_without_an_answer(&stub, body.get(..20).unwrap_or(body)).await;
    }
}

#[tokio::test]
async fn a_status_is_a_fault_whatever_stands_in_it() {
    for (status, code) in [
        (StatusCode::BAD_GATEWAY, "http_502"),
        (StatusCode::NOT_FOUND, "http_404"),
        (StatusCode::NO_CONTENT, "http_204"),
        // Followed nowhere.
        (StatusCode::FOUND, "http_302"),
    ] {
        let stub = Stub::start(vec![Reply::Raw(status, "respCode=00".to_owned())]).await;
        let expected = AttemptReport::Fault(word(code, status.canonical_reason().unwrap()));
        assert_eq!(stub.unionpay.charge(&order()).await, expected);
        assert_eq!(stub.requests().len(), 1);
    }
}

#[tokio::test]
async fn silence_ends_by_our_time_out_and_is_undecided() {
    let short = |config| UnionPayConfig { timeout: Duration::from_millis(200), ..config };
    let stub = Stub::start_with(vec![Reply::Silence, Reply::Silence], short).await;
    assert_eq!(stub.unionpay.charge(&order()).await, AttemptReport::NoAnswer);
    assert_eq!(Charge::query(&stub.unionpay, attempt()).await, AttemptReport::NoAnswer);
}

#[tokio::test]
async fn a_cut_or_refused_connection_is_undecided() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let unionpay = connect(&config(&format!("http://{address}/gateway/api/")));
    let cutting = async {
        // The request is read, then the connection is cut.
        let (mut connection, _) = listener.accept().await.unwrap();
        let mut read = [0; 1024];
        assert!(connection.read(&mut read).await.unwrap() > 0);
    };
    let order = order();
    let (report, ()) = tokio::join!(unionpay.charge(&order), cutting);
    assert_eq!(report, AttemptReport::NoAnswer);
    drop(listener);
    assert_eq!(unionpay.charge(&order).await, AttemptReport::NoAnswer);
}
