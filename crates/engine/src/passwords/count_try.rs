//! Counts a try of the pay password before it is looked at: what is not counted is not looked at.

use tantu_domain::account::Account;
use tantu_domain::evidence::Finding;
use tantu_domain::ids::AccountId;
use tantu_domain::password::PayPassword;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::accounts::account_of;
use crate::command::{Command, Decision, Tools};
use crate::passwords::refused;

/// Counts a try.
#[derive(Debug, Clone)]
pub(crate) struct CountTry {
    /// Of whose password.
    pub(crate) account: AccountId,
}

impl Command for CountTry {
    /// The password with this try counted, or why none is taken.
    type Outcome = Result<PayPassword, Finding>;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Self::Outcome> {
        let account = account_of(world, self.account)?;
        let Some(password) = &account.password else {
            return Ok((Err(refused("unset", None, tools.now)), Vec::new()));
        };
        match password.count_try(tools.now) {
            Err(_) => Ok((Err(refused("locked", Some(password), tools.now)), Vec::new())),
            Ok(counted) => {
                let changed = Account { password: Some(counted.clone()), ..account };
                Ok((Ok(counted), vec![Change::PutAccount(changed)]))
            }
        }
    }
}
