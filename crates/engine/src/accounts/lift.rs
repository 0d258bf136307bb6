//! Staff lift a case: one proposes it, and another one agrees.

use tantu_domain::account::Lift;
use tantu_domain::ids::AccountId;
use tantu_domain::staff::StaffMark;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::accounts::{account_of, audited};
use crate::audit_trail::entry;
use crate::command::{Command, Decision, Tools};

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
        let lift = account_of(world, self.account)?.lift(self.by)?;
        let (action, account) = match &lift {
            Lift::Proposed(account) => ("propose_lift", account),
            Lift::Lifted(account) => ("lift", account),
        };
        let noted = entry(world, self.account, tools.wall, self.by.to_string(), (action, self.note.as_str()));
        let changes = vec![Change::PutAccount(account.clone()), noted];
        Ok((lift, changes))
    }
}
