//! Keeps that a payer was told, so that nobody tells him again.

use tantu_domain::ids::AccountId;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::notice::{NoticeRow, Road};
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};

/// Keeps it.
#[derive(Debug, Clone)]
pub(crate) struct RecordNotice {
    /// Who was told.
    pub(crate) account: AccountId,
    /// What, by its key.
    pub(crate) key: String,
    /// By which road.
    pub(crate) road: Road,
}

impl Command for RecordNotice {
    type Outcome = ();

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.notices.insert((self.account, self.key.clone()));
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<()> {
        let row = world.notices.get(&self.key).filter(|row| row.told.is_none());
        let told = Some((tools.now, self.road));
        Ok(((), row.map(|row| Change::PutNotice(NoticeRow { told, ..row.clone() })).into_iter().collect()))
    }
}
