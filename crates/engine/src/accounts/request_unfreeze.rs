//! The holder asks for a freeze to be lifted.

use tantu_domain::account::Account;
use tantu_domain::ids::AccountId;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::accounts::account_of;
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
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Account> {
        let account = account_of(world, self.account)?.request_unfreeze(tools.now)?;
        Ok((account.clone(), vec![Change::PutAccount(account)]))
    }
}
