//! A dispute of an entry in the credit history: the payer says that it is wrong, staff decide, and an upheld one strikes it.

use jiff::Timestamp;
use tantu_domain::ids::CreditEntryId;

use crate::credit::CreditEntry;
use crate::hardship::StaffId;

/// Whether it is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DisputeState {
    /// Not yet.
    Open,
    /// The entry is wrong and struck.
    Upheld {
        /// By whom.
        by: StaffId,
        /// When.
        at: Timestamp,
    },
    /// The entry stands.
    Rejected {
        /// By whom.
        by: StaffId,
        /// When.
        at: Timestamp,
    },
}

/// Why a dispute cannot be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DisputeError {
    /// It is already.
    #[error("the dispute is already decided")]
    Decided,
    /// It is about another entry.
    #[error("the dispute is about entry {0}")]
    OtherEntry(CreditEntryId),
}

/// A payer's word against an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// Which entry.
    pub entry: CreditEntryId,
    /// When he said so.
    pub opened_at: Timestamp,
    /// Whether it is decided.
    pub state: DisputeState,
}

impl Dispute {
    /// Opens one.
    pub fn open(entry: CreditEntryId, now: Timestamp) -> Self {
        Self { entry, opened_at: now, state: DisputeState::Open }
    }

    /// Decides it: what stands afterwards, and the entry, struck or as it was.
    ///
    /// # Errors
    /// [`DisputeError`] if it is decided, or the entry is not the one in dispute.
    pub fn decide(
        self,
        entry: CreditEntry,
        uphold: bool,
        by: StaffId,
        now: Timestamp,
    ) -> Result<(Self, CreditEntry), DisputeError> {
        if self.state != DisputeState::Open {
            return Err(DisputeError::Decided);
        }
        if self.entry != entry.id {
            return Err(DisputeError::OtherEntry(self.entry));
        }
        let state = if uphold { DisputeState::Upheld { by, at: now } } else { DisputeState::Rejected { by, at: now } };
        Ok((Self { state, ..self }, CreditEntry { struck: entry.struck || uphold, ..entry }))
    }
}
