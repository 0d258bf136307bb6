//! One-time codes of ours: for what they are good, and what became of each. How often one is sent or tried, `one_time_code`
//! says.
//!
//! A code is bound to its purpose and, for a payment, to payee and amount. What is kept is a keyed hash over all of
//! that: a bare hash of six digits would be plain text. A try is counted before it is looked at, in a commit of its
//! own, so that a thousand guesses at once are five.

use jiff::Timestamp;

use crate::ids::{AccountId, CodeId, MerchantId, PaymentId};
use crate::money::Money;
use crate::one_time_code::{LIFE, TRIES};

/// What a code is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To bind the phone that it was sent to.
    BindPhone,
    /// To let one payment through: to this payee, of this amount.
    Payment(PaymentId, MerchantId, Money),
    /// To set another pay password without the old one.
    ResetPassword,
}

impl Purpose {
    /// The name that the store and the API use.
    pub fn id(self) -> &'static str {
        match self {
            Self::BindPhone => "bind_phone",
            Self::Payment(..) => "payment",
            Self::ResetPassword => "reset_password",
        }
    }
}

/// What the carrier said of the message that brought a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// It is on its way, as far as anybody knows.
    Sent,
    /// The phone has it.
    Delivered,
    /// The phone has it, and does not show it.
    Intercepted,
    /// The carrier did not take it, or gave up.
    Refused,
}

impl Delivery {
    /// Every one.
    pub const ALL: &'static [Delivery] = &[Self::Sent, Self::Delivered, Self::Intercepted, Self::Refused];

    /// The name that the store and the API use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Intercepted => "intercepted",
            Self::Refused => "refused",
        }
    }

    /// The one of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|delivery| delivery.id() == id)
    }
}

/// A text that is sealed: only the vault reads it.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedText(pub Vec<u8>);

impl std::fmt::Debug for SealedText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealedText(…)")
    }
}

/// A code that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Its id, and its message's at the sender of messages.
    pub id: CodeId,
    /// Whose.
    pub account: AccountId,
    /// For what.
    pub purpose: Purpose,
    /// The phone that it was sent to.
    pub phone: SealedText,
    /// The keyed hash over the digits and all that they are bound to.
    pub mac: [u8; 32],
    /// When it was sent.
    pub sent_at: Timestamp,
    /// The tries, those included that are still being looked at.
    pub tries: u32,
    /// When it was used.
    pub used_at: Option<Timestamp>,
    /// What the carrier said of its message.
    pub delivery: Delivery,
    /// Since when the carrier says so.
    pub delivery_at: Option<Timestamp>,
}

impl Code {
    /// Until when it is good.
    pub fn expires_at(&self) -> Timestamp {
        self.sent_at.checked_add(LIFE).unwrap_or(self.sent_at)
    }

    /// Whether it could be used at `now`.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.used_at.is_none() && now < self.expires_at()
    }

    /// Counts a try before it is looked at; `None` if none is left, it was used, or its time is over.
    pub fn count_try(&self, now: Timestamp) -> Option<Self> {
        (self.is_open(now) && self.tries < TRIES).then(|| Self { tries: self.tries.saturating_add(1), ..self.clone() })
    }

    /// The same after it was used; `None` if it cannot be any more.
    pub fn used(&self, now: Timestamp) -> Option<Self> {
        self.is_open(now).then(|| Self { used_at: Some(now), ..self.clone() })
    }
}
