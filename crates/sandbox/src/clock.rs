//! The two times of the sandbox.
//!
//! Real time stands in everything that is signed or dated for transport (`timestamp`, `notify_time`).
//! The business time decides what has expired. It is real time plus an offset that only grows, because
//! the books keep moments that have already happened, and no rule of Alipay knows how to take them back.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

/// What a reader of the clock sees: how far it was moved, and how many times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) offset: SignedDuration,
    pub(crate) version: u64,
}

/// Why the clock was not moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClockRefusal {
    /// It would go back.
    Backwards,
    /// It would leave the range of times that can be written down.
    TooFar,
}

/// The business clock; shared, and cheap to read.
pub(crate) struct Clock {
    state: watch::Sender<Reading>,
}

impl Clock {
    pub(crate) fn new() -> Self {
        let (state, _) = watch::channel(Reading { offset: SignedDuration::ZERO, version: 1 });
        Self { state }
    }

    pub(crate) fn reading(&self) -> Reading {
        *self.state.borrow()
    }

    /// The moment by which agreements end and trades expire.
    pub(crate) fn business_now(&self) -> Timestamp {
        let now = real_now();
        // `move_by` has refused every offset that leaves the range, so real time is never the answer here
        // except in the last days of the year 9999.
        now.checked_add(self.reading().offset).unwrap_or(now)
    }

    pub(crate) fn advance(&self, seconds: i64) -> Result<Reading, ClockRefusal> {
        self.move_by(SignedDuration::from_secs(seconds))
    }

    pub(crate) fn set(&self, to: Timestamp) -> Result<Reading, ClockRefusal> {
        self.move_by(to.duration_since(self.business_now()))
    }

    fn move_by(&self, step: SignedDuration) -> Result<Reading, ClockRefusal> {
        if step.is_negative() {
            return Err(ClockRefusal::Backwards);
        }
        let offset = self.reading().offset.checked_add(step).ok_or(ClockRefusal::TooFar)?;
        // A year is kept free so that an expiry counted from "now" can still be written down.
        let room = SignedDuration::from_hours(24 * 366);
        let reach = offset.checked_add(room).ok_or(ClockRefusal::TooFar)?;
        real_now().checked_add(reach).map_err(|_| ClockRefusal::TooFar)?;
        self.state.send_modify(|reading| {
            reading.offset = offset;
            reading.version = reading.version.saturating_add(1);
        });
        Ok(self.reading())
    }

    /// Returns when the business time has come, by waiting or because the clock was moved.
    pub(crate) async fn wait_until(&self, moment: Timestamp) {
        let mut watcher = self.state.subscribe();
        loop {
            let left = moment.duration_since(self.business_now());
            let Some(left) = Duration::try_from(left).ok().filter(|left| !left.is_zero()) else { return };
            tokio::select! {
                () = tokio::time::sleep(left) => {}
                // The sender lives as long as the clock itself.
                _ = watcher.changed() => {}
            }
        }
    }

    /// Returns as soon as the version is another than `seen`, or when `patience` has run out.
    pub(crate) async fn changed_since(&self, seen: u64, patience: Duration) -> Reading {
        let mut watcher = self.state.subscribe();
        // Running out of patience is an ordinary answer: the reader then sees the unchanged version.
        let _ = tokio::time::timeout(patience, watcher.wait_for(|reading| reading.version != seen)).await;
        self.reading()
    }
}

/// The machine's own time: the one place of this crate that asks for it.
#[expect(clippy::disallowed_methods, reason = "the sandbox's only reading of real time; everything else asks here")]
pub(crate) fn real_now() -> Timestamp {
    Timestamp::now()
}
