//! What a decision needs to know of an account's pay-later line. The line's own rules are those of `tantu-paylater`.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::ids::{BillId, CaseId};
use crate::money::Money;

/// The bill that has been overdue for the longest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverdueBill {
    /// Which.
    pub bill: BillId,
    /// When it was due.
    pub due_on: Date,
    /// How many days ago.
    pub days: i64,
    /// What is owed on it.
    pub amount: Money,
}

/// Somebody's will that a line takes no new orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrozenLine {
    /// The case, if staff decided it; `None` if its holder did.
    pub case: Option<CaseId>,
    /// Since when.
    pub since: Timestamp,
    /// When its holder asked staff to lift it.
    pub asked_at: Option<Timestamp>,
}

/// Where a line stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineStanding {
    /// What may be owed at once.
    pub limit: Money,
    /// What a new order may use of it.
    pub available: Money,
    /// The credit score.
    pub score: u16,
    /// The lowest score with which it takes orders.
    pub needed: u16,
    /// What lowered the score last, by the name of the entry, and when.
    pub moved_by: Option<(&'static str, Timestamp)>,
    /// Who has frozen it, if somebody has.
    pub frozen: Option<FrozenLine>,
    /// What is overdue.
    pub overdue: Option<OverdueBill>,
}

/// What a payment is for, as far as it decides what may pay it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaysFor {
    /// A merchant's order.
    Order,
    /// A pay-later bill: neither another credit nor the line itself may repay it.
    Bill,
    /// The payer's own wallet, topped up: whoever may not pay from it may not fill it either.
    Wallet,
}
