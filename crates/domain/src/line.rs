//! What a decision needs to know of an account's pay-later line. The line's own rules are those of `tantu-paylater`.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::ids::BillId;
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
}
