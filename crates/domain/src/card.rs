//! Bank cards: the token that stands for one after it is bound, and what a channel says while it is being bound.
//!
//! The card's number is nowhere in the domain: it goes from the request to the channel, and only what is named
//! here comes back.

use std::fmt;

use jiff::Timestamp;

use crate::bank::Bank;
use crate::cause::Cause;
use crate::channel::ChannelWord;
use crate::evidence::Confidence;
use crate::ids::OpeningId;
use crate::person::HolderMark;

/// The channel's stand-in for a bound card. It is worth nothing without our key, and shown by nothing all the same.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CardToken(String);

impl CardToken {
    /// The channel's text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The channel's text, for the channel and the store.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CardToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardToken(***)")
    }
}

/// What kind of account is behind a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CardKind {
    /// The holder's own money.
    Debit,
    /// The bank's.
    Credit,
    /// Prepaid.
    Prepaid,
}

impl CardKind {
    /// Every kind.
    pub const ALL: &'static [CardKind] = &[Self::Debit, Self::Credit, Self::Prepaid];

    /// The name that the API and the store use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Debit => "debit",
            Self::Credit => "credit",
            Self::Prepaid => "prepaid",
        }
    }

    /// The kind of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.id() == id)
    }
}

/// A card that a channel has bound for us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundCard {
    /// What it is charged by from now on.
    pub token: CardToken,
    /// From when on the token holds, if the channel says.
    pub begins_at: Option<Timestamp>,
    /// Until when it holds, if the channel says.
    pub ends_at: Option<Timestamp>,
    /// What kind of card it is, if the channel says.
    pub kind: Option<CardKind>,
    /// The last four digits of its number, if the channel says.
    pub last_four: Option<String>,
}

/// What a channel says of the binding of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BindingReport {
    /// It is bound.
    Bound(BoundCard),
    /// It was refused, by a code whose published meaning is final; another try is another binding.
    Declined {
        /// Word for word.
        word: ChannelWord,
        /// What the code speaks for.
        causes: Vec<(Cause, Confidence)>,
    },
    /// A fault, or a code that says nothing final: ask.
    Fault(ChannelWord),
    /// Nothing came back, or nothing that can be believed: ask.
    NoAnswer,
    /// Asked for, it is not there (yet).
    NotExist,
}

/// What a channel says when it is to have the bank send its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeReport {
    /// It was taken. That it arrived nobody says.
    Sent,
    /// It was refused, by a code whose published meaning is final.
    Declined {
        /// Word for word.
        word: ChannelWord,
        /// What the code speaks for.
        causes: Vec<(Cause, Confidence)>,
    },
    /// A fault, or a code that says nothing final: the message may be on its way all the same.
    Fault(ChannelWord),
    /// Nothing came back, or nothing that can be believed: likewise.
    NoAnswer,
}

/// The HMAC of a card's number under the server's key: the same card gives the same, and nobody without the key
/// finds the number by trying all there are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CardHash(pub [u8; 32]);

impl fmt::Debug for CardHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardHash(…)")
    }
}

/// What may be shown of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardFace {
    /// Who issued it.
    pub bank: Bank,
    /// Debit or credit.
    pub kind: CardKind,
    /// Its first digits, as they stand in the table.
    pub bin: String,
    /// Its last four digits.
    pub last_four: String,
    /// The phone reserved at the bank, its middle hidden.
    pub phone: String,
    /// By which the same card is known again.
    pub hash: CardHash,
    /// Whose it is, as its bank has confirmed it; `None` for a card that was bound before holders were compared.
    pub holder: Option<HolderMark>,
}

/// Whether a card may be charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardState {
    /// It may.
    Bound,
    /// Its holder has switched the payment function off (支付功能关闭).
    SwitchedOff {
        /// When.
        since: Timestamp,
    },
    /// The bank's side says that there is no such token.
    Stale {
        /// When we learned it.
        since: Timestamp,
    },
    /// Its holder has unbound it; the channel has not confirmed yet that the token is gone.
    Unbinding {
        /// When.
        since: Timestamp,
    },
    /// Unbound. It stays as an instrument, so that binding it again brings back what waits for it.
    Unbound {
        /// When the token was gone.
        at: Timestamp,
    },
}

impl CardState {
    /// The name that the API and the store use.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Bound => "bound",
            Self::SwitchedOff { .. } => "switched_off",
            Self::Stale { .. } => "stale",
            Self::Unbinding { .. } => "unbinding",
            Self::Unbound { .. } => "unbound",
        }
    }

    /// When it came into this state, if that is kept.
    pub fn since(&self) -> Option<Timestamp> {
        match self {
            Self::Bound => None,
            Self::SwitchedOff { since } | Self::Stale { since } | Self::Unbinding { since } => Some(*since),
            Self::Unbound { at } => Some(*at),
        }
    }

    /// The state of a name; `None` if there is none, or its instant is missing.
    pub fn parse(id: &str, since: Option<Timestamp>) -> Option<Self> {
        match (id, since) {
            ("bound", _) => Some(Self::Bound),
            ("switched_off", Some(since)) => Some(Self::SwitchedOff { since }),
            ("stale", Some(since)) => Some(Self::Stale { since }),
            ("unbinding", Some(since)) => Some(Self::Unbinding { since }),
            ("unbound", Some(at)) => Some(Self::Unbound { at }),
            _ => None,
        }
    }
}

/// A bound card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// What may be shown of it.
    pub face: CardFace,
    /// What is charged at the channel.
    pub token: CardToken,
    /// When the token ends by itself, if the channel says.
    pub ends_at: Option<Timestamp>,
    /// The opening that brought the token: by its number the channel is asked whether it still holds.
    pub opening: OpeningId,
    /// When it was bound.
    pub bound_at: Timestamp,
    /// When it was charged last, or the bank's side last said that the token holds.
    pub last_good_use: Timestamp,
    /// Whether it may be charged.
    pub state: CardState,
}

/// What the channel says of an opening when asked, or by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenStanding {
    /// The token holds.
    Holds,
    /// There is no such token (any more).
    Gone,
}

/// Why a card cannot change as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the card is {from}, so it cannot be {to}")]
pub struct CardError {
    /// How it is.
    pub from: &'static str,
    /// What it was to be.
    pub to: &'static str,
}

impl Card {
    /// Its holder switches the payment function off or on. What is so already stays so.
    ///
    /// # Errors
    /// If there is nothing to switch: it is stale or unbound.
    pub fn switch(self, on: bool, now: Timestamp) -> Result<Self, CardError> {
        let to = if on { "switched on" } else { "switched off" };
        let state = match (self.state, on) {
            (CardState::Bound, false) => CardState::SwitchedOff { since: now },
            (CardState::SwitchedOff { .. }, true) => CardState::Bound,
            (same @ (CardState::Bound | CardState::SwitchedOff { .. }), _) => same,
            (CardState::Stale { .. } | CardState::Unbinding { .. } | CardState::Unbound { .. }, _) => {
                return Err(CardError { from: self.state.id(), to });
            }
        };
        Ok(Self { state, ..self })
    }

    /// Its holder unbinds it: from now on it is not charged, whatever the channel says of the token.
    ///
    /// # Errors
    /// If it is unbound already.
    pub fn unbind(self, now: Timestamp) -> Result<Self, CardError> {
        match self.state {
            CardState::Unbound { .. } => Err(CardError { from: self.state.id(), to: "unbound again" }),
            CardState::Unbinding { .. } => Ok(self),
            CardState::Bound | CardState::SwitchedOff { .. } | CardState::Stale { .. } => {
                Ok(Self { state: CardState::Unbinding { since: now }, ..self })
            }
        }
    }

    /// The card after the channel said how its token stands. What its holder has switched off or unbound stays so.
    #[must_use]
    pub fn record(self, standing: TokenStanding, now: Timestamp) -> Self {
        let state = match (self.state, standing) {
            (CardState::Bound | CardState::SwitchedOff { .. }, TokenStanding::Gone) => CardState::Stale { since: now },
            (CardState::Stale { .. }, TokenStanding::Holds) => CardState::Bound,
            (CardState::Unbinding { .. }, TokenStanding::Gone) => CardState::Unbound { at: now },
            (same, _) => same,
        };
        let last_good_use = if standing == TokenStanding::Holds { now } else { self.last_good_use };
        Self { state, last_good_use, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(state: CardState) -> Card {
        Card {
            face: CardFace {
                bank: Bank::parse("icbc").unwrap(),
                kind: CardKind::Debit,
                bin: "622202".into(),
                last_four: "6222".into(),
                phone: "138****5678".into(),
                hash: CardHash([7; 32]),
                holder: None,
            },
            token: CardToken::new("6235000000000000000"),
            ends_at: None,
            opening: "opn_00000000000000000000000007".parse().unwrap(),
            bound_at: Timestamp::UNIX_EPOCH,
            last_good_use: Timestamp::UNIX_EPOCH,
            state,
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn what_the_holder_did_is_not_undone_by_the_channel() {
        let table = [
            (CardState::Bound, TokenStanding::Gone, CardState::Stale { since: at(9) }),
            (CardState::Bound, TokenStanding::Holds, CardState::Bound),
            (CardState::Stale { since: at(1) }, TokenStanding::Holds, CardState::Bound),
            (CardState::Stale { since: at(1) }, TokenStanding::Gone, CardState::Stale { since: at(1) }),
            (CardState::SwitchedOff { since: at(1) }, TokenStanding::Holds, CardState::SwitchedOff { since: at(1) }),
            (CardState::Unbinding { since: at(1) }, TokenStanding::Holds, CardState::Unbinding { since: at(1) }),
            (CardState::Unbinding { since: at(1) }, TokenStanding::Gone, CardState::Unbound { at: at(9) }),
            (CardState::Unbound { at: at(1) }, TokenStanding::Holds, CardState::Unbound { at: at(1) }),
        ];
        for (before, standing, after) in table {
            assert_eq!(card(before).record(standing, at(9)).state, after, "{before:?} {standing:?}");
        }
    }

    #[test]
    fn switching_needs_a_card_that_is_bound() {
        assert_eq!(card(CardState::Bound).switch(false, at(3)).unwrap().state, CardState::SwitchedOff { since: at(3) });
        assert_eq!(card(CardState::SwitchedOff { since: at(1) }).switch(true, at(3)).unwrap().state, CardState::Bound);
        for state in [CardState::Stale { since: at(1) }, CardState::Unbound { at: at(1) }] {
            assert!(card(state).switch(true, at(3)).is_err(), "{state:?}");
        }
        assert!(card(CardState::Unbound { at: at(1) }).unbind(at(3)).is_err());
    }

    #[test]
    fn a_token_is_not_printed() {
        assert!(!format!("{:?}", card(CardState::Bound)).contains("6235000000000000000"));
    }
}
