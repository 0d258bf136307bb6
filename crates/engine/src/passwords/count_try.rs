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
use crate::risk::{measured, noted};

/// Counts a try.
#[derive(Debug, Clone)]
pub(crate) struct CountTry {
    /// Of whose password.
    pub(crate) account: AccountId,
}

impl Command for CountTry {
    /// The account and its password with this try counted, or why none is taken.
    type Outcome = Result<(Account, PayPassword), Finding>;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Self::Outcome> {
        let account = account_of(world, self.account)?;
        let Some(password) = &account.password else {
            return Ok((Err(refused("unset", &account, tools.now)), Vec::new()));
        };
        match password.count_try(tools.now) {
            Err(_) => Ok((Err(refused("locked", &account, tools.now)), Vec::new())),
            Ok(counted) => {
                let changed = Account { password: Some(counted.clone()), ..account.clone() };
                let mut changes = Vec::new();
                let guarded = guarded(&changed, counted.locks, tools);
                if let Some((_, (rule, what))) = &guarded {
                    let (actor, version) = (format!("rule {rule}"), tools.policy.version.as_str());
                    changes.push(noted(world, self.account, actor, (what, version), tools)?);
                }
                changes.push(Change::PutAccount(guarded.map_or_else(|| changed.clone(), |(account, _)| account)));
                Ok((Ok((changed, counted)), changes))
            }
        }
    }
}

/// The account as a rule leaves it if so many locks in a row mean that somebody else is trying; the rule, and what it did.
fn guarded(account: &Account, locks: u32, tools: &Tools<'_>) -> Option<(Account, (String, &'static str))> {
    let rule = tools.policy.risk.against_locks(locks)?;
    let (account, what) = measured(account, rule, tools)?;
    Some((account, (rule.id.clone(), what)))
}
