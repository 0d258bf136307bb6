//! The end of a process that others outlive: it takes over nothing any more, and finishes what it has begun.
//!
//! What is not finished by then is not lost. Its lease runs out, and another process asks the channel about it.

use std::sync::Arc;
use std::time::Duration;

use crate::{Engine, Parts};

impl Engine {
    /// From now on this process takes over no jobs that others have left. Its own requests go on as before.
    pub fn drain(&self) {
        self.parts.draining.send_replace(true);
    }

    /// Whether the process is about to end.
    pub fn is_draining(&self) -> bool {
        *self.parts.draining.borrow()
    }

    /// Waits until no job runs here, so long at most; whether that is so.
    pub async fn jobs_done(&self, at_most: Duration) -> bool {
        let mut running = self.parts.running.subscribe();
        let done = tokio::time::timeout(at_most, running.wait_for(|running| *running == 0)).await;
        done.is_ok_and(|done| done.is_ok())
    }
}

/// Counts a job as running until it is dropped.
pub(crate) struct Running(Arc<Parts>);

impl Running {
    pub(crate) fn new(parts: &Arc<Parts>) -> Self {
        parts.running.send_modify(|running| *running += 1);
        Self(parts.clone())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.running.send_modify(|running| *running -= 1);
    }
}
