//! To which part of which bill money goes, to the fen.
//!
//! The bills in the order in which they are given (the earliest due first), and of each bill the parts in the order of the
//! terms: costs, interest, principal, unless it was agreed otherwise. What is left after the last bill is over, and is the payer's.

use tantu_domain::ids::BillId;
use tantu_domain::money::{Money, MoneyError};

use crate::debt::{Debt, Part};

/// What one bill gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Which.
    pub bill: BillId,
    /// By part.
    pub parts: Debt,
}

/// Where an amount goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    /// What each bill gets; a bill that gets nothing is not here.
    pub shares: Vec<Share>,
    /// What is left.
    pub over: Money,
}

/// Allocates an amount to debts.
///
/// # Errors
/// [`MoneyError`] if the currencies differ or a sum does not fit.
pub fn allocate(amount: Money, debts: &[(BillId, Debt)], order: [Part; 3]) -> Result<Allocation, MoneyError> {
    let mut left = amount;
    let mut shares = Vec::new();
    for (bill, debt) in debts {
        let mut parts = Debt::zero(amount.currency());
        for part in order {
            let owed = debt.part(part);
            // The difference also refuses a debt in another currency.
            let taken = if left.minus(owed)?.minor() < 0 { left } else { owed };
            parts = parts.with(part, parts.part(part).plus(taken)?);
            left = left.minus(taken)?;
        }
        if !parts.is_zero() {
            shares.push(Share { bill: *bill, parts });
        }
    }
    Ok(Allocation { shares, over: left })
}
