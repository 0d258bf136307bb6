//! What an audit of the books finds: each check with how many rows break it.

use jiff::Timestamp;
use tantu_domain::ids::AttemptId;
use tantu_domain::money::Money;

/// One thing that must hold at every read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditCheck {
    /// Its name: `entries_balance`, `balances_equal_fold`, …
    pub id: &'static str,
    /// How many rows it looked at.
    pub looked_at: u64,
    /// What breaks it, in words for staff; empty if it holds.
    pub broken: Vec<String>,
}

/// All checks, read at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// The checks, in a fixed order.
    pub checks: Vec<AuditCheck>,
}

/// One attempt, as the channel's books are compared with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditedAttempt {
    /// Which.
    pub attempt: AttemptId,
    /// Where it stands at us: the state's name.
    pub state: &'static str,
    /// How much.
    pub amount: Money,
    /// When it was submitted.
    pub submitted_at: Timestamp,
}
