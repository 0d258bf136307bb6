//! Staff release a quarantined lot: one proposes it, and another one agrees.

use tantu_domain::ids::{AccountId, LotId};
use tantu_domain::points::{Lot, LotState};
use tantu_domain::staff::StaffMark;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::accounts::audited;
use crate::audit_trail::entry;
use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// Says that a lot may be released.
#[derive(Debug, Clone)]
pub struct ReleaseLot {
    /// Of which account.
    pub account: AccountId,
    /// Which.
    pub lot: LotId,
    /// Who says so.
    pub by: StaffMark,
    /// Why, for staff alone.
    pub note: String,
}

impl Command for ReleaseLot {
    type Outcome = Lot;

    fn keys(&self) -> Keys {
        audited(self.account)
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Lot> {
        let missing = || Rejection::NotFound { what: "lot", id: self.lot.to_string() };
        let file = world.accounts.get(&self.account).ok_or_else(missing)?;
        let lot = file.points.iter().flat_map(|points| &points.lots).find(|lot| lot.id == self.lot);
        let after = lot.ok_or_else(missing)?.clone().release(self.by)?;
        let action = if after.state == LotState::Good { "release_lot" } else { "propose_release" };
        let detail = format!("{} {}", self.lot, self.note);
        let noted = entry(world, self.account, tools.wall, self.by.to_string(), (action, detail.trim_end()));
        Ok((after.clone(), vec![Change::PutLot(after), noted]))
    }
}
