//! A merchant's address for notifications: collects what comes and answers with the statuses it was told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use tokio::sync::mpsc;

use crate::client::Fields;

/// The listener; `statuses` are given in turn, then 200.
pub(crate) struct Listener {
    pub(crate) url: String,
    received: mpsc::UnboundedReceiver<(HeaderMap, Bytes)>,
}

impl Listener {
    pub(crate) async fn start(statuses: &[u16]) -> Self {
        let left = Arc::new(Mutex::new(statuses.iter().rev().copied().collect::<Vec<_>>()));
        let (sender, received) = mpsc::unbounded_channel();
        let answer = move |headers: HeaderMap, body: Bytes| {
            sender.send((headers, body)).ok();
            let status = left.lock().unwrap().pop().unwrap_or(200);
            async move { StatusCode::from_u16(status).unwrap() }
        };
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/notify", socket.local_addr().unwrap());
        let router = axum::Router::new().route("/notify", post(answer));
        tokio::spawn(async move { axum::serve(socket, router).await });
        Self { url, received }
    }

    /// The next post as it came; waits for it.
    pub(crate) async fn next_raw(&mut self) -> (HeaderMap, Bytes) {
        let next = tokio::time::timeout(Duration::from_secs(20), self.received.recv()).await;
        next.expect("a post within 20 s").expect("the listener runs")
    }

    /// The next notification's fields.
    pub(crate) async fn next(&mut self) -> Fields {
        let (_, body) = self.next_raw().await;
        url::form_urlencoded::parse(&body).into_owned().collect::<BTreeMap<_, _>>()
    }

    /// Whether something has come already.
    pub(crate) fn has_come(&mut self) -> bool {
        self.received.try_recv().is_ok()
    }
}
