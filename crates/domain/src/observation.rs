//! What somebody outside told us about an instrument, and what clears it.
//!
//! An observation blocks until its own step is done: nothing but that step clears it.

use jiff::Timestamp;

use crate::cause::{Cause, CauseGroup};
use crate::channel::{Channel, ChannelWord};
use crate::evidence::{Confidence, Evidence};
use crate::ids::{AccountId, InstrumentId, ObservationId};
use crate::limit::Window;
use crate::money::Money;

/// The step that clears an observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Clearing {
    /// The payer says that it is done; only a new attempt can tell whether it is.
    PayerSaysDone,
    /// A new mandate or binding.
    NewBinding,
    /// Time alone.
    At(Timestamp),
}

impl Clearing {
    /// The step that clears a cause that a channel told at `now`; `None` for one that was over with the attempt it was told of,
    /// as a code that nobody can show again.
    pub fn of(cause: Cause, channel: Option<Channel>, now: Timestamp) -> Option<Self> {
        match cause {
            Cause::ChannelNotConfirmed | Cause::OtpNotReceived | Cause::OtpIntercepted | Cause::OtpWrong => None,
            // A new date, a new number or a new token comes only by binding the card anew. Behind an account at
            // another channel it is done there, and only the payer can say so.
            Cause::CardExpired | Cause::CardDetailsWrong | Cause::BindingStale
                if channel == Some(Channel::UnionPay) =>
            {
                Some(Self::NewBinding)
            }
            Cause::LimitDaily => Some(Self::At(Window::Day.resets_at(now))),
            Cause::LimitMonthly => Some(Self::At(Window::Month.resets_at(now))),
            other if other.group() == CauseGroup::Mandate => Some(Self::NewBinding),
            _ => Some(Self::PayerSaysDone),
        }
    }
}

/// Whether an observation blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ObservationState {
    /// It blocks until its step is done.
    Standing(Clearing),
    /// Its step was done.
    Cleared {
        /// When.
        at: Timestamp,
        /// By which step.
        by: Clearing,
    },
}

/// One thing that a channel said of an instrument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Its id.
    pub id: ObservationId,
    /// Whose instrument.
    pub account: AccountId,
    /// Which instrument.
    pub instrument: InstrumentId,
    /// What it speaks for.
    pub cause: Cause,
    /// How surely.
    pub confidence: Confidence,
    /// Word for word.
    pub word: ChannelWord,
    /// Whether it blocks.
    pub state: ObservationState,
}

impl Observation {
    /// What it proves, to a payment of this amount.
    pub fn evidence(&self, requested: Money) -> Evidence {
        let (cause, word) = (self.cause, self.word.clone());
        match (cause.group(), self.state) {
            (CauseGroup::Limit, ObservationState::Standing(Clearing::At(at))) => {
                Evidence::ToldLimit { cause, word, requested, resets_at: Some(at) }
            }
            (CauseGroup::Limit, _) => Evidence::ToldLimit { cause, word, requested, resets_at: None },
            _ => Evidence::Told { cause, word },
        }
    }

    /// Whether it blocks at `now`.
    pub fn stands(&self, now: Timestamp) -> bool {
        match self.state {
            ObservationState::Standing(Clearing::At(at)) => now < at,
            ObservationState::Standing(Clearing::PayerSaysDone | Clearing::NewBinding) => true,
            ObservationState::Cleared { .. } => false,
        }
    }

    /// The observation after the payer said that its remedy is done; `None` if that step clears nothing.
    pub fn clear_by_payer(&self, now: Timestamp) -> Option<Self> {
        match self.state {
            ObservationState::Standing(Clearing::PayerSaysDone) => Some(self.cleared(now, Clearing::PayerSaysDone)),
            ObservationState::Standing(Clearing::NewBinding | Clearing::At(_)) | ObservationState::Cleared { .. } => {
                None
            }
        }
    }

    /// The observation after a new mandate was signed; `None` if that step clears nothing.
    pub fn clear_by_binding(&self, now: Timestamp) -> Option<Self> {
        match self.state {
            ObservationState::Standing(Clearing::NewBinding) => Some(self.cleared(now, Clearing::NewBinding)),
            ObservationState::Standing(Clearing::PayerSaysDone | Clearing::At(_))
            | ObservationState::Cleared { .. } => None,
        }
    }

    /// The observation after another cause of the same word was singled out; `None` if it blocks no more.
    pub fn rule_out(&self, now: Timestamp) -> Option<Self> {
        match self.state {
            ObservationState::Standing(_) => Some(self.cleared(now, Clearing::PayerSaysDone)),
            ObservationState::Cleared { .. } => None,
        }
    }

    fn cleared(&self, at: Timestamp, by: Clearing) -> Self {
        Self { state: ObservationState::Cleared { at, by }, ..self.clone() }
    }
}
