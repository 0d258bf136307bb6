//! What the channels were asked and what they let the caller hear, in the order in which it arrived: for whoever has to
//! prove that he keeps to a channel's rules.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde_json::{Value, json};

/// One authenticated call.
#[derive(Clone, Debug)]
struct Heard {
    channel: &'static str,
    call: &'static str,
    order: Option<String>,
    at: Timestamp,
    told: Option<String>,
}

/// The calls of one sandbox.
#[derive(Default)]
pub(crate) struct Calls {
    heard: Mutex<Vec<Heard>>,
}

impl Calls {
    /// Notes that a call has arrived; gives its place. Until it is told otherwise, the caller has heard nothing.
    pub(crate) fn arrived(
        &self,
        channel: &'static str,
        call: &'static str,
        order: Option<String>,
        at: Timestamp,
    ) -> usize {
        self.with(|heard| {
            heard.push(Heard { channel, call, order, at, told: None });
            heard.len().saturating_sub(1)
        })
    }

    /// Notes what its caller was let hear.
    pub(crate) fn told(&self, place: usize, told: String) {
        self.with(|heard| {
            if let Some(call) = heard.get_mut(place) {
                call.told = Some(told);
            }
        });
    }

    /// The calls from a place on.
    pub(crate) fn since(&self, place: usize) -> Vec<Value> {
        self.with(|heard| heard.iter().skip(place).map(view).collect())
    }

    fn with<T>(&self, act: impl FnOnce(&mut Vec<Heard>) -> T) -> T {
        act(&mut self.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn view(call: &Heard) -> Value {
    json!({
        "channel": call.channel,
        "call": call.call,
        "order": call.order,
        "at": call.at.to_string(),
        "told": call.told,
    })
}
