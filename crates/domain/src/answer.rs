//! What a caller is told of a payment. The first answer to an idempotency key is kept, and given again.

use crate::evidence::Finding;
use crate::payment::{Action, Refusal};

/// What a caller is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Paid.
    Succeeded,
    /// Only the channel knows; the causes say what happened so far.
    Undecided {
        /// Why it is not known yet.
        causes: Vec<Finding>,
    },
    /// It waits for the payer.
    RequiresAction {
        /// For what.
        action: Action,
    },
    /// Not paid, and why; it can be resumed.
    Refused(Refusal),
    /// Given up by the merchant.
    Closed,
}
