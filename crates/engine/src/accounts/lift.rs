//! Staff lift a case: one proposes it, and another one agrees. What waited for that is resumed.

use tantu_domain::account::Lift;
use tantu_domain::ids::AccountId;
use tantu_domain::staff::StaffMark;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::accounts::{account_of, audited};
use crate::audit_trail::entry;
use crate::command::{Command, Decision, Tools};
use crate::risk::resumed;

/// Says that the case against an account may be lifted.
#[derive(Debug, Clone)]
pub struct LiftCase {
    /// Against which account.
    pub account: AccountId,
    /// Who says so.
    pub by: StaffMark,
    /// Why, for staff alone.
    pub note: String,
}

impl Command for LiftCase {
    type Outcome = Lift;

    fn keys(&self) -> Keys {
        audited(self.account)
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Lift> {
        let before = account_of(world, self.account)?;
        let lift = before.clone().lift(self.by, tools.now)?;
        let (action, account) = match &lift {
            Lift::Proposed(account) => ("propose_lift", account),
            Lift::Lifted(account) => ("lift", account),
        };
        let noted = entry(world, self.account, tools.wall, self.by.to_string(), (action, self.note.as_str()));
        let mut changes = vec![Change::PutAccount(account.clone()), noted];
        if let (Lift::Lifted(_), Some(case)) = (&lift, before.case()) {
            changes.extend(resumed(world, case, tools)?);
        }
        Ok((lift, changes))
    }
}
