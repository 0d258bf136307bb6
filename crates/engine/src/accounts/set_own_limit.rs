//! The holder sets his own limit for a product. Lower counts at once; for more he enters his pay password.

use tantu_domain::account::Account;
use tantu_domain::evidence::Finding;
use tantu_domain::ids::AccountId;
use tantu_domain::instrument::Product;
use tantu_domain::limit::Figures;
use tantu_domain::password::PasswordHash;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::Engine;
use crate::accounts::account_of;
use crate::command::{Command, Decision, Tools};
use crate::error::{EngineError, Rejection};

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnLimitSet {
    /// It stands.
    Set,
    /// It allows more than before, and the pay password was not sent.
    PasswordNeeded,
    /// It allows more than before, and the pay password was not taken: unset, wrong or locked.
    Refused(Finding),
}

/// Sets a limit.
#[derive(Debug, Clone)]
struct SetOwnLimit {
    account: AccountId,
    product: Product,
    figures: Figures,
    /// The pay password that was entered rightly, if one was entered.
    verified: Option<PasswordHash>,
}

impl Command for SetOwnLimit {
    /// Whether it stands; if not, the pay password is needed for it.
    type Outcome = bool;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<bool> {
        let account = account_of(world, self.account)?;
        let password = match (&self.verified, &account.password) {
            (Some(hash), Some(known)) if *hash == known.hash => Some(known.forgive()),
            (Some(_), _) => return Err(Rejection::State("the pay password was changed meanwhile".into())),
            (None, _) if account.limits.is_raised_by(self.product, &self.figures) => return Ok((false, Vec::new())),
            (None, known) => known.clone(),
        };
        let limits = account.limits.clone().with_own(self.product, self.figures, tools.now);
        Ok((true, vec![Change::PutAccount(Account { limits, password, ..account })]))
    }
}

impl Engine {
    /// Sets the holder's own limit for a product; figures that set nothing take it away. `password` is needed if it
    /// allows more than before.
    ///
    /// # Errors
    /// [`EngineError`] if it could not be stored, or the pay password could not be looked at.
    pub async fn set_own_limit(
        &self,
        account: AccountId,
        product: Product,
        figures: Figures,
        password: Option<&str>,
    ) -> Result<OwnLimitSet, EngineError> {
        let set = |verified| SetOwnLimit { account, product, figures, verified };
        if self.run(set(None)).await? {
            return Ok(OwnLimitSet::Set);
        }
        let Some(entered) = password else { return Ok(OwnLimitSet::PasswordNeeded) };
        match self.tried(account, entered).await? {
            Err(finding) => Ok(OwnLimitSet::Refused(finding)),
            Ok(password) => {
                self.run(set(Some(password.hash))).await?;
                Ok(OwnLimitSet::Set)
            }
        }
    }
}
