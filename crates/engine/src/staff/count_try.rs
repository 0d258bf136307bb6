//! Counts a try of a code before it is looked at: what is not counted is not looked at.

use tantu_domain::second_factor::SecondFactor;
use tantu_domain::staff::StaffMark;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use super::{factor_of, keys_of};
use crate::command::{Command, Decision, Tools};

/// Counts a try.
#[derive(Debug, Clone)]
pub(super) struct CountTry {
    /// Of whose factor.
    pub(super) staff: StaffMark,
}

impl Command for CountTry {
    /// The factor with this try counted.
    type Outcome = SecondFactor;

    fn keys(&self) -> Keys {
        keys_of(self.staff)
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<SecondFactor> {
        let counted = factor_of(world, self.staff)?.count_try(tools.wall)?;
        Ok((counted.clone(), vec![Change::PutSecondFactor(counted)]))
    }
}
