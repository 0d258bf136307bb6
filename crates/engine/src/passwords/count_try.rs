//! Counts a try of the pay password before it is looked at: what is not counted is not looked at.

use tantu_domain::account::{Account, Case};
use tantu_domain::evidence::Finding;
use tantu_domain::ids::{AccountId, CaseId};
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
                let changed = guarded(changed, counted.locks, tools);
                Ok((Ok(counted), vec![Change::PutAccount(changed)]))
            }
        }
    }
}

/// The account, frozen if so many locks in a row mean that somebody else is trying.
fn guarded(account: Account, locks: u32, tools: &Tools<'_>) -> Account {
    let Some(rule) = tools.policy.risk.against_locks(locks) else { return account };
    let id = CaseId::new(tools.ids, account.id.shard());
    account.clone().freeze(Case::new(id, rule.reason(), Some(rule), tools.now)).unwrap_or(account)
}
