//! One submission of a leg to one channel, from the moment it is stored until the channel's truth is known.
//!
//! Undecided is a state of its own: it ends by an answer, a confirmed close, or a refund of a success that
//! came after the close. Our own time-out never ends it.

use jiff::{SignedDuration, Timestamp};

use crate::cause::Cause;
use crate::channel::{Channel, ChannelWord};
use crate::evidence::Confidence;
use crate::ids::{AttemptId, InstrumentId, RefundId};
use crate::money::Money;

/// How long after a charge's own expiry *does not exist* becomes final: the distance that the channel's
/// clock and ours may have.
pub const EXPIRY_SKEW: SignedDuration = SignedDuration::from_secs(5);

/// How an attempt ended without money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClosedBy {
    /// We cancelled, and the channel confirmed that it closed the trade or gave the money back.
    Cancel,
    /// The channel closed it by itself, as when it expired unpaid.
    Channel,
    /// The channel has never seen it, and its expiry is past.
    NeverArrived,
}

impl ClosedBy {
    /// The name that the API and the store use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Cancel => "cancel",
            Self::Channel => "channel",
            Self::NeverArrived => "never_arrived",
        }
    }

    /// The way of a name.
    pub fn parse(id: &str) -> Option<Self> {
        [Self::Cancel, Self::Channel, Self::NeverArrived].into_iter().find(|by| by.id() == id)
    }
}

/// Where an attempt stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttemptState {
    /// Stored, perhaps sent, perhaps not: only the channel knows.
    Submitted {
        /// When we last had any well-formed answer about it.
        last_contact: Option<Timestamp>,
        /// The fault that the channel answered, if that is what it answered.
        fault: Option<ChannelWord>,
        /// When the channel accepted a cancel of a trade that it had not (yet) seen.
        cancelled_at: Option<Timestamp>,
    },
    /// The channel has taken the money.
    Succeeded {
        /// When, by the channel's word.
        at: Timestamp,
        /// The channel's number of the trade.
        trade_no: String,
    },
    /// The channel has said no.
    Declined {
        /// When we learned it.
        at: Timestamp,
        /// Word for word.
        word: ChannelWord,
    },
    /// Ended without money.
    Closed {
        /// When we learned it.
        at: Timestamp,
        /// How.
        by: ClosedBy,
    },
    /// Declined or closed, and then taken after all: the money is on its way back.
    Returning {
        /// When we learned of the late success.
        since: Timestamp,
        /// The channel's number of the trade.
        trade_no: String,
        /// The one refund of it.
        refund: RefundId,
    },
    /// The late success has been given back.
    Returned {
        /// When the channel confirmed it.
        at: Timestamp,
        /// The channel's number of the trade.
        trade_no: String,
        /// The one refund of it.
        refund: RefundId,
    },
}

impl AttemptState {
    /// The name that the API and the store use.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Submitted { .. } => "submitted",
            Self::Succeeded { .. } => "succeeded",
            Self::Declined { .. } => "declined",
            Self::Closed { .. } => "closed",
            Self::Returning { .. } => "returning",
            Self::Returned { .. } => "returned",
        }
    }
}

/// By what its payer permits an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Permission {
    /// The mandate that he gave.
    Mandate {
        /// The channel's number of it.
        agreement_no: String,
    },
    /// His confirmation on the channel's own page. Nothing is sent from here: the channel knows of the attempt
    /// once he is there.
    ChannelPage,
    /// The code that his app has shown. The code itself is in memory only, and is no part of the attempt.
    PaymentCode,
    /// The card that he has bound: what its instrument holds is charged. The bank's code for it, if one was asked
    /// for, is in memory only.
    Token,
}

impl Permission {
    /// The name that the store uses.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Mandate { .. } => "mandate",
            Self::ChannelPage => "channel_page",
            Self::PaymentCode => "payment_code",
            Self::Token => "token",
        }
    }

    /// The channel's number of the mandate, if it is one.
    pub fn agreement_no(&self) -> Option<&str> {
        match self {
            Self::Mandate { agreement_no } => Some(agreement_no),
            Self::ChannelPage | Self::PaymentCode | Self::Token => None,
        }
    }

    /// The permission of a name; `None` if there is none, or if it needs a mandate's number and has none.
    pub fn parse(id: &str, agreement_no: Option<String>) -> Option<Self> {
        match (id, agreement_no) {
            ("mandate", Some(agreement_no)) => Some(Self::Mandate { agreement_no }),
            ("channel_page", None) => Some(Self::ChannelPage),
            ("payment_code", None) => Some(Self::PaymentCode),
            ("token", None) => Some(Self::Token),
            _ => None,
        }
    }
}

/// One submission to one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its id, from which the channel's number follows.
    pub id: AttemptId,
    /// Who was asked.
    pub channel: Channel,
    /// What was to be charged.
    pub instrument: InstrumentId,
    /// How much.
    pub amount: Money,
    /// By what the payer permits it.
    pub permission: Permission,
    /// When it was stored, before its first byte left.
    pub submitted_at: Timestamp,
    /// After this the channel itself takes no money for it.
    pub expires_at: Timestamp,
    /// Where it stands.
    pub state: AttemptState,
}

/// What a channel says of an attempt: by answer, notification or query, all in the same words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttemptReport {
    /// It has taken this much.
    Succeeded {
        /// Its number of the trade.
        trade_no: String,
        /// How much.
        amount: Money,
        /// When.
        paid_at: Timestamp,
    },
    /// It has refused, by a code whose published meaning is final.
    Declined {
        /// Word for word.
        word: ChannelWord,
        /// What the code speaks for.
        causes: Vec<(Cause, Confidence)>,
    },
    /// It answered with a fault, or with a code that says nothing about money.
    Fault(ChannelWord),
    /// Nothing came back, or nothing that can be believed.
    NoAnswer,
    /// It knows the trade, and the payer has not paid.
    Waiting,
    /// It does not know the trade (yet).
    NotExist,
    /// It has closed the trade unpaid.
    ClosedThere,
    /// It took our cancel; `settled` if there was a trade that is now closed or given back.
    Cancelled {
        /// Whether it had a trade to end.
        settled: bool,
    },
    /// It has given back a late success.
    Refunded,
}

impl AttemptReport {
    /// The channel's word, if it said no or something that says nothing about money.
    pub fn word(&self) -> Option<&ChannelWord> {
        match self {
            Self::Declined { word, .. } | Self::Fault(word) => Some(word),
            Self::Succeeded { .. }
            | Self::NoAnswer
            | Self::Waiting
            | Self::NotExist
            | Self::ClosedThere
            | Self::Cancelled { .. }
            | Self::Refunded => None,
        }
    }
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// Nothing that matters: a repetition, or a word that comes too late to mean anything.
    Nothing,
    /// Still undecided, with more known than before.
    Undecided,
    /// The money is taken.
    Captured,
    /// The channel said no.
    Declined,
    /// Ended without money.
    Closed,
    /// Taken after it had ended: this refund is owed now.
    LateSuccess(RefundId),
    /// The late success is given back.
    Returned,
    /// The channel reports another amount than was asked: nothing is believed, and staff must look.
    Contradiction,
}

impl Attempt {
    /// The attempt after a report, and what changed. `refund` names the refund should one be owed.
    #[must_use]
    pub fn record(mut self, report: &AttemptReport, refund: RefundId, now: Timestamp) -> (Self, Recorded) {
        if let AttemptReport::Succeeded { amount, .. } = report
            && *amount != self.amount
        {
            return (self, Recorded::Contradiction);
        }
        let (state, recorded) = match self.state {
            AttemptState::Submitted { last_contact, fault, cancelled_at } => {
                undecided((last_contact, fault, cancelled_at), report, self.expires_at, now)
            }
            AttemptState::Declined { .. } | AttemptState::Closed { .. } => match report {
                AttemptReport::Succeeded { trade_no, .. } => (
                    AttemptState::Returning { since: now, trade_no: trade_no.clone(), refund },
                    Recorded::LateSuccess(refund),
                ),
                _ => (self.state, Recorded::Nothing),
            },
            AttemptState::Returning { since: _, trade_no, refund } if matches!(report, AttemptReport::Refunded) => {
                (AttemptState::Returned { at: now, trade_no, refund }, Recorded::Returned)
            }
            AttemptState::Returning { .. } | AttemptState::Succeeded { .. } | AttemptState::Returned { .. } => {
                (self.state, Recorded::Nothing)
            }
        };
        self.state = state;
        (self, recorded)
    }

    /// Whether only the channel knows how it ended.
    pub fn is_undecided(&self) -> bool {
        matches!(self.state, AttemptState::Submitted { .. })
    }

    /// From when on *does not exist* is the last word.
    pub fn final_at(&self) -> Timestamp {
        self.expires_at.checked_add(EXPIRY_SKEW).unwrap_or(Timestamp::MAX)
    }
}

type Known = (Option<Timestamp>, Option<ChannelWord>, Option<Timestamp>);

fn undecided(
    (last_contact, fault, cancelled_at): Known,
    report: &AttemptReport,
    expires_at: Timestamp,
    now: Timestamp,
) -> (AttemptState, Recorded) {
    let past = expires_at.checked_add(EXPIRY_SKEW).is_ok_and(|at| at <= now);
    let closed = |by| (AttemptState::Closed { at: now, by }, Recorded::Closed);
    let still = |last_contact, fault, cancelled_at| {
        (AttemptState::Submitted { last_contact, fault, cancelled_at }, Recorded::Undecided)
    };
    match report {
        AttemptReport::Succeeded { trade_no, paid_at, .. } => {
            (AttemptState::Succeeded { at: *paid_at, trade_no: trade_no.clone() }, Recorded::Captured)
        }
        AttemptReport::Declined { word, .. } => {
            (AttemptState::Declined { at: now, word: word.clone() }, Recorded::Declined)
        }
        AttemptReport::ClosedThere => closed(ClosedBy::Channel),
        AttemptReport::Cancelled { settled: true } => closed(ClosedBy::Cancel),
        AttemptReport::Cancelled { settled: false } => still(Some(now), fault, cancelled_at.or(Some(now))),
        AttemptReport::NotExist if past => closed(ClosedBy::NeverArrived),
        AttemptReport::NotExist | AttemptReport::Waiting => still(Some(now), fault, cancelled_at),
        AttemptReport::Fault(word) => still(Some(now), Some(word.clone()), cancelled_at),
        AttemptReport::NoAnswer => still(last_contact, fault, cancelled_at),
        AttemptReport::Refunded => (AttemptState::Submitted { last_contact, fault, cancelled_at }, Recorded::Nothing),
    }
}
