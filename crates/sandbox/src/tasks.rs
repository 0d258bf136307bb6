//! What the sandbox does after it has answered: late charges, notifications and their repetition.
//!
//! All of it ends when the sandbox stops; nothing outlives the books that it writes to.

use std::future::Future;
use std::sync::{Mutex, PoisonError};

use tokio::task::JoinSet;

/// The tasks of one sandbox.
#[derive(Default)]
pub(crate) struct Tasks {
    running: Mutex<JoinSet<()>>,
}

impl Tasks {
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        // Finished tasks are collected here, so that a long run does not keep them all.
        while running.try_join_next().is_some() {}
        running.spawn(task);
    }

    pub(crate) fn stop(&self) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).abort_all();
    }
}
