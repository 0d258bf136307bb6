//! The holder takes an account back that somebody else seemed to use: by his document and the registry's word, and with
//! another pay password. The freeze ends in the commit that sets it.

use tantu_channels::secret::Secret;
use tantu_domain::account::Account;
use tantu_domain::ids::AccountId;
use tantu_domain::password::{PasswordHash, PayPassword};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::Engine;
use crate::accounts::{account_of, audited};
use crate::audit_trail::entry;
use crate::command::{Command, Decision, Tools};
use crate::error::EngineError;
use crate::people::Verified;
use crate::risk::resumed;

/// Takes an account back.
#[derive(Debug, Clone)]
struct SecureAccount {
    account: AccountId,
    hash: PasswordHash,
}

impl Command for SecureAccount {
    type Outcome = Account;

    fn keys(&self) -> Keys {
        audited(self.account)
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Account> {
        let before = account_of(world, self.account)?;
        let secured = before.clone().secured(tools.now)?;
        let account = Account { password: Some(PayPassword::new(self.hash.clone())), ..secured };
        let noted = entry(world, self.account, tools.wall, self.account.to_string(), ("secure", ""));
        let mut changes = vec![Change::PutAccount(account.clone()), noted];
        if let Some(case) = before.case() {
            changes.extend(resumed(world, case, tools)?);
        }
        Ok((account, changes))
    }
}

impl Engine {
    /// Takes an account back: the whole number of the document must be right, and the registry must say so.
    ///
    /// # Errors
    /// [`EngineError`] if it is not frozen for that, or could not be asked.
    pub async fn secure(&self, account: AccountId, document: &Secret, password: &str) -> Result<Verified, EngineError> {
        if !self.proves_who_he_is(account, document).await? {
            return Ok(Verified::No);
        }
        let hash = self.keeper()?.hash(account, password).await?;
        Ok(Verified::Yes(Box::new(self.run(SecureAccount { account, hash }).await?)))
    }
}
