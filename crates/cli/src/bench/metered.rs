//! A store that notes how the engine uses it: the size of each commit, and where the lane's time goes.
//!
//! It changes nothing on the way, so what is measured is the production store.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tantu_store::around::Around;
use tantu_store::change::Change;
use tantu_store::error::StoreError;
use tantu_store::keys::Keys;
use tantu_store::world::World;
use tantu_store::{Batch, Store};
use tokio::time::Instant;

/// What the lane did since it was last asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lane {
    /// How many payments each commit made, in order.
    pub(crate) batches: Vec<u64>,
    /// Where the time went.
    pub(crate) spent: Spent,
}

/// Where the lane's time goes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spent {
    /// Loading what the batches touch.
    pub(crate) load: Duration,
    /// Deciding.
    pub(crate) decide: Duration,
    /// Writing and making durable.
    pub(crate) commit: Duration,
}

/// Notes of what goes through.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meter(Arc<Mutex<Lane>>);

impl Meter {
    /// What was noted, and begins anew.
    pub(crate) fn take(&self) -> Lane {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, payments: u64, load: Duration, decide: Duration, commit: Duration) {
        // Keys, accounts and jobs are no payments; a commit without any says nothing about a batch.
        if payments == 0 {
            return;
        }
        let mut lane = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lane.batches.push(payments);
        lane.spent.load += load;
        lane.spent.decide += decide;
        lane.spent.commit += commit;
    }
}

/// A store with a meter.
pub(crate) struct Metered {
    store: Arc<dyn Store>,
    meter: Meter,
}

impl Metered {
    /// Puts a meter on a store.
    pub(crate) fn new(store: Arc<dyn Store>, meter: Meter) -> Self {
        Self { store, meter }
    }
}

struct MeteredBatch<'a> {
    batch: Box<dyn Batch + 'a>,
    meter: &'a Meter,
    load: Duration,
    loaded: Instant,
}

impl Batch for MeteredBatch<'_> {
    fn commit(self: Box<Self>, changes: &[Change]) -> Result<(), StoreError> {
        let (decide, began) = (self.loaded.elapsed(), Instant::now());
        self.batch.commit(changes)?;
        let payments = changes.iter().filter(|change| matches!(change, Change::PutPayment(_))).count();
        self.meter.note(u64::try_from(payments).unwrap_or(0), self.load, decide, began.elapsed());
        Ok(())
    }
}

impl Around for Metered {
    fn inner(&self) -> &dyn Store {
        &*self.store
    }

    fn begin(&self, keys: &Keys, now: Timestamp) -> Result<(World, Box<dyn Batch + '_>), StoreError> {
        let began = Instant::now();
        let (world, batch) = self.store.begin(keys, now)?;
        let batch = MeteredBatch { batch, meter: &self.meter, load: began.elapsed(), loaded: Instant::now() };
        Ok((world, Box::new(batch)))
    }
}
