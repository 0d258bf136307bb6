//! A payment account and whether it may pay at all.

use jiff::Timestamp;

use crate::ceiling::Tier;
use crate::ids::{AccountId, CaseId};
use crate::money::Money;
use crate::one_time_code::Sendings;
use crate::own_limit::AccountLimits;
use crate::password::PayPassword;

/// What the payer may be told about a freeze or restriction. The rule behind it is for staff only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SafeReason {
    /// A check that protects the money.
    SecurityCheck,
    /// The holder asked for it, as after losing a phone.
    HolderRequest,
    /// A use that the terms do not allow.
    TermsOfUse,
}

impl SafeReason {
    /// Every reason.
    pub const ALL: &'static [SafeReason] = &[Self::SecurityCheck, Self::HolderRequest, Self::TermsOfUse];

    /// The value of the field `reason`.
    pub fn id(self) -> &'static str {
        match self {
            Self::SecurityCheck => "security_check",
            Self::HolderRequest => "holder_request",
            Self::TermsOfUse => "terms_of_use",
        }
    }

    /// The reason of an id.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.id() == id)
    }
}

/// A decision against an account, with the payer's way to answer it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its id, which the payer can quote.
    pub id: CaseId,
    /// When it was decided.
    pub since: Timestamp,
    /// What the payer may know.
    pub reason: SafeReason,
    /// When the payer asked for it to be lifted.
    pub unfreeze_requested_at: Option<Timestamp>,
}

/// Whether the account may pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountState {
    /// It may.
    Active,
    /// It may not, until a date or an appeal.
    Restricted(Case, Option<Timestamp>),
    /// It may not, until staff lift the freeze.
    Frozen(Case),
}

/// Why an account cannot change as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// Freezing twice would lose the first case.
    #[error("the account is already frozen; its case must be lifted before a new one begins")]
    AlreadyFrozen,
    /// There is nothing to lift.
    #[error("the account is not frozen; nothing is to be lifted")]
    NotFrozen,
}

/// A payment account (支付账户) with the wallet's two sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id; its shard is that of all that the payer owns.
    pub id: AccountId,
    /// Whether it may pay.
    pub state: AccountState,
    /// What the holder can spend: the fold of the ledger's entries.
    pub balance: Money,
    /// What is the holder's but must first go back where it came from.
    pub held: Money,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The pay password, once it is set.
    pub password: Option<PayPassword>,
    /// How well its holder is known, which bounds what he pays from the balance.
    pub tier: Tier,
    /// What its holder has set of limits, and what was raised for him.
    pub limits: AccountLimits,
    /// The codes that banks were asked to send so that the holder may bind a card.
    pub codes: Sendings,
}

impl Account {
    /// Stops every payment of the account.
    ///
    /// # Errors
    /// If it is frozen already.
    pub fn freeze(self, case: CaseId, reason: SafeReason, now: Timestamp) -> Result<Self, AccountError> {
        match self.state {
            AccountState::Frozen(_) => Err(AccountError::AlreadyFrozen),
            AccountState::Active | AccountState::Restricted(..) => {
                let case = Case { id: case, since: now, reason, unfreeze_requested_at: None };
                Ok(Self { state: AccountState::Frozen(case), ..self })
            }
        }
    }

    /// Notes that the holder asks for the freeze to be lifted. Asking twice keeps the first time.
    ///
    /// # Errors
    /// If it is not frozen.
    pub fn request_unfreeze(self, now: Timestamp) -> Result<Self, AccountError> {
        match self.state {
            AccountState::Frozen(case) => {
                let asked = case.unfreeze_requested_at.or(Some(now));
                Ok(Self { state: AccountState::Frozen(Case { unfreeze_requested_at: asked, ..case }), ..self })
            }
            AccountState::Active | AccountState::Restricted(..) => Err(AccountError::NotFrozen),
        }
    }

    /// Lifts the freeze.
    ///
    /// # Errors
    /// If it is not frozen.
    pub fn unfreeze(self) -> Result<Self, AccountError> {
        match self.state {
            AccountState::Frozen(_) => Ok(Self { state: AccountState::Active, ..self }),
            AccountState::Active | AccountState::Restricted(..) => Err(AccountError::NotFrozen),
        }
    }
}
