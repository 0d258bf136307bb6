//! The holder answers a case, once, with what he names as evidence.

use tantu_domain::account::Account;
use tantu_domain::audit::Appeal;
use tantu_domain::ids::{AccountId, CaseId};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::accounts::{account_of, audited};
use crate::audit_trail::entry;
use crate::command::{Command, Decision, Tools};

/// Appeals against a case.
#[derive(Debug, Clone)]
pub struct AppealCase {
    /// Whose account.
    pub account: AccountId,
    /// Which case.
    pub case: CaseId,
    /// In the holder's own words.
    pub said: String,
    /// What he names as evidence.
    pub evidence: Vec<String>,
}

impl Command for AppealCase {
    type Outcome = Account;

    fn keys(&self) -> Keys {
        audited(self.account)
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Account> {
        let account = account_of(world, self.account)?.appeal(self.case, tools.now)?;
        let appeal = Appeal {
            case: self.case,
            account: self.account,
            said: self.said.clone(),
            evidence: self.evidence.clone(),
            made_at: tools.now,
        };
        let noted = entry(world, self.account, tools.wall, self.account.to_string(), ("appeal", self.said.as_str()));
        Ok((account.clone(), vec![Change::PutAccount(account), Change::PutAppeal(appeal), noted]))
    }
}
