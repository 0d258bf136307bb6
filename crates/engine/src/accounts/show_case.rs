//! Reads what stands against an account, with its appeal and its audit trail, all of one moment.

use tantu_domain::account::Account;
use tantu_domain::audit::{Appeal, AuditEntry};
use tantu_domain::ids::{AccountId, CaseId};
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::accounts::{account_of, audited};
use crate::command::{Command, Decision, Tools};

/// Reads an account's case.
#[derive(Debug, Clone)]
pub struct ShowCase {
    /// Of which account.
    pub account: AccountId,
    /// Which case's appeal, if one is looked at.
    pub case: Option<CaseId>,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFile {
    /// The account.
    pub account: Account,
    /// The appeal against the case.
    pub appeal: Option<Appeal>,
    /// The audit trail, the first entry first.
    pub trail: Vec<AuditEntry>,
}

impl Command for ShowCase {
    type Outcome = CaseFile;

    fn keys(&self) -> Keys {
        let mut keys = audited(self.account);
        keys.appeals.extend(self.case);
        keys
    }

    fn decide(&self, world: &World, _: &Tools<'_>) -> Decision<CaseFile> {
        let appeal =
            self.case.and_then(|case| world.appeals.get(&case)).filter(|appeal| appeal.account == self.account);
        let trail = world.audit.get(&self.account).cloned().unwrap_or_default();
        Ok((CaseFile { account: account_of(world, self.account)?, appeal: appeal.cloned(), trail }, Vec::new()))
    }
}
