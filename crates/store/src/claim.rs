//! Claims: the rows that make one order one payment, and one idempotency key one effect.

use jiff::Timestamp;
use tantu_domain::ids::{AccountId, MerchantId, PaymentId, SHARDS};

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
    Idempotency(IdempotencyKey),
}

/// A client's own name for what he asks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey {
    /// Whose key it is: the merchant, or the payer's account.
    pub client: String,
    /// The key.
    pub key: String,
}

/// A claim that somebody has made. It never changes: what came of it is the payer's, and lives with him.
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
}

/// A claim's place: the shard of its own hash, so that it is found before the payer is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) shard: u8,
    pub(crate) kind: &'static str,
    pub(crate) owner: String,
    pub(crate) key: String,
}

/// Where a claim lives, in every database.
pub(crate) fn place(key: &ClaimKey) -> Place {
    let (kind, owner, key) = match key {
        ClaimKey::Order { merchant, order_no } => ("order", merchant.to_string(), order_no.clone()),
        ClaimKey::Idempotency(own) => ("idempotency", own.client.clone(), own.key.clone()),
    };
    // FNV-1a: it only spreads claims over shards, and must be the same in every version of us.
    let bytes = kind.bytes().chain([0]).chain(owner.bytes()).chain([0]).chain(key.bytes());
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    Place { shard: u8::try_from(hash % u64::from(SHARDS)).unwrap_or(0), kind, owner, key }
}
