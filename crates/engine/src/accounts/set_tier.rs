//! How well the holder is known by now: more sources have confirmed his identity, or fewer count.

use tantu_domain::account::Account;
use tantu_domain::ceiling::Tier;
use tantu_domain::ids::AccountId;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::accounts::account_of;
use crate::command::{Command, Decision, Tools};

/// Sets an account's tier. Who may say so, and from what, the verification of identities decides.
#[derive(Debug, Clone)]
pub struct SetTier {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub tier: Tier,
}

impl Command for SetTier {
    type Outcome = Account;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, _: &Tools<'_>) -> Decision<Account> {
        let account = Account { tier: self.tier, ..account_of(world, self.account)? };
        Ok((account.clone(), vec![Change::PutAccount(account)]))
    }
}
