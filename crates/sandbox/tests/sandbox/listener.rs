//! A merchant's address for notifications: collects what comes and answers as told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::routing::post;
use tokio::sync::mpsc;

pub(crate) type Fields = BTreeMap<String, String>;

/// The listener; `answers` are given in turn, then `success`.
pub(crate) struct Listener {
    pub(crate) url: String,
    received: mpsc::UnboundedReceiver<Fields>,
}

impl Listener {
    pub(crate) async fn start(answers: &[&str]) -> Self {
        let mut left: Vec<String> = answers.iter().rev().map(|answer| (*answer).to_owned()).collect();
        left.insert(0, "success".to_owned());
        let left = Arc::new(Mutex::new(left));
        let (sender, received) = mpsc::unbounded_channel();
        let answer = move |body: Bytes| {
            let fields: Fields = url::form_urlencoded::parse(&body).into_owned().collect();
            sender.send(fields).ok();
            let mut left = left.lock().unwrap();
            let answer = if left.len() > 1 { left.pop().unwrap() } else { left[0].clone() };
            async move { answer }
        };
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/notify", socket.local_addr().unwrap());
        let router = axum::Router::new().route("/notify", post(answer));
        tokio::spawn(async move { axum::serve(socket, router).await });
        Self { url, received }
    }

    /// The next notification; waits for it.
    pub(crate) async fn next(&mut self) -> Fields {
        let next = tokio::time::timeout(Duration::from_secs(20), self.received.recv()).await;
        next.expect("a notification within 20 s").expect("the listener runs")
    }

    /// What has come already.
    pub(crate) fn ready(&mut self) -> Option<Fields> {
        self.received.try_recv().ok()
    }
}

/// The string that a notification's signature covers.
pub(crate) fn signed_text(fields: &Fields, left_out: &[&str]) -> String {
    let kept = fields.iter().filter(|(name, value)| !left_out.contains(&name.as_str()) && !value.is_empty());
    kept.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}
