//! The threads that speak to the servers, shared by whatever is opened together.

use std::sync::Arc;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::{StoreError, Trouble};

/// Two threads, until the last that uses them is gone.
pub(crate) struct Threads {
    handle: Handle,
    runtime: Option<Runtime>,
}

impl Threads {
    /// # Errors
    /// [`StoreError`] if the system gives none.
    pub(crate) fn start() -> Result<Arc<Self>, StoreError> {
        let runtime = Builder::new_multi_thread().worker_threads(2).thread_name("postgres").enable_all().build();
        let runtime = runtime
            .map_err(|error| StoreError::Unavailable(Trouble::Other, format!("no threads can be started: {error}")))?;
        Ok(Arc::new(Self { handle: runtime.handle().clone(), runtime: Some(runtime) }))
    }

    pub(crate) fn handle(&self) -> Handle {
        self.handle.clone()
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        // Not a wait for them: the store may be dropped by a task of another runtime.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
