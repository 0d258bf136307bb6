//! Keeps that a payer was told, so that nobody tells him again.

use tantu_domain::ids::AccountId;
use tantu_paylater::reminder::Notice;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::pay_later::{NoticeRow, Road};
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::pay_later::line_in;

/// Keeps it.
#[derive(Debug, Clone)]
pub(crate) struct RecordNotice {
    /// Who was told.
    pub(crate) account: AccountId,
    /// What.
    pub(crate) notice: Notice,
    /// By which road.
    pub(crate) road: Road,
}

impl Command for RecordNotice {
    type Outcome = ();

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<()> {
        let known = line_in(world, self.account)?;
        // A bill that is settled meanwhile is spoken of no more.
        let row = known.notices.iter().find(|row| row.notice == self.notice && row.told.is_none());
        let told = Some((tools.now, self.road));
        Ok(((), row.map(|row| Change::PutNotice(NoticeRow { told, ..row.clone() })).into_iter().collect()))
    }
}
