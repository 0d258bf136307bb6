//! The line: how much an account may owe at once, how much it does, and whether it takes new orders.

use jiff::Timestamp;
use tantu_domain::ceiling::Tier;
use tantu_domain::ids::{AccountId, CaseId, InstrumentId};
use tantu_domain::money::{Money, MoneyError};

use crate::terms::Terms;

/// The lowest tier of a verified holder who may have a line.
pub const LOWEST_TIER: Tier = Tier::Two;

/// Why a line takes no new orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrozenReason {
    /// Its holder asked for it.
    HolderRequest,
    /// A decision of staff, which the holder can answer.
    Case(CaseId),
}

impl FrozenReason {
    /// The value of the field `reason`.
    pub fn id(self) -> &'static str {
        match self {
            Self::HolderRequest => "holder_request",
            Self::Case(_) => "case",
        }
    }
}

/// Whether it takes orders, by somebody's will. What its bills and the score say is decided anew each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineState {
    /// It does.
    Open,
    /// It does not.
    Frozen {
        /// Why.
        reason: FrozenReason,
        /// Since when.
        since: Timestamp,
    },
}

/// Why a line cannot be opened or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// A line is opened for a verified person.
    #[error(
        "a line needs an identity of tier {}, and this one is not verified: name {} independent sources with PUT /v1/accounts/{{id}}/identity",
        LOWEST_TIER.id(), LOWEST_TIER.sources()
    )]
    Unverified,
    /// Verified, and by too few sources.
    #[error(
        "a line needs an identity of tier {}, and this one is of tier {}: bind a phone, name own bank cards until {} sources \
         confirm it, and verify again with PUT /v1/accounts/{{id}}/identity",
        LOWEST_TIER.id(), .0.id(), LOWEST_TIER.sources()
    )]
    TierTooLow(Tier),
    /// The score earns none.
    #[error("a line is opened from a score of {needed} on; the score is {score}")]
    Score {
        /// The account's.
        score: u16,
        /// What is needed.
        needed: u16,
    },
    /// Freezing twice would lose the first reason.
    #[error("the line is already frozen")]
    AlreadyFrozen,
    /// There is nothing to lift.
    #[error("the line is not frozen")]
    NotFrozen,
    /// An order above what is available.
    #[error("{available} of the line is available; the order is of {asked}")]
    NotAvailable {
        /// What is.
        available: Money,
        /// What was asked for.
        asked: Money,
    },
    /// A sum does not fit.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// Whether a holder of a tier may have a line at all; `None` is one whose identity is not verified. It gives the tier.
///
/// # Errors
/// [`LineError`] if he may not.
pub fn may_open(tier: Option<Tier>) -> Result<Tier, LineError> {
    match tier {
        None => Err(LineError::Unverified),
        Some(tier) if tier < LOWEST_TIER => Err(LineError::TierTooLow(tier)),
        Some(tier) => Ok(tier),
    }
}

/// An account's line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Whose.
    pub account: AccountId,
    /// The instrument that orders are paid with.
    pub instrument: InstrumentId,
    /// What may be owed at once. A lower score lowers it for new orders, and never below what is owed already.
    pub limit: Money,
    /// What principal is owed now.
    pub used: Money,
    /// Whether it takes orders.
    pub state: LineState,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The edition of the terms that its holder has accepted.
    pub terms: String,
}

impl Line {
    /// Opens a line for a holder of a tier; `None` is one whose identity is not verified.
    ///
    /// # Errors
    /// [`LineError`] if the person is not verified well enough or the score earns no line.
    pub fn open(
        account: AccountId,
        instrument: InstrumentId,
        tier: Option<Tier>,
        score: u16,
        terms: &Terms,
        now: Timestamp,
    ) -> Result<Self, LineError> {
        may_open(tier)?;
        let limit = terms.limit_for(score).ok_or(LineError::Score { score, needed: terms.score_to_open() })?;
        let used = Money::zero(limit.currency());
        let version = terms.version.clone();
        Ok(Self { account, instrument, limit, used, state: LineState::Open, opened_at: now, terms: version })
    }

    /// What a new order may use.
    pub fn available(&self) -> Money {
        let left = self.limit.minus(self.used).map_or(0, Money::minor);
        Money::new(left.max(0), self.limit.currency())
    }

    /// The line after an order was paid with it.
    ///
    /// # Errors
    /// [`LineError::NotAvailable`] if the order does not fit.
    pub fn spend(self, amount: Money) -> Result<Self, LineError> {
        let available = self.available();
        if !amount.is_positive() || available.minus(amount)?.minor() < 0 {
            return Err(LineError::NotAvailable { available, asked: amount });
        }
        Ok(Self { used: self.used.plus(amount)?, ..self })
    }

    /// The line after principal was repaid or taken back.
    ///
    /// # Errors
    /// [`LineError::Money`] if the currencies differ.
    pub fn restore(self, principal: Money) -> Result<Self, LineError> {
        Ok(Self { used: self.used.minus(principal)?, ..self })
    }

    /// The line after the score has changed: its limit follows, up and down, and what is owed stays owed.
    #[must_use]
    pub fn rated(self, score: u16, terms: &Terms) -> Self {
        let lowest = terms.limits.first().map_or(Money::zero(self.limit.currency()), |step| step.limit);
        Self { limit: terms.limit_for(score).unwrap_or(lowest), ..self }
    }

    /// The line without new orders.
    ///
    /// # Errors
    /// [`LineError::AlreadyFrozen`].
    pub fn freeze(self, reason: FrozenReason, now: Timestamp) -> Result<Self, LineError> {
        match self.state {
            LineState::Frozen { .. } => Err(LineError::AlreadyFrozen),
            LineState::Open => Ok(Self { state: LineState::Frozen { reason, since: now }, ..self }),
        }
    }

    /// The line with new orders again.
    ///
    /// # Errors
    /// [`LineError::NotFrozen`].
    pub fn unfreeze(self) -> Result<Self, LineError> {
        match self.state {
            LineState::Frozen { .. } => Ok(Self { state: LineState::Open, ..self }),
            LineState::Open => Err(LineError::NotFrozen),
        }
    }
}
