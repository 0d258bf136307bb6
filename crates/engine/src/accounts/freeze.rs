//! Staff stop every payment of an account.

use tantu_domain::account::{Account, SafeReason};
use tantu_domain::ids::{AccountId, CaseId};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::accounts::account_of;
use crate::command::{Command, Decision, Tools};

/// Freezes an account.
#[derive(Debug, Clone)]
pub struct FreezeAccount {
    /// Which.
    pub account: AccountId,
    /// What the payer may know of it.
    pub reason: SafeReason,
}

impl Command for FreezeAccount {
    type Outcome = Account;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Account> {
        let case = CaseId::new(tools.ids, self.account.shard());
        let account = account_of(world, self.account)?.freeze(case, self.reason, tools.now)?;
        Ok((account.clone(), vec![Change::PutAccount(account)]))
    }
}
