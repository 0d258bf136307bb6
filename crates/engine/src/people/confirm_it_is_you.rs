//! The holder confirms that it is he, by his document and the registry's word: for who has neither a pay password nor a phone
//! to confirm a payment with.

use tantu_channels::secret::Secret;
use tantu_domain::account::Account;
use tantu_domain::ids::{AccountId, CaseId};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::Engine;
use crate::accounts::{account_of, audited};
use crate::audit_trail::entry;
use crate::command::{Command, Decision, Tools};
use crate::error::{EngineError, Rejection};
use crate::people::Verified;
use crate::risk::resumed;

/// Ends a challenge.
#[derive(Debug, Clone)]
struct ConfirmItIsYou {
    account: AccountId,
    case: CaseId,
}

impl Command for ConfirmItIsYou {
    type Outcome = Account;

    fn keys(&self) -> Keys {
        audited(self.account)
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Account> {
        let before = account_of(world, self.account)?;
        let case = before.case().filter(|case| case.id == self.case).cloned();
        let case = case.ok_or_else(|| Rejection::NotFound { what: "case", id: self.case.to_string() })?;
        let account = before.confirmed(tools.now)?;
        let noted = entry(world, self.account, tools.wall, self.account.to_string(), ("confirm_it_is_you", "document"));
        let mut changes = vec![Change::PutAccount(account.clone()), noted];
        changes.extend(resumed(world, &case, tools)?);
        Ok((account, changes))
    }
}

impl Engine {
    /// Ends a challenge: the whole number of the document must be right, and the registry must say so.
    ///
    /// # Errors
    /// [`EngineError`] if there is no such challenge, or it could not be asked.
    pub async fn confirm_it_is_you(
        &self,
        account: AccountId,
        case: CaseId,
        document: &Secret,
    ) -> Result<Verified, EngineError> {
        if !self.proves_who_he_is(account, document).await? {
            return Ok(Verified::No);
        }
        Ok(Verified::Yes(Box::new(self.run(ConfirmItIsYou { account, case }).await?)))
    }
}
