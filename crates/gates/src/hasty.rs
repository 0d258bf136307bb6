//! The server with the bug that the crash gate must catch: it answers its callers first and writes what it promised a little later,
//! as a background flush would. Nobody runs it for money; it is `tantu` but for its store.

use std::process::ExitCode;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tantu_store::around::Around;
use tantu_store::change::Change;
use tantu_store::error::StoreError;
use tantu_store::keys::Keys;
use tantu_store::open::open_urls;
use tantu_store::world::World;
use tantu_store::{Batch, Store};

/// How long what was answered is not written.
const LATER: Duration = Duration::from_millis(20);

fn main() -> ExitCode {
    tantu_cli::tantu(|urls| {
        let hasty = Hasty { store: open_urls(urls)?, promised: Arc::default() };
        hasty.write_later();
        Ok(Arc::new(hasty))
    })
}

/// What was answered and is not written.
struct Promised {
    keys: Keys,
    now: Timestamp,
    changes: Vec<Change>,
}

/// What waits to be written, and a bell for when it is.
#[derive(Default)]
struct Waiting {
    promised: Mutex<Vec<Promised>>,
    moved: Condvar,
}

impl Waiting {
    fn lock(&self) -> MutexGuard<'_, Vec<Promised>> {
        self.promised.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until something is promised, or until nothing is.
    fn until(&self, is_promised: bool) -> MutexGuard<'_, Vec<Promised>> {
        let waits = |promised: &mut Vec<Promised>| promised.is_empty() == is_promised;
        self.moved.wait_while(self.lock(), waits).unwrap_or_else(PoisonError::into_inner)
    }
}

struct Hasty {
    store: Arc<dyn Store>,
    promised: Arc<Waiting>,
}

impl Hasty {
    fn write_later(&self) {
        let (store, waiting) = (self.store.clone(), self.promised.clone());
        std::thread::spawn(move || {
            loop {
                drop(waiting.until(true));
                background_flush();
                let mut promised = waiting.lock();
                for Promised { keys, now, changes } in promised.drain(..) {
                    let written = store.begin(&keys, now).and_then(|(_, batch)| batch.commit(&changes));
                    written.unwrap_or_else(|error| eprintln!("what was promised could not be written: {error}"));
                }
                waiting.moved.notify_all();
            }
        });
    }
}

#[expect(clippy::disallowed_methods, reason = "the control waits as a background flush does")]
fn background_flush() {
    std::thread::sleep(LATER);
}

impl Around for Hasty {
    fn inner(&self) -> &dyn Store {
        &*self.store
    }

    /// What is decided next is decided on what was promised before.
    fn begin(&self, keys: &Keys, now: Timestamp) -> Result<(World, Box<dyn Batch + '_>), StoreError> {
        drop(self.promised.until(false));
        let (world, batch) = self.store.begin(keys, now)?;
        let (keys, waiting) = (keys.clone(), &*self.promised);
        Ok((world, Box::new(Promising { batch, keys, now, waiting })))
    }
}

struct Promising<'a> {
    batch: Box<dyn Batch + 'a>,
    keys: Keys,
    now: Timestamp,
    waiting: &'a Waiting,
}

impl Batch for Promising<'_> {
    fn commit(self: Box<Self>, changes: &[Change]) -> Result<(), StoreError> {
        let Self { batch, keys, now, waiting } = *self;
        drop(batch);
        waiting.lock().push(Promised { keys, now, changes: changes.to_vec() });
        waiting.moved.notify_all();
        Ok(())
    }
}
