//! Work that must be done, saved in the commit that causes it.

use jiff::Timestamp;
use tantu_domain::ids::{AttemptId, JobId, PaymentId, RefundId};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// Bring a submitted attempt to its end.
    ResolveAttempt {
        /// Of which payment.
        payment: PaymentId,
        /// Which.
        attempt: AttemptId,
    },
    /// Give a late success back.
    ReturnLateSuccess {
        /// Of which payment.
        payment: PaymentId,
        /// Which attempt.
        attempt: AttemptId,
        /// By which refund.
        refund: RefundId,
    },
}

/// A process's hold on a job. A late holder's write is refused by the fence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The process.
    pub owner: String,
    /// Until when, in real time.
    pub until: Timestamp,
}

/// One piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What.
    pub kind: JobKind,
    /// Not before, in business time.
    pub run_at: Timestamp,
    /// How often it was leased again after its first holder.
    pub tries: u32,
    /// Grows with every lease; whoever writes must hold the present one.
    pub fence: u64,
    /// Who holds it.
    pub lease: Option<Lease>,
}
