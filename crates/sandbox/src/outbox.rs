//! What is posted to a merchant's server without being asked for, and what became of it.
//!
//! The channels differ in what they write, in what counts as an acknowledgement and in when they repeat; the way out is
//! the same: to loopback addresses only, without proxy and without following redirects.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use url::Url;

use crate::SandboxError;
use crate::loopback;

const PATIENCE: Duration = Duration::from_secs(5);

/// The content type of a form.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

/// One written text on its way.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    /// Its place in the outbox.
    pub(crate) index: usize,
    pub(crate) url: String,
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
}

/// What became of it so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Delivery {
    pub(crate) delivered: bool,
    pub(crate) attempts: u32,
    pub(crate) last_answer: Option<String>,
}

/// Sends letters about notices `N`, and remembers what became of them.
pub(crate) struct Outbox<N> {
    client: reqwest::Client,
    acknowledges: fn(StatusCode, &str) -> bool,
    records: Mutex<Vec<(N, Delivery)>>,
}

impl<N: Clone> Outbox<N> {
    /// `acknowledges` says whether an answer means that it need not come again.
    pub(crate) fn new(acknowledges: fn(StatusCode, &str) -> bool) -> Result<Self, SandboxError> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .map_err(|error| SandboxError::Client(error.to_string()))?;
        Ok(Self { client, acknowledges, records: Mutex::new(Vec::new()) })
    }

    pub(crate) fn records(&self) -> Vec<(N, Delivery)> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes that it exists; the number is the letter's index.
    pub(crate) fn add(&self, notice: N) -> usize {
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        records.push((notice, Delivery::default()));
        records.len().saturating_sub(1)
    }

    fn note(&self, index: usize, delivered: bool, answer: String) {
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, delivery)) = records.get_mut(index) {
            delivery.attempts = delivery.attempts.saturating_add(1);
            delivery.delivered |= delivered;
            delivery.last_answer = Some(answer);
        }
    }

    /// One attempt; whether it was acknowledged.
    pub(crate) async fn attempt(&self, letter: &Letter) -> bool {
        let address = Url::parse(&letter.url).ok().filter(loopback::is_loopback_url);
        let Some(address) = address else {
            self.note(letter.index, false, "not sent: the address given is no loopback address".to_owned());
            return false;
        };
        let request = self.client.post(address).header(CONTENT_TYPE, letter.content_type);
        let answer = match request.body(letter.body.clone()).send().await {
            Ok(response) => {
                let status = response.status();
                let text = response.text().await.unwrap_or_default();
                if (self.acknowledges)(status, &text) {
                    self.note(letter.index, true, text);
                    return true;
                }
                let text: String = text.chars().take(80).collect();
                format!("{status}: {text}")
            }
            Err(error) => format!("no answer: {error}"),
        };
        self.note(letter.index, false, answer);
        false
    }
}
