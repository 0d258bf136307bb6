//! Bank cards: binding one, and having the bank's code sent for a payment. Charging a bound card is
//! [`Charge`](crate::Charge) with [`ChargeWay::Card`](crate::ChargeWay::Card).
//!
//! The factors of a card live in memory for one call: they are [`Secret`]s, and what comes back is a token.

use async_trait::async_trait;
use tantu_domain::attempt::AttemptReport;
use tantu_domain::card::{BindingReport, CardToken, CodeReport};
use tantu_domain::ids::{AttemptId, OpeningId};
use tantu_domain::money::Money;

use crate::secret::Secret;
use crate::{ChannelError, RefundOrder};

/// A code that a bank has sent to its customer's phone. It works once, for minutes, for one binding or payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTimeCode(Secret);

impl OneTimeCode {
    /// The digits, as they were entered.
    pub fn new(digits: impl Into<String>) -> Self {
        Self(Secret::new(digits))
    }

    /// The digits, for the channel alone.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

/// A document that proves who somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// 居民身份证.
    IdCard,
    /// A passport.
    Passport,
}

/// What a bank compares before it lets a card be bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardFactors {
    /// The card's number, 16 to 19 digits.
    pub number: Secret,
    /// The phone that the holder has left at the bank, eleven digits.
    pub phone: Secret,
    /// The holder's name.
    pub name: Secret,
    /// The kind of the document.
    pub document_kind: DocumentKind,
    /// The document's number.
    pub document: Secret,
    /// The last month of a credit card, four digits as printed on it: `MMYY`.
    pub expiry: Option<Secret>,
    /// The three digits on the back of a credit card.
    pub cvn2: Option<Secret>,
}

/// A card that is to be bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BindingOrder {
    /// The binding; its number and the time it was made name it at the channel. Sending the code and opening
    /// name the same; another card, or another try after a refusal, is another.
    pub binding: OpeningId,
    /// What the holder has entered.
    pub factors: CardFactors,
}

/// Binding a card, and letting it go.
#[async_trait]
pub trait CardBinding: Send + Sync {
    /// Has the bank send its code for this binding to the phone reserved there.
    async fn send_code(&self, order: &BindingOrder) -> CodeReport;

    /// Binds the card. `Declined` is final for this binding; everything but that and `Bound` is to be asked about.
    async fn open(&self, order: &BindingOrder, code: Option<&OneTimeCode>) -> BindingReport;

    /// Asks whether a binding was made, and as what: `Bound`, `NotExist`, or nothing final.
    async fn query(&self, binding: OpeningId) -> BindingReport;

    /// Lets a token go. One that is gone already counts as gone.
    ///
    /// # Errors
    /// [`ChannelError`] if it is not proven that the token is gone.
    async fn delete(&self, token: &CardToken) -> Result<(), ChannelError>;
}

/// A payment for which the bank is to send its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeOrder {
    /// The attempt that will be charged with the code.
    pub attempt: AttemptId,
    /// What stands for the card.
    pub token: CardToken,
    /// How much will be charged: the code is good for exactly that.
    pub amount: Money,
    /// The phone reserved at the bank, for channels that want it again.
    pub phone: Option<Secret>,
}

/// What a bound card needs beside the five verbs.
#[async_trait]
pub trait CardPayments: Send + Sync {
    /// Has the bank send its code for a payment.
    async fn send_code(&self, order: &CodeOrder) -> CodeReport;

    /// Undoes a charge as a whole on the day it was made, which is sooner there than a refund; `order.refund` is
    /// the undoing's number, and [`Charge::query_refund`](crate::Charge::query_refund) asks about it.
    async fn undo(&self, order: &RefundOrder) -> AttemptReport;
}
