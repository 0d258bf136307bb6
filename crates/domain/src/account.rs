//! A payment account and whether it may pay at all.

use jiff::Timestamp;

use crate::activity::Activity;
use crate::ceiling::Tier;
use crate::ids::{AccountId, CaseId, PaymentId};
use crate::money::Money;
use crate::one_time_code::Sendings;
use crate::own_limit::AccountLimits;
use crate::password::PayPassword;
use crate::person::Person;
use crate::staff::StaffMark;

/// What the payer may be told about a freeze or restriction. The rule behind it is for staff only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SafeReason {
    /// A check that protects the money.
    SecurityCheck,
    /// The holder asked for it, as after losing a phone.
    HolderRequest,
    /// A use that the terms do not allow.
    TermsOfUse,
    /// Signs that somebody else is using the account.
    Compromised,
    /// The payer is to confirm that it is he.
    ConfirmItIsYou,
}

impl SafeReason {
    /// Every reason.
    pub const ALL: &'static [SafeReason] =
        &[Self::SecurityCheck, Self::HolderRequest, Self::TermsOfUse, Self::Compromised, Self::ConfirmItIsYou];

    /// The value of the field `reason`.
    pub fn id(self) -> &'static str {
        match self {
            Self::SecurityCheck => "security_check",
            Self::HolderRequest => "holder_request",
            Self::TermsOfUse => "terms_of_use",
            Self::Compromised => "compromised",
            Self::ConfirmItIsYou => "confirm_it_is_you",
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
    /// The name of the rule that fired, for staff only; `None` if a person decided.
    pub rule: Option<String>,
    /// Who of the staff has proposed to lift it. It takes another one to do so.
    pub lift_proposed_by: Option<StaffMark>,
    /// The payments that are resumed when it is lifted, because their payer has agreed to that.
    pub waiting: Vec<PaymentId>,
}

impl Case {
    /// One that is decided now.
    pub fn new(id: CaseId, reason: SafeReason, rule: Option<String>, now: Timestamp) -> Self {
        let waiting = Vec::new();
        Self { id, since: now, reason, unfreeze_requested_at: None, rule, lift_proposed_by: None, waiting }
    }

    /// The payer answers it. What somebody had agreed to lift was the case before that answer.
    fn answered(self, now: Timestamp) -> Self {
        Self { unfreeze_requested_at: self.unfreeze_requested_at.or(Some(now)), lift_proposed_by: None, ..self }
    }
}

/// What came of a member of staff's word that a case may be lifted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lift {
    /// It waits for another member of staff.
    Proposed(Account),
    /// Two have agreed, and it is lifted.
    Lifted(Account),
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
    /// It is restricted already.
    #[error("the account is already restricted; its case must be lifted before a new one begins")]
    AlreadyRestricted,
    /// The payer has answered this case.
    #[error("the case was answered already; a person is looking at it")]
    AlreadyAnswered,
    /// One person alone lifts nothing.
    #[error("you have proposed this yourself; another member of staff must agree")]
    SamePerson,
    /// It is not the case that was looked at.
    #[error("the account has another case by now; look at it again")]
    OtherCase,
    /// Nobody has asked the holder to confirm that it is he.
    #[error("nothing waits for its holder to confirm that it is he")]
    NotChallenged,
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
    /// Whose it is, as far as a decision needs to know.
    pub person: Person,
    /// What it did lately, as far as the rules against misuse look at it.
    pub activity: Activity,
}

impl Account {
    /// Stops every payment of the account.
    ///
    /// # Errors
    /// If it is frozen already.
    pub fn freeze(self, case: Case) -> Result<Self, AccountError> {
        match self.state {
            AccountState::Frozen(_) => Err(AccountError::AlreadyFrozen),
            AccountState::Active | AccountState::Restricted(..) => {
                Ok(Self { state: AccountState::Frozen(case), ..self })
            }
        }
    }

    /// Stops its payments until a date or an appeal.
    ///
    /// # Errors
    /// If it is restricted or frozen already.
    pub fn restrict(self, case: Case, until: Option<Timestamp>) -> Result<Self, AccountError> {
        match self.state {
            AccountState::Frozen(_) => Err(AccountError::AlreadyFrozen),
            // A restriction that is over by itself stands no more.
            AccountState::Restricted(_, until) if until.is_none_or(|until| case.since < until) => {
                Err(AccountError::AlreadyRestricted)
            }
            AccountState::Active | AccountState::Restricted(..) => {
                Ok(Self { state: AccountState::Restricted(case, until), ..self })
            }
        }
    }

    /// The case that stands against the account.
    pub fn case(&self) -> Option<&Case> {
        match &self.state {
            AccountState::Active => None,
            AccountState::Restricted(case, _) | AccountState::Frozen(case) => Some(case),
        }
    }

    fn with_case(self, change: impl FnOnce(Case) -> Case) -> Result<Self, AccountError> {
        let state = match self.state {
            AccountState::Active => return Err(AccountError::NotFrozen),
            AccountState::Restricted(case, until) => AccountState::Restricted(change(case), until),
            AccountState::Frozen(case) => AccountState::Frozen(change(case)),
        };
        Ok(Self { state, ..self })
    }

    /// Notes that the holder asks for the freeze to be lifted. Asking twice keeps the first time.
    ///
    /// # Errors
    /// If it is not frozen.
    pub fn request_unfreeze(self, now: Timestamp) -> Result<Self, AccountError> {
        match self.state {
            AccountState::Frozen(_) => self.with_case(|case| case.answered(now)),
            AccountState::Active | AccountState::Restricted(..) => Err(AccountError::NotFrozen),
        }
    }

    /// Notes the holder's appeal against a case.
    ///
    /// # Errors
    /// If there is no such case, or it was answered before.
    pub fn appeal(self, case: CaseId, now: Timestamp) -> Result<Self, AccountError> {
        match self.case() {
            None => Err(AccountError::NotFrozen),
            Some(standing) if standing.id != case => Err(AccountError::OtherCase),
            Some(standing) if standing.unfreeze_requested_at.is_some() => Err(AccountError::AlreadyAnswered),
            Some(_) => self.with_case(|case| case.answered(now)),
        }
    }

    /// A member of staff says that the case may be lifted: the first proposes it, another one lifts it.
    ///
    /// # Errors
    /// If there is nothing to lift, or the same person has proposed it.
    pub fn lift(self, by: StaffMark, now: Timestamp) -> Result<Lift, AccountError> {
        match self.case().map(|case| case.lift_proposed_by) {
            None => Err(AccountError::NotFrozen),
            Some(Some(proposer)) if proposer == by => Err(AccountError::SamePerson),
            Some(Some(_)) => Ok(Lift::Lifted(self.active(now))),
            Some(None) => self.with_case(|case| Case { lift_proposed_by: Some(by), ..case }).map(Lift::Proposed),
        }
    }

    /// The holder has proven who he is and taken the account back into his own hands.
    ///
    /// # Errors
    /// If it is not frozen because somebody else seemed to use it.
    pub fn secured(self, now: Timestamp) -> Result<Self, AccountError> {
        match &self.state {
            AccountState::Frozen(case) if case.reason == SafeReason::Compromised => {
                // Whoever else has signed is nobody's device any more.
                let secured = self.active(now);
                Ok(Self { activity: Activity { devices: Vec::new(), ..secured.activity }, ..secured })
            }
            AccountState::Active | AccountState::Restricted(..) | AccountState::Frozen(_) => {
                Err(AccountError::NotFrozen)
            }
        }
    }

    /// Without a case. What it did before counts for nothing any more, or the same rule would fire again at once.
    fn active(self, now: Timestamp) -> Self {
        Self { state: AccountState::Active, activity: self.activity.cleared(now), ..self }
    }

    /// Whether its holder is to confirm that it is he before anything is paid.
    pub fn is_challenged(&self) -> bool {
        matches!(&self.state, AccountState::Restricted(case, _) if case.reason == SafeReason::ConfirmItIsYou)
    }

    /// The holder has confirmed that it is he.
    ///
    /// # Errors
    /// If he was not asked to.
    pub fn confirmed(self, now: Timestamp) -> Result<Self, AccountError> {
        if self.is_challenged() { Ok(self.active(now)) } else { Err(AccountError::NotChallenged) }
    }

    /// A payment that this case stops is resumed when it is lifted, as its payer agrees, or agrees no more.
    #[must_use]
    pub fn waits(self, payment: PaymentId, wanted: bool) -> Self {
        let change = |mut case: Case| {
            case.waiting.retain(|known| *known != payment);
            case.waiting.extend(wanted.then_some(payment));
            case
        };
        self.clone().with_case(change).unwrap_or(self)
    }
}
