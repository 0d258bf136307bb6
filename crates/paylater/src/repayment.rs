//! A repayment: money on one bill by one or several instruments, and what is refused before any of them is charged.

use jiff::civil::Date;
use tantu_domain::ids::{AccountId, BillId, InstrumentId};
use tantu_domain::money::{Currency, Money, MoneyError};

use crate::bill::Bill;
use crate::instrument::Source;

/// What one instrument pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RepaymentLeg {
    /// Which instrument.
    pub instrument: InstrumentId,
    /// What kind of thing it is.
    pub source: Source,
    /// How much.
    pub amount: Money,
}

/// Why a repayment is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RepaymentError {
    /// Somebody else's bill. To the asker it is as if there were none.
    #[error("there is no bill {0} of this account")]
    NotYours(BillId),
    /// Nothing is owed.
    #[error("bill {bill} was settled on {on}; nothing is owed on it")]
    Settled {
        /// Which.
        bill: BillId,
        /// Since when.
        on: Date,
    },
    /// No instrument, nothing, or less than nothing.
    #[error("a repayment needs more than nothing from each of its instruments")]
    Nothing,
    /// One instrument twice.
    #[error("instrument {0} is named twice; name it once with the whole sum")]
    Twice(InstrumentId),
    /// Another currency than the bill's.
    #[error("the bill is in {bill}; {asked} cannot pay it", bill = .bill.code(), asked = .asked.code())]
    Currency {
        /// The bill's.
        bill: Currency,
        /// The repayment's.
        asked: Currency,
    },
    /// More than is owed.
    #[error("{owed} is owed; {asked} is more than that")]
    MoreThanOwed {
        /// What is owed and not under way already.
        owed: Money,
        /// What was to be paid.
        asked: Money,
    },
    /// Other credit.
    #[error("instrument {instrument} cannot repay a bill: {rule}")]
    Forbidden {
        /// Which.
        instrument: InstrumentId,
        /// By which rule.
        rule: &'static str,
    },
    /// A sum does not fit.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// Checks a repayment of a bill that was charged until today. `under_way` is what other repayments of the bill have begun
/// and not ended: it counts as paid here, so that two at once cannot both take the whole.
///
/// Gives the sum.
///
/// # Errors
/// [`RepaymentError`], the first that applies.
pub fn check(
    bill: &Bill,
    account: AccountId,
    legs: &[RepaymentLeg],
    under_way: Money,
) -> Result<Money, RepaymentError> {
    if bill.account != account {
        return Err(RepaymentError::NotYours(bill.id));
    }
    if let Some(on) = bill.settled_on {
        return Err(RepaymentError::Settled { bill: bill.id, on });
    }
    if legs.is_empty() {
        return Err(RepaymentError::Nothing);
    }
    let currency = bill.amount.currency();
    let mut sum = Money::zero(currency);
    for (index, leg) in legs.iter().enumerate() {
        if leg.amount.currency() != currency {
            return Err(RepaymentError::Currency { bill: currency, asked: leg.amount.currency() });
        }
        if !leg.amount.is_positive() {
            return Err(RepaymentError::Nothing);
        }
        if legs.iter().take(index).any(|other| other.instrument == leg.instrument) {
            return Err(RepaymentError::Twice(leg.instrument));
        }
        if let Some(rule) = leg.source.forbidden_by() {
            return Err(RepaymentError::Forbidden { instrument: leg.instrument, rule });
        }
        sum = sum.plus(leg.amount)?;
    }
    let owed = bill.owed.total()?.minus(under_way)?;
    if owed.minus(sum)?.minor() < 0 {
        return Err(RepaymentError::MoreThanOwed { owed, asked: sum });
    }
    Ok(sum)
}
