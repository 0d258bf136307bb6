//! The real store on a file of its own, which counts what is written and can be made to fail.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use jiff::Timestamp;
use tantu_store::around::Around;
use tantu_store::change::Change;
use tantu_store::error::{StoreError, Trouble};
use tantu_store::keys::Keys;
use tantu_store::sqlite::SqliteStore;
use tantu_store::world::World;
use tantu_store::{Batch, Store};

pub(crate) struct WatchedStore {
    inner: SqliteStore,
    changes: AtomicUsize,
    broken: AtomicBool,
    clock: Mutex<Option<Timestamp>>,
    _folder: tempfile::TempDir,
}

impl WatchedStore {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let inner = SqliteStore::open_url(&format!("sqlite:{}", folder.path().join("web.db").display())).unwrap();
        Self {
            inner,
            changes: AtomicUsize::new(0),
            broken: AtomicBool::new(false),
            clock: Mutex::default(),
            _folder: folder,
        }
    }

    /// How many changes there have ever been: what is refused makes none.
    pub(crate) fn changes(&self) -> usize {
        self.changes.load(Ordering::SeqCst)
    }

    /// From now on the database cannot be used.
    pub(crate) fn break_down(&self) {
        self.broken.store(true, Ordering::SeqCst);
    }

    /// From now on the database has a clock, and it shows this.
    pub(crate) fn show_time(&self, at: Timestamp) {
        *self.clock.lock().unwrap() = Some(at);
    }
}

struct Watched<'a>(Box<dyn Batch + 'a>, &'a AtomicUsize);

impl Batch for Watched<'_> {
    fn commit(self: Box<Self>, changes: &[Change]) -> Result<(), StoreError> {
        self.1.fetch_add(changes.len(), Ordering::SeqCst);
        self.0.commit(changes)
    }
}

impl Around for WatchedStore {
    fn inner(&self) -> &dyn Store {
        &self.inner
    }

    fn pass(&self) -> Result<(), StoreError> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable(Trouble::Full, "/secret/path is gone".into()));
        }
        Ok(())
    }

    fn begin(&self, keys: &Keys, now: Timestamp) -> Result<(World, Box<dyn Batch + '_>), StoreError> {
        let (world, batch) = self.inner.begin(keys, now)?;
        Ok((world, Box::new(Watched(batch, &self.changes))))
    }

    fn ping(&self) -> Result<Option<Timestamp>, StoreError> {
        self.inner.ping()?;
        Ok(*self.clock.lock().unwrap())
    }
}
