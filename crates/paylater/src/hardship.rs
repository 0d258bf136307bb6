//! A later due date for a payer in hardship: one member of staff asks, another decides. Nobody decides on what he asked for.

use jiff::Timestamp;
use jiff::civil::Date;
use tantu_domain::ids::{BillId, ExtensionId};

use crate::bill::{Bill, BillError};
use crate::calendar::Calendar;

/// A member of staff, by the id that he signs in with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StaffId(pub String);

/// Whether it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExtensionState {
    /// It waits for a second person.
    Asked,
    /// The second person agreed.
    Granted {
        /// Who.
        by: StaffId,
        /// When.
        at: Timestamp,
    },
    /// The second person did not.
    Declined {
        /// Who.
        by: StaffId,
        /// When.
        at: Timestamp,
    },
}

/// Why an extension cannot be asked for or decided.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExtensionError {
    /// The same person twice.
    #[error("{0:?} asked for it; another member of staff decides")]
    SamePerson(StaffId),
    /// It is decided.
    #[error("the extension is already decided")]
    Decided,
    /// The bill cannot be due on that day.
    #[error(transparent)]
    Bill(#[from] BillError),
}

/// A later due date, asked for and decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// Its id.
    pub id: ExtensionId,
    /// Which bill.
    pub bill: BillId,
    /// The day it will be due; a working day.
    pub due_on: Date,
    /// Who asked.
    pub asked_by: StaffId,
    /// When.
    pub asked_at: Timestamp,
    /// Whether it holds.
    pub state: ExtensionState,
}

impl Extension {
    /// Asks for a later day; on a day off, the next working day.
    ///
    /// # Errors
    /// [`ExtensionError::Bill`] if the bill is settled, the day is not later, or the calendar does not reach it.
    pub fn ask(
        id: ExtensionId,
        bill: &Bill,
        day: Date,
        by: StaffId,
        calendar: &Calendar,
        now: Timestamp,
    ) -> Result<Self, ExtensionError> {
        let due_on = calendar.on_or_after(day).map_err(BillError::from)?;
        bill.due_later(due_on)?;
        Ok(Self { id, bill: bill.id, due_on, asked_by: by, asked_at: now, state: ExtensionState::Asked })
    }

    /// Grants it: what stands afterwards, and the bill with its new day.
    ///
    /// # Errors
    /// [`ExtensionError`] if it is decided, the same person asks and grants, or the bill has been settled meanwhile.
    pub fn grant(self, bill: &Bill, by: StaffId, now: Timestamp) -> Result<(Self, Bill), ExtensionError> {
        self.refuse_decider(&by)?;
        let later = bill.due_later(self.due_on)?;
        Ok((Self { state: ExtensionState::Granted { by, at: now }, ..self }, later))
    }

    /// Declines it; the bill stays as it is.
    ///
    /// # Errors
    /// [`ExtensionError`] if it is decided, or the same person asks and declines.
    pub fn decline(self, by: StaffId, now: Timestamp) -> Result<Self, ExtensionError> {
        self.refuse_decider(&by)?;
        Ok(Self { state: ExtensionState::Declined { by, at: now }, ..self })
    }

    fn refuse_decider(&self, by: &StaffId) -> Result<(), ExtensionError> {
        match &self.state {
            ExtensionState::Granted { .. } | ExtensionState::Declined { .. } => Err(ExtensionError::Decided),
            ExtensionState::Asked if self.asked_by == *by => Err(ExtensionError::SamePerson(by.clone())),
            ExtensionState::Asked => Ok(()),
        }
    }
}
