//! Requests: what a client has asked about a payment under one idempotency key, and what he was told.
//!
//! A request lives with its payer, so that its answer is kept in the same commit as what it speaks of. Who holds only the
//! key finds the payment by the key's claim first.

use jiff::Timestamp;
use tantu_domain::answer::Answer;
use tantu_domain::ids::PaymentId;

use crate::claim::IdempotencyKey;

/// What a client has asked about a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Under which key.
    pub key: IdempotencyKey,
    /// About which payment.
    pub payment: PaymentId,
    /// When first.
    pub asked_at: Timestamp,
    /// The first answer that was given, once it has been.
    pub answer: Option<Answer>,
    /// When the same came again although it had been answered: that answer did not arrive.
    pub asked_again_at: Option<Timestamp>,
}
