//! Removes the second factor of somebody who has lost it: two others of the staff agree, and he enrols another one.

use tantu_domain::second_factor::Removal;
use tantu_domain::staff::StaffMark;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use super::keys_of;
use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// Says that a second factor may be removed.
#[derive(Debug, Clone)]
pub struct RemoveSecondFactor {
    /// Whose.
    pub staff: StaffMark,
    /// Who says so.
    pub by: StaffMark,
}

impl Command for RemoveSecondFactor {
    /// Whether it is removed; else another one's word is waited for.
    type Outcome = bool;

    fn keys(&self) -> Keys {
        keys_of(self.staff)
    }

    fn decide(&self, world: &World, _: &Tools<'_>) -> Decision<bool> {
        let missing = || Rejection::NotFound { what: "member of staff", id: self.staff.to_string() };
        let known = world.second_factors.get(&self.staff).cloned().ok_or_else(missing)?;
        Ok(match known.remove(self.by)? {
            Removal::Proposed(factor) => (false, vec![Change::PutSecondFactor(factor)]),
            Removal::Removed(factor) => (true, vec![Change::PutSecondFactor(factor)]),
        })
    }
}
