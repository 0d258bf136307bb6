//! What is exported: the movements of a pay-later account between two days, in order, with what was owed before them.

use jiff::Timestamp;
use jiff::civil::Date;
use tantu_domain::ids::{AccountId, BillId};
use tantu_domain::money::{Money, MoneyError};

/// What a movement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An order was paid by the line.
    Purchase,
    /// Interest was charged.
    Interest,
    /// A fee was charged.
    Costs,
    /// A bill was repaid.
    Repayment,
    /// A merchant gave money back.
    Refund,
}

impl Kind {
    /// Its name in every file.
    pub fn id(self) -> &'static str {
        match self {
            Self::Purchase => "purchase",
            Self::Interest => "interest",
            Self::Costs => "costs",
            Self::Repayment => "repayment",
            Self::Refund => "refund",
        }
    }

    /// Whether more is owed after it.
    pub fn adds(self) -> bool {
        match self {
            Self::Purchase | Self::Interest | Self::Costs => true,
            Self::Repayment | Self::Refund => false,
        }
    }
}

/// One movement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Names it for ever: a file that is read twice must not count it twice.
    pub reference: String,
    /// On which day in Beijing.
    pub on: Date,
    /// What it is.
    pub kind: Kind,
    /// How much; always more than nothing.
    pub amount: Money,
    /// On which bill.
    pub bill: BillId,
    /// When that bill is due.
    pub due_on: Date,
    /// What a person would recognise it by: the merchant, the instrument.
    pub about: String,
}

/// A pay-later account between two days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Whose.
    pub account: AccountId,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// When the file was asked for.
    pub made_at: Timestamp,
    /// What was owed before the first day.
    pub owed_before: Money,
    /// The movements in their order.
    pub lines: Vec<Line>,
}

impl Statement {
    /// What is owed after each line.
    ///
    /// # Errors
    /// [`MoneyError`] if the currencies differ or a sum does not fit.
    pub fn owed_after_each(&self) -> Result<Vec<Money>, MoneyError> {
        let mut owed = self.owed_before;
        let after = |line: &Line| {
            owed = if line.kind.adds() { owed.plus(line.amount)? } else { owed.minus(line.amount)? };
            Ok(owed)
        };
        self.lines.iter().map(after).collect()
    }

    /// What is owed at the end.
    ///
    /// # Errors
    /// [`MoneyError`] if the currencies differ or a sum does not fit.
    pub fn owed_at_end(&self) -> Result<Money, MoneyError> {
        Ok(self.owed_after_each()?.last().copied().unwrap_or(self.owed_before))
    }
}
