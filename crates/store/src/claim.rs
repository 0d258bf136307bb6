//! Claims: the rows that make one order one payment, and one idempotency key one effect.

use jiff::Timestamp;
use tantu_domain::answer::Answer;
use tantu_domain::ids::{AccountId, MerchantId, PaymentId};

/// What is claimed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClaimKey {
    /// A merchant's order number: one payment for ever.
    Order {
        /// Whose.
        merchant: MerchantId,
        /// The number.
        order_no: String,
    },
    /// A client's idempotency key: one effect and one answer.
    Idempotency {
        /// Whose key it is: the merchant, or the payer's account.
        client: String,
        /// The key.
        key: String,
    },
}

/// A claim that somebody has made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// What.
    pub key: ClaimKey,
    /// The SHA-256 of the request that made it; the same key with another body is refused.
    pub request_hash: [u8; 32],
    /// Who pays.
    pub account: AccountId,
    /// The payment.
    pub payment: PaymentId,
    /// When.
    pub claimed_at: Timestamp,
    /// The first answer that was given, once it has been. An order's claim has none.
    pub answer: Option<Answer>,
    /// When the same request came again although it had been answered: that answer did not arrive.
    pub asked_again_at: Option<Timestamp>,
}
