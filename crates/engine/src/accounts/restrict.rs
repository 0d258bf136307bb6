//! Staff stop an account's payments until a date or an appeal.

use jiff::Timestamp;
use tantu_domain::account::{Account, Case, SafeReason};
use tantu_domain::ids::{AccountId, CaseId};
use tantu_domain::staff::StaffMark;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::accounts::{account_of, audited};
use crate::audit_trail::entry;
use crate::command::{Command, Decision, Tools};

/// Restricts an account.
#[derive(Debug, Clone)]
pub struct RestrictAccount {
    /// Which.
    pub account: AccountId,
    /// What the payer may know of it.
    pub reason: SafeReason,
    /// When it ends by itself, if it does.
    pub until: Option<Timestamp>,
    /// Who decides.
    pub by: StaffMark,
    /// What staff alone may know of it.
    pub note: String,
}

impl Command for RestrictAccount {
    type Outcome = Account;

    fn keys(&self) -> Keys {
        audited(self.account)
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Account> {
        let id = CaseId::new(tools.ids, self.account.shard());
        let case = Case::new(id, self.reason, None, tools.now);
        let account = account_of(world, self.account)?.restrict(case, self.until)?;
        let noted = entry(world, self.account, tools.wall, self.by.to_string(), ("restrict", self.note.as_str()));
        Ok((account.clone(), vec![Change::PutAccount(account), noted]))
    }
}
