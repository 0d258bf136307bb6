//! Reads an account with what is known of its holder. It changes nothing, and is a command so that both are of one moment.

use tantu_domain::account::Account;
use tantu_domain::ids::AccountId;
use tantu_store::keys::Keys;
use tantu_store::person::SealedPerson;
use tantu_store::world::World;

use crate::accounts::account_of;
use crate::command::{Command, Decision, Tools};

/// Reads a holder.
#[derive(Debug, Clone)]
pub(crate) struct LoadHolder {
    /// Of which account.
    pub(crate) account: AccountId,
}

/// The keys of an account and its holder.
pub(super) fn keys_of(account: AccountId) -> Keys {
    let mut keys = Keys::default();
    keys.accounts.insert(account);
    keys.people.insert(account);
    keys
}

/// What is known of a holder.
pub(super) fn person_of(world: &World, account: AccountId) -> SealedPerson {
    world.people.get(&account).cloned().unwrap_or_else(|| SealedPerson::nobody(account))
}

impl Command for LoadHolder {
    type Outcome = (Account, SealedPerson);

    fn keys(&self) -> Keys {
        keys_of(self.account)
    }

    fn decide(&self, world: &World, _: &Tools<'_>) -> Decision<Self::Outcome> {
        Ok(((account_of(world, self.account)?, person_of(world, self.account)), Vec::new()))
    }
}
