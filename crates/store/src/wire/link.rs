//! A connection while somebody uses it. Whatever he leaves open on it is rolled back before another gets it.

use std::time::Duration;

use deadpool_postgres::{ClientWrapper, Object};
use tokio::runtime::Handle;
use tokio_postgres::Row;

use super::burst::{Ask, Failed, burst};
use super::failure::is_spent;
use super::guard::Guard;
use super::wait::wait;

/// How long the server may take to roll back before the connection is given up.
const ROLLBACK: Duration = Duration::from_secs(5);

/// A connection of the pool: as the pool gave it, or with something on it that is not known to be over.
pub(crate) struct Link {
    object: Option<Object>,
    runtime: Handle,
    settled: bool,
    /// A burst with a `COPY` has not ended well. A server that refuses a `COPY` before its rows may answer once more than the library
    /// expects, and then each answer would be taken for the next one's: nobody may use the connection again.
    spoiled: bool,
    guard: Guard,
}

/// Why nothing came back.
#[derive(Debug)]
pub(crate) enum Broken {
    /// A statement failed.
    Failed(Failed),
    /// The connection is not there any more; nothing was sent.
    Gone,
    /// The guard has refused a statement; nothing was sent.
    Guarded(String),
}

impl Link {
    pub(crate) fn new(object: Object, runtime: Handle, guard: Guard) -> Self {
        Self { object: Some(object), runtime, settled: true, spoiled: false, guard }
    }

    /// Sends a burst. Until [`Link::settle`], a transaction may be open on the connection.
    pub(crate) async fn burst(&mut self, asks: &[Ask]) -> Result<Vec<Vec<Row>>, Broken> {
        let Some(object) = self.object.as_ref().filter(|object| !object.is_closed()) else {
            return Err(Broken::Gone);
        };
        self.guard.look(asks).map_err(Broken::Guarded)?;
        self.settled = false;
        self.spoiled = asks.iter().any(Ask::is_copy);
        let answers = burst(object, asks).await;
        match &answers {
            Ok(_) => self.spoiled = false,
            Err(failure) if self.spoiled || failure.error().as_db_error().is_some_and(is_spent) => self.discard(),
            Err(_) => {}
        }
        answers.map_err(Broken::Failed)
    }

    /// What was begun is over: the connection is as it was.
    pub(crate) fn settle(&mut self) {
        self.settled = true;
        self.guard.settle();
    }

    /// Ends the connection: nobody gets it again.
    fn discard(&mut self) {
        drop(self.object.take().map(Object::take));
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let Some(object) = self.object.take().filter(|_| !self.settled) else { return };
        if self.spoiled {
            drop(Object::take(object));
            return;
        }
        // Waited for, because whoever comes next must find the rows free: some skip what is held.
        let client: &ClientWrapper = &object;
        let rolled_back = async { tokio::time::timeout(ROLLBACK, client.batch_execute("ROLLBACK")).await };
        if !matches!(wait(&self.runtime, rolled_back), Ok(Ok(()))) {
            drop(Object::take(object));
        }
    }
}
