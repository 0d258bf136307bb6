//! The real clocks and ids that the binary runs with.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use tantu_domain::clock::{Clock, Ids};

/// Real time, with a business clock that a sandbox may have moved forward.
#[derive(Debug, Default)]
pub struct SystemClock {
    offset_seconds: AtomicI64,
}

impl SystemClock {
    /// Sets how far business time is ahead of real time; whether that is news.
    pub fn set_offset(&self, seconds: i64) -> bool {
        self.offset_seconds.swap(seconds, Ordering::SeqCst) != seconds
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let offset = SignedDuration::from_secs(self.offset_seconds.load(Ordering::SeqCst));
        self.wall().checked_add(offset).unwrap_or(Timestamp::MAX)
    }

    #[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else takes as an argument")]
    fn wall(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Ids of the system's clock and chance.
#[derive(Debug, Default)]
pub struct UuidIds;

impl Ids for UuidIds {
    #[expect(clippy::disallowed_methods, reason = "this is the chance that everybody else takes as an argument")]
    fn fresh(&self) -> [u8; 16] {
        uuid::Uuid::now_v7().into_bytes()
    }
}
