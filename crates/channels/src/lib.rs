//! What is said to others: one narrow trait for each thing that a channel does for us, one folder for each
//! channel. Only here stand a channel's field names, formats and signatures.
//!
//! What comes back is a *report* in the domain's words, and it claims no more than the channel has proven: an
//! answer without a valid signature proves nothing, and a code that nobody published is a fault, never a no.

pub mod alipay;
pub mod card;
mod chain;
mod http;
pub mod registry;
mod rsa;
pub mod secret;
mod service;
pub mod sms;
pub mod unionpay;
pub mod webhook;
mod words;

use async_trait::async_trait;
use jiff::Timestamp;
use tantu_domain::attempt::AttemptReport;
use tantu_domain::card::{BindingReport, CardToken};
use tantu_domain::channel::ChannelWord;
use tantu_domain::ids::{AttemptId, MandateId, OpeningId, RefundId};
use tantu_domain::instrument::MandateReport;
use tantu_domain::money::Money;

use crate::card::OneTimeCode;
use crate::secret::Secret;

/// What the payer's app shows so that he is charged once (付款码). It lives in memory only: whoever has it can take
/// the payer's money for some minutes, so it is shown by nothing and kept by nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentCode(Secret);

impl PaymentCode {
    /// The digits, as they were scanned.
    pub fn new(digits: impl Into<String>) -> Self {
        Self(Secret::new(digits))
    }

    /// The digits, for the channel alone.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

/// How the payer lets himself be charged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChargeWay {
    /// Under the permission that he gave.
    Mandate {
        /// The channel's number of it.
        agreement_no: String,
    },
    /// By the code that he has just shown.
    PaymentCode {
        /// The code.
        code: PaymentCode,
    },
    /// By the card that he has bound.
    Card {
        /// What stands for it.
        token: CardToken,
        /// The code that his bank has sent him for this attempt, if it was asked to.
        code: Option<OneTimeCode>,
    },
}

/// What is to be charged, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargeOrder {
    /// The attempt; its number is the idempotency key at the channel.
    pub attempt: AttemptId,
    /// How much.
    pub amount: Money,
    /// What the payer reads in the channel's list of payments.
    pub subject: String,
    /// By what right.
    pub way: ChargeWay,
    /// After this the channel must take no money for it; whole seconds, earlier if in between.
    pub expires_at: Timestamp,
    /// Where the channel tells us how it ended.
    pub notify_url: String,
}

/// Money that is to go back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundOrder {
    /// The attempt that took it.
    pub attempt: AttemptId,
    /// The refund; its number is the idempotency key at the channel.
    pub refund: RefundId,
    /// How much.
    pub amount: Money,
    /// Why, as the payer may read it.
    pub reason: String,
}

/// What came of a cancel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelReport {
    /// What the channel says of the attempt.
    pub report: AttemptReport,
    /// Whether the channel asks to be called again with the same number. It says nothing when nothing came
    /// back ([`AttemptReport::NoAnswer`]), though calling again is right then, too.
    pub again: bool,
}

/// The five verbs about one charge.
#[async_trait]
pub trait Charge: Send + Sync {
    /// Takes the money. `Declined` is final; everything but that and `Succeeded` is undecided.
    async fn charge(&self, order: &ChargeOrder) -> AttemptReport;

    /// Asks how an attempt stands. It says `Declined` only where the channel says that the charge was: a refused
    /// question is a `Fault`.
    async fn query(&self, attempt: AttemptId) -> AttemptReport;

    /// Closes an attempt that is not paid: `ClosedThere`, or why not. Where a channel cannot close, it is asked.
    async fn close(&self, attempt: AttemptId) -> AttemptReport;

    /// Ends an attempt whether it is paid or not; paid money goes back. Where a channel allows that on the same day
    /// only, the attempt is asked about afterwards.
    async fn cancel(&self, attempt: AttemptId) -> CancelReport;

    /// Gives money back: `Refunded`, `Declined`, or undecided. The same order may be sent again.
    async fn refund(&self, order: &RefundOrder) -> AttemptReport;

    /// Asks how a refund stands: `Refunded`, `NotExist` if the channel has not made it (yet), or `Declined` where
    /// the channel says that it has refused it.
    async fn query_refund(&self, order: &RefundOrder) -> AttemptReport;
}

/// The browser that opens a page order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// A desktop's: the payer signs in there, or scans what it shows.
    Desktop,
    /// A phone's: the page calls the channel's app.
    Phone,
}

/// What the payer is to pay on the channel's own page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageOrder {
    /// The attempt; its number is the idempotency key at the channel.
    pub attempt: AttemptId,
    /// How much.
    pub amount: Money,
    /// What the payer reads there.
    pub subject: String,
    /// Where the page is opened.
    pub screen: Screen,
    /// After this the channel must take no money for it; whole seconds, earlier if in between.
    pub expires_at: Timestamp,
    /// Where the channel tells us how it ended.
    pub notify_url: String,
    /// Where the browser comes back to. That it came back proves nothing.
    pub return_url: String,
}

/// Orders that the payer confirms on the channel's page. Nothing is sent from here: the channel knows of the order
/// when the payer has signed in there, and [`Charge::query`] says `NotExist` until then, perhaps until the expiry.
pub trait PageOrders: Send + Sync {
    /// The address that the payer's browser opens to pay. It may be made as often as it is wanted: the number
    /// makes it one order.
    ///
    /// # Errors
    /// [`ChannelError::Unsendable`] if it cannot be signed by our key.
    fn page(&self, order: &PageOrder) -> Result<String, ChannelError>;
}

/// What the payer is to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningOrder {
    /// Our side of the mandate; each signing has its own.
    pub mandate: MandateId,
    /// For how many days it holds, counted by the channel from the signing.
    pub valid_days: u16,
    /// Where the channel tells us that it was signed or withdrawn.
    pub notify_url: String,
    /// Where the browser comes back to. That it came back proves nothing.
    pub return_url: String,
}

/// One mandate, named as one of the two sides names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MandateRef {
    /// By our number, which exists before anything is signed.
    Ours(MandateId),
    /// By the channel's number.
    AgreementNo(String),
}

/// The payer's standing permission at a third party.
#[async_trait]
pub trait MandateSigning: Send + Sync {
    /// The address that the payer's browser opens to sign.
    ///
    /// # Errors
    /// [`ChannelError::Unsendable`] if it cannot be signed by our key.
    fn signing_page(&self, order: &SigningOrder) -> Result<String, ChannelError>;

    /// Asks how a mandate stands.
    ///
    /// # Errors
    /// [`ChannelError`] if the channel gave no answer about it that can be believed.
    async fn query(&self, which: &MandateRef) -> Result<MandateReport, ChannelError>;

    /// Withdraws a mandate from our side. One that is gone already counts as withdrawn.
    ///
    /// # Errors
    /// [`ChannelError`] if it is not proven that the mandate is gone.
    async fn revoke(&self, agreement_no: &str) -> Result<(), ChannelError>;
}

/// Why a call that moves no money brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChannelError {
    /// Nothing came back, or nothing that can be believed.
    #[error("the channel gave no answer that can be believed; ask again later")]
    NoAnswer,
    /// A fault, or a code that says nothing final.
    #[error("the channel answered {code}, which is not final; ask again later", code = .0.code)]
    Fault(ChannelWord),
    /// A code whose published meaning is a final no.
    #[error("the channel refused with {code}", code = .0.code)]
    Refused(ChannelWord),
    /// The request could not be signed, so it was not sent.
    #[error("the request could not be signed with the merchant's key, so nothing was sent")]
    Unsendable,
}

/// What a channel tells us on its own account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notification {
    /// How an attempt stands.
    Attempt {
        /// Which.
        attempt: AttemptId,
        /// How.
        report: AttemptReport,
    },
    /// How a mandate stands.
    Mandate {
        /// Which.
        mandate: MandateId,
        /// How.
        report: MandateReport,
    },
    /// How a refund stands.
    Refund {
        /// Which.
        refund: RefundId,
        /// How.
        report: AttemptReport,
    },
    /// How the binding of a card stands.
    Binding {
        /// Which.
        binding: OpeningId,
        /// How.
        report: BindingReport,
    },
    /// Genuine, for us, and of no consequence; it is accepted so that it is not sent again.
    Ignored {
        /// What it was, for the log.
        what: String,
    },
}

/// Why a notification is not believed. Nothing of what it said is kept or repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotificationError {
    /// Longer than any genuine one.
    #[error("the notification is longer than {limit} bytes; check what sits between the channel and us")]
    TooLarge {
        /// The longest allowed.
        limit: usize,
    },
    /// It carries no signature.
    #[error("the notification is not signed; check that the caller is the channel")]
    Unsigned,
    /// Its signature is not the channel's.
    #[error("the notification's signature is wrong; check the channel's public key, and that no proxy alters bodies")]
    Signature,
    /// It names a certificate that we do not have.
    #[error("the notification is signed with a certificate that we do not have; get the channel's new one")]
    UnknownCertificate,
    /// It brings a certificate that we do not believe: expired, another party's, or leading to no root of ours.
    #[error("the notification's certificate is not the channel's; check the roots, the signer's name and the clock")]
    UntrustedCertificate,
    /// It is genuine, and for another app.
    #[error("the notification is for another app; check app_id and the address entered at the channel")]
    OtherApp,
    /// It is genuine, and for another seller.
    #[error("the notification is for another merchant; check our number at the channel (seller_id, merId)")]
    OtherSeller,
    /// It is genuine, and about something that we never made.
    #[error("the notification's {field} is none of our numbers; check whether another system uses the same app")]
    NotOurs {
        /// The field that holds the number.
        field: &'static str,
    },
    /// A field stands twice, so that two readers could read two things.
    #[error("a field stands twice in the notification; check what sits between the channel and us")]
    DoubledField,
    /// A field that must be there is missing or cannot be read.
    #[error("the notification's {field} is missing or cannot be read; compare it with the channel's documentation")]
    Malformed {
        /// The field.
        field: &'static str,
    },
}

/// Reading what a channel tells us on its own account.
pub trait Notifications: Send + Sync {
    /// Reads the body of one notification, believing nothing before its signature is verified.
    ///
    /// # Errors
    /// [`NotificationError`] says what to check.
    fn read(&self, body: &[u8]) -> Result<Notification, NotificationError>;

    /// The answer that stops the channel from sending it again, to be given only once it is stored.
    fn accepted(&self) -> &'static str;
}
