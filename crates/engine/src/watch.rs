//! Looking at the engine while it works: a payment as it moves, and the engine's vital signs.
//!
//! Whoever looks holds nothing up and changes nothing.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tantu_domain::channel::Channel;
use tantu_domain::ids::PaymentId;
use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;

use crate::Engine;

/// The bell of one payment.
#[derive(Debug)]
pub struct Watch {
    bell: Arc<Notify>,
    /// Counts every ring since it was made, so that none is missed between a look and the next wait.
    rung: Pin<Box<OwnedNotified>>,
}

impl Watch {
    fn new(bell: Arc<Notify>) -> Self {
        Self { rung: Box::pin(bell.clone().notified_owned()), bell }
    }

    /// Waits until the payment has moved since the last wait (or since the watch began), or for as long as
    /// this at most: what another process does rings no bell here. Look at the payment after it.
    pub async fn moved(&mut self, at_most: Duration) {
        // Which of the two it was does not matter: whoever watches looks either way.
        drop(tokio::time::timeout(at_most, self.rung.as_mut()).await);
        self.rung = Box::pin(self.bell.clone().notified_owned());
    }
}

/// How the engine does now, as far as it is not counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vitals {
    /// How many commands wait for the lane.
    pub queued: usize,
    /// The channels, and whether the breaker of each is open.
    pub breakers: Vec<(Channel, bool)>,
    /// By how much the job that should have run first is late; `None` if the database cannot be read.
    pub jobs_late: Option<SignedDuration>,
}

impl Engine {
    /// Watches a payment. Begin before the first look at it, so that no change is missed.
    pub fn watch(&self, payment: PaymentId) -> Watch {
        Watch::new(self.parts.waiting.bell(payment))
    }

    /// How it does now.
    pub async fn vitals(&self) -> Vitals {
        let (now, wall) = (self.parts.clock.now(), self.parts.clock.wall());
        let late = |due: Timestamp| now.duration_since(due).max(SignedDuration::ZERO);
        let due = self.read(move |store| store.next_due(wall)).await;
        if let Err(error) = &due {
            tracing::warn!(%error, "the next due job cannot be read");
        }
        let mut channels: Vec<Channel> = self.parts.channels.keys().copied().collect();
        channels.sort_by_key(|channel| channel.id());
        Vitals {
            queued: self.parts.lane.queued(),
            breakers: channels.into_iter().map(|channel| (channel, self.parts.breakers.is_open(channel))).collect(),
            jobs_late: due.ok().map(|due| due.map_or(SignedDuration::ZERO, late)),
        }
    }
}
