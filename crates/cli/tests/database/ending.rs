//! SIGTERM: a server finishes what is under way, tells everybody to go elsewhere, and ends with 0.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use tantu_cluster::DATABASE;

use crate::database::stage::{Shop, cluster, serve};

/// A request that is half sent when the server is told to end.
fn half_a_request(shop: &Shop) -> (TcpStream, String) {
    let body = shop.order("half").to_string();
    let (first, rest) = body.split_at(body.len() / 2);
    let mut caller = TcpStream::connect(shop.base.trim_start_matches("http://")).unwrap();
    write!(
        caller,
        "POST /v1/payments HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nIdempotency-Key: half\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{first}",
        shop.api_key,
        body.len()
    )
    .unwrap();
    (caller, rest.to_owned())
}

#[tokio::test]
async fn sigterm_ends_a_server_without_breaking_anything_off() {
    let cluster = cluster();
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    std::fs::write(&config, "[server]\ndrain_seconds = 4\n").unwrap();
    let more = ["--config", config.to_str().unwrap()];
    let mut shop = Shop::open(cluster.url(DATABASE), &more).await;
    let (_other, elsewhere) = serve(&shop.database, &[]).await;
    let (mut caller, rest) = half_a_request(&shop);
    // Whoever keeps a connection open and asks nothing holds nothing up.
    let _idle = TcpStream::connect(shop.base.trim_start_matches("http://")).unwrap();
    assert_eq!(shop.trouble("serving").await, None);
    shop.process.terminate();
    let mut said = None;
    for _ in 0..200 {
        said = shop.trouble("serving").await;
        if said.is_some() {
            break;
        }
    }
    assert_eq!(said.as_deref(), Some("draining"));
    // It is still taken, because somebody may not have heard yet.
    let late = shop.pay("late").await;
    assert_eq!(late.status, 201, "{late:?}");
    // When nobody is let in any more, the one who was in is still served.
    while TcpStream::connect(shop.base.trim_start_matches("http://")).is_ok() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    write!(caller, "{rest}").unwrap();
    let mut answer = String::new();
    caller.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201") && answer.contains("connection: close"), "{answer}");
    assert_eq!(shop.process.ended().await, Some(0));
    // The other server knows what both have done.
    shop.base = elsewhere;
    shop.has_paid(&[("late", &late)]).await;
    let half = shop.pay("half").await;
    assert!(half.status == 201 && answer.contains(half.body["id"].as_str().unwrap()), "{half:?}");
}
