//! Notes that the holder has confirmed what was changed.

use tantu_domain::account::Account;
use tantu_domain::ids::AccountId;
use tantu_domain::person::Changed;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::accounts::account_of;
use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// Confirms a change.
#[derive(Debug, Clone)]
pub(crate) struct ConfirmDetails {
    /// Whose.
    pub(crate) account: AccountId,
    /// The change that was looked at. Another one that came meanwhile is not confirmed by it.
    pub(crate) changed: Option<Changed>,
}

impl Command for ConfirmDetails {
    type Outcome = Account;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, _: &Tools<'_>) -> Decision<Account> {
        let known = account_of(world, self.account)?;
        if known.person.changed != self.changed {
            return Err(Rejection::State("something else was changed meanwhile; look at it again".into()));
        }
        let account = Account { person: known.person.confirmed(), ..known };
        Ok((account.clone(), vec![Change::PutAccount(account)]))
    }
}
