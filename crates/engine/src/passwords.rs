//! The pay password: set, tried, and proven for one payment. A password itself is nowhere kept.

pub mod count_try;
pub mod keeper;
pub mod prove;
pub mod set;

use jiff::Timestamp;
use tantu_domain::account::Account;
use tantu_domain::evidence::{Confidence, Evidence, Finding};
use tantu_domain::ids::{AccountId, PaymentId};
use tantu_domain::password::PayPassword;
use tantu_store::access::TokenHash;

use crate::Engine;
use crate::error::{EngineError, Rejection};
use crate::passwords::count_try::CountTry;
use crate::passwords::keeper::PasswordKeeper;
use crate::passwords::prove::ProvePassword;
use crate::passwords::set::SetPassword;

/// What came of a password that somebody entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entered {
    /// It was right.
    Right,
    /// It was not taken, and why: unset, wrong or locked.
    Refused(Finding),
}

/// Why an account's password does not let a payment through.
pub(crate) fn refused(state: &'static str, account: &Account, now: Timestamp) -> Finding {
    let password = account.password.as_ref();
    let evidence = Evidence::PaymentPassword {
        state,
        tries_left: password.map(|password| password.tries_left(now)),
        locked_until: password.and_then(|password| password.locked(now)),
        reset: password.is_some() && account.person.can_prove(now),
    };
    Finding { cause: evidence.cause(), confidence: Confidence::Certain, evidence: evidence.fields(), instrument: None }
}

/// What an account tells of tries that were not right, if there were any.
pub fn standing(account: &Account, now: Timestamp) -> Option<Finding> {
    let password = account.password.as_ref()?;
    let state = if password.locked(now).is_some() { "locked" } else { "wrong" };
    let tried = password.locked(now).is_some() || (password.tries > 0 && password.locked_until.is_none());
    tried.then(|| refused(state, account, now))
}

impl Engine {
    /// Sets the pay password of an account; `current` is needed once there is one.
    ///
    /// # Errors
    /// [`EngineError`] if it could not be kept.
    pub async fn set_password(
        &self,
        account: AccountId,
        current: Option<&str>,
        new: &str,
    ) -> Result<Entered, EngineError> {
        let keeper = self.keeper()?;
        let now = self.parts.clock.now();
        let file = self.read(move |store| store.account(account, now)).await?;
        let missing = || Rejection::NotFound { what: "account", id: account.to_string() };
        let known = file.ok_or_else(missing)?.account.password;
        let replaces = match (known, current) {
            (None, _) => None,
            (Some(_), None) => {
                return Err(Rejection::State("a pay password is set; send it as `current`".into()).into());
            }
            (Some(_), Some(current)) => match self.tried(account, current).await? {
                Ok(password) => Some(password.hash),
                Err(finding) => return Ok(Entered::Refused(finding)),
            },
        };
        let hash = keeper.hash(account, new).await?;
        self.run(SetPassword { account, replaces, hash }).await?;
        Ok(Entered::Right)
    }

    /// Looks at a pay password that was entered for a payment. If it is right, `proof` is the hash of a token
    /// that lets this payment through once.
    ///
    /// # Errors
    /// [`EngineError`] if the payment is not the account's or waits for nothing, or nothing could be kept.
    pub async fn prove_password(
        &self,
        account: AccountId,
        payment: PaymentId,
        entered: &str,
        proof: TokenHash,
    ) -> Result<Entered, EngineError> {
        let missing = || Rejection::NotFound { what: "payment", id: payment.to_string() };
        let found = self.read(move |store| store.payment(payment)).await?;
        let found = found.filter(|found| found.account == account).ok_or_else(missing)?;
        if !found.is_open() {
            return Err(
                Rejection::State(format!("the payment is {} and waits for no password", found.state.id())).into()
            );
        }
        match self.tried(account, entered).await? {
            Ok(password) => {
                self.run(ProvePassword { payment, password: password.hash, proof }).await?;
                Ok(Entered::Right)
            }
            Err(finding) => Ok(Entered::Refused(finding)),
        }
    }

    /// Counts a try, then looks at it. A right one is not yet forgiven: whoever acts on it does that in the
    /// same commit.
    pub(crate) async fn tried(
        &self,
        account: AccountId,
        entered: &str,
    ) -> Result<Result<PayPassword, Finding>, EngineError> {
        let keeper = self.keeper()?;
        let now = self.parts.clock.now();
        // With another key every password is wrong, and that must cost nobody a try.
        let known = self.read(move |store| store.account(account, now)).await?.map(|file| file.account);
        keeper.check(known.as_ref().and_then(|known| known.password.as_ref()).map(|password| &password.hash))?;
        match self.run(CountTry { account }).await? {
            Err(finding) => Ok(Err(finding)),
            Ok((_, password)) if keeper.verify(account, entered, &password.hash).await? => Ok(Ok(password)),
            Ok((counted, password)) => {
                tracing::info!(%account, "a pay password was wrong");
                let state = if password.locked(now).is_some() { "locked" } else { "wrong" };
                Ok(Err(refused(state, &counted, now)))
            }
        }
    }

    pub(crate) fn keeper(&self) -> Result<&PasswordKeeper, EngineError> {
        let none =
            || Rejection::State("this server keeps no pay passwords: server.password_key_file is not set".into());
        Ok(self.parts.passwords.as_ref().ok_or_else(none)?)
    }
}
