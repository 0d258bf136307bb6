//! Bank cards: the token that stands for one after it is bound, and what a channel says while it is being bound.
//!
//! The card's number is nowhere in the domain: it goes from the request to the channel, and only what is named
//! here comes back.

use std::fmt;

use jiff::Timestamp;

use crate::cause::Cause;
use crate::channel::ChannelWord;
use crate::evidence::Confidence;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
