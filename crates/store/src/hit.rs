//! Which payments an incident hit.

use jiff::Timestamp;
use tantu_domain::ids::{AccountId, IncidentId, PaymentId};

/// A payment that an incident stopped, or left undecided. It stays a hit however the payment ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// By which incident.
    pub incident: IncidentId,
    /// Which payment.
    pub payment: PaymentId,
    /// Whose.
    pub account: AccountId,
    /// When first.
    pub at: Timestamp,
}

/// Which hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HitsOf {
    /// All of an incident. They are on every shard.
    Incident(IncidentId),
    /// Those of one payer.
    Payer(IncidentId, AccountId),
}
