//! The control of the promises about codes: the real store, which forgets how often somebody asked or tried. What is counted
//! counts for nothing with it, as where one looks first and counts after that.

use jiff::Timestamp;
use tantu_store::around::Around;
use tantu_store::change::Change;
use tantu_store::error::StoreError;
use tantu_store::keys::Keys;
use tantu_store::sqlite::SqliteStore;
use tantu_store::world::World;
use tantu_store::{Batch, Store};

pub(crate) struct ForgetfulStore(pub(crate) SqliteStore);

struct Forgetting<'a>(Box<dyn Batch + 'a>);

impl Batch for Forgetting<'_> {
    fn commit(self: Box<Self>, changes: &[Change]) -> Result<(), StoreError> {
        let counts = |change: &Change| match change {
            Change::PutTally(_) => true,
            Change::PutCode(code) => code.tries > 0 && code.used_at.is_none(),
            _ => false,
        };
        let kept: Vec<Change> = changes.iter().filter(|change| !counts(change)).cloned().collect();
        self.0.commit(&kept)
    }
}

impl Around for ForgetfulStore {
    fn inner(&self) -> &dyn Store {
        &self.0
    }

    fn begin(&self, keys: &Keys, now: Timestamp) -> Result<(World, Box<dyn Batch + '_>), StoreError> {
        let (world, batch) = self.0.begin(keys, now)?;
        Ok((world, Box::new(Forgetting(batch))))
    }
}
