//! The holder asks for a freeze to be lifted.

use tantu_domain::account::Account;
use tantu_domain::ids::AccountId;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::accounts::{account_of, audited};
use crate::audit_trail::entry;
use crate::command::{Command, Decision, Tools};

/// Asks for a freeze to be lifted.
#[derive(Debug, Clone)]
pub struct RequestUnfreeze {
    /// Of which account.
    pub account: AccountId,
}

impl Command for RequestUnfreeze {
    type Outcome = Account;

    fn keys(&self) -> Keys {
        audited(self.account)
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Account> {
        let account = account_of(world, self.account)?.request_unfreeze(tools.now)?;
        let noted = entry(world, self.account, tools.wall, self.account.to_string(), ("request_unfreeze", ""));
        Ok((account.clone(), vec![Change::PutAccount(account), noted]))
    }
}
