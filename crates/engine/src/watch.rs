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
use crate::error::EngineError;

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

/// Why a process is not ready: the database's own trouble, or its clock.
#[derive(Debug)]
pub enum NotReady {
    /// The database cannot do its work.
    Store(EngineError),
    /// The database's clock and ours are so far apart that one of them is wrong.
    Clock(SignedDuration),
}

/// How far the clocks of a database and of the servers at it may be apart: a third of a lease, so that no process takes a job
/// that another still holds.
pub const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_secs(5);

impl Engine {
    /// Whether the database can do its work, and goes by our time.
    ///
    /// # Errors
    /// [`NotReady`] if it cannot or does not.
    pub async fn database_ready(&self) -> Result<(), NotReady> {
        let clock = self.parts.clock.clone();
        let asked = self.read(move |store| {
            let before = clock.wall();
            Ok((before, store.ping()?, clock.wall()))
        });
        let (before, shown, after) = asked.await.map_err(NotReady::Store)?;
        let apart = shown.map_or(SignedDuration::ZERO, |shown| ahead(shown, before, after));
        if apart.abs() > CLOCK_TOLERANCE { Err(NotReady::Clock(apart)) } else { Ok(()) }
    }

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

/// How far a clock is ahead of ours (behind, if less than nothing), which showed this between two looks at ours. What lies
/// between the two looks is the way there and back, and nobody's error.
fn ahead(shown: Timestamp, before: Timestamp, after: Timestamp) -> SignedDuration {
    if shown > after {
        shown.duration_since(after)
    } else if shown < before {
        shown.duration_since(before)
    } else {
        SignedDuration::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_there_and_back_is_nobodys_error() {
        let at = |second| Timestamp::from_second(second).unwrap();
        // (the database's, ours before, ours after) -> how far it is ahead
        for (shown, before, after, expected) in [(10, 10, 10, 0), (15, 10, 20, 0), (27, 10, 20, 7), (3, 10, 20, -7)] {
            assert_eq!(ahead(at(shown), at(before), at(after)), SignedDuration::from_secs(expected), "{shown}");
        }
    }
}
