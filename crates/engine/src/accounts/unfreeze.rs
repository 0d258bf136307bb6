//! Staff lift a freeze.

use tantu_domain::account::Account;
use tantu_domain::ids::AccountId;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::accounts::account_of;
use crate::command::{Command, Decision, Tools};

/// Lifts a freeze.
#[derive(Debug, Clone)]
pub struct UnfreezeAccount {
    /// Of which account.
    pub account: AccountId,
}

impl Command for UnfreezeAccount {
    type Outcome = Account;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, _: &Tools<'_>) -> Decision<Account> {
        let account = account_of(world, self.account)?.unfreeze()?;
        Ok((account.clone(), vec![Change::PutAccount(account)]))
    }
}
