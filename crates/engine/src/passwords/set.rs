//! Sets the pay password of an account, the first one or another.

use tantu_domain::account::Account;
use tantu_domain::ids::AccountId;
use tantu_domain::password::{PasswordHash, PayPassword};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::accounts::account_of;
use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// Sets a pay password.
#[derive(Debug, Clone)]
pub(crate) struct SetPassword {
    /// Whose.
    pub(crate) account: AccountId,
    /// The one that was entered rightly and is replaced; `None` for the first one.
    pub(crate) replaces: Option<PasswordHash>,
    /// What is kept of the new one.
    pub(crate) hash: PasswordHash,
}

impl Command for SetPassword {
    type Outcome = ();

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, _: &Tools<'_>) -> Decision<()> {
        let account = account_of(world, self.account)?;
        if account.password.as_ref().map(|known| &known.hash) != self.replaces.as_ref() {
            return Err(Rejection::State("the pay password was set or changed meanwhile".into()));
        }
        let changed = Account { password: Some(PayPassword::new(self.hash.clone())), ..account };
        Ok(((), vec![Change::PutAccount(changed)]))
    }
}
