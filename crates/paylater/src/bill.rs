//! A bill: one order paid by the line, with a due date. It is changed by purchase, time, money, a refund of its order and an
//! extension, and by nothing else; after each, what was bought and charged is what was paid, taken back and is still owed.

use jiff::Unit;
use jiff::civil::Date;
use tantu_domain::ids::{AccountId, BillId, PaymentId};
use tantu_domain::money::{Money, MoneyError};

use crate::calendar::{Calendar, CalendarError};
use crate::debt::Debt;
use crate::terms::Terms;

/// Why a bill cannot be made or changed as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BillError {
    /// A bill is of more than nothing.
    #[error("a bill needs more than nothing; {0} is not")]
    NotPositive(Money),
    /// More than the bill still owes, in one of its parts.
    #[error("the bill owes {owed}; {amount} is more than that")]
    MoreThanOwed {
        /// What was to be taken off.
        amount: Money,
        /// What is owed.
        owed: Money,
    },
    /// A due date never moves backwards.
    #[error("the due date is {due_on}; it may move to a later day, and {asked} is not")]
    NotLater {
        /// As it is.
        due_on: Date,
        /// As it was asked for.
        asked: Date,
    },
    /// It is paid.
    #[error("the bill was settled on {0}; nothing is owed on it")]
    Settled(Date),
    /// The due date cannot be told.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// A sum does not fit.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// Where a bill stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Not due yet.
    Open {
        /// How many days are left.
        days_left: i32,
    },
    /// Due today.
    Due,
    /// Past its due date, and still free of charge.
    Grace {
        /// How many days since the due date.
        days: i32,
    },
    /// Past its grace.
    Overdue {
        /// How many days since the due date.
        days: i32,
        /// 1 to 30 days, to 60, to 90, and more.
        level: Level,
    },
    /// Nothing is owed.
    Settled,
}

/// How long a bill is overdue, as credit counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Up to thirty days.
    First,
    /// Up to sixty.
    Second,
    /// Up to ninety.
    Third,
    /// More.
    Fourth,
}

impl Level {
    /// Every level, the mildest first.
    pub const ALL: [Level; 4] = [Self::First, Self::Second, Self::Third, Self::Fourth];

    /// The level of so many days past the due date.
    pub fn of(days: i32) -> Self {
        match days {
            ..=30 => Self::First,
            31..=60 => Self::Second,
            61..=90 => Self::Third,
            91.. => Self::Fourth,
        }
    }

    /// One to four.
    pub fn number(self) -> u8 {
        match self {
            Self::First => 1,
            Self::Second => 2,
            Self::Third => 3,
            Self::Fourth => 4,
        }
    }

    /// The level of a number.
    pub fn parse(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.number() == number)
    }
}

impl Stage {
    /// The name that the API shows.
    pub fn id(self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Due => "due",
            Self::Grace { .. } => "grace",
            Self::Overdue { .. } => "overdue",
            Self::Settled => "settled",
        }
    }
}

/// Until when interest has been charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accrual {
    /// Days up to this one are charged.
    pub to: Date,
    /// Millionths of a fen that were too little to charge; they count towards the next fen.
    pub rest: i64,
    /// Whether the late fee was charged.
    pub fee_charged: bool,
}

/// One pay-later debt with a due date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill {
    /// Its id.
    pub id: BillId,
    /// Who owes.
    pub account: AccountId,
    /// The order that was paid by the line.
    pub payment: PaymentId,
    /// What was bought.
    pub amount: Money,
    /// When.
    pub purchased_on: Date,
    /// When it was or will be put on a statement.
    pub statement_on: Date,
    /// When it is due.
    pub due_on: Date,
    /// What is owed, charged until [`Accrual::to`].
    pub owed: Debt,
    /// What was paid.
    pub paid: Debt,
    /// What went back to the lender because the merchant gave it back.
    pub refunded: Money,
    /// How far interest is charged.
    pub accrual: Accrual,
    /// When nothing was owed any more.
    pub settled_on: Option<Date>,
}

impl Bill {
    /// The bill of an order that the line has paid.
    ///
    /// # Errors
    /// [`BillError`] if the amount is not positive, or the calendar does not reach the due date.
    pub fn of_purchase(
        id: BillId,
        account: AccountId,
        payment: PaymentId,
        amount: Money,
        on: Date,
        (terms, calendar): (&Terms, &Calendar),
    ) -> Result<Self, BillError> {
        if !amount.is_positive() {
            return Err(BillError::NotPositive(amount));
        }
        let statement_on = terms.statement_on(on);
        Ok(Self {
            id,
            account,
            payment,
            amount,
            purchased_on: on,
            statement_on,
            due_on: terms.due_on(statement_on, calendar)?,
            owed: Debt::of_principal(amount),
            paid: Debt::zero(amount.currency()),
            refunded: Money::zero(amount.currency()),
            accrual: Accrual { to: on, rest: 0, fee_charged: false },
            settled_on: None,
        })
    }

    /// Where it stands.
    pub fn stage(&self, terms: &Terms, today: Date) -> Stage {
        if self.settled_on.is_some() {
            return Stage::Settled;
        }
        let days = days_between(self.due_on, today);
        match days {
            ..0 => Stage::Open { days_left: -days },
            0 => Stage::Due,
            _ if today <= terms.grace_ends_on(self.due_on) => Stage::Grace { days },
            _ => Stage::Overdue { days, level: Level::of(days) },
        }
    }

    /// The bill with all that the terms charge until `today`, included. A day that is already charged changes nothing, so
    /// a clock that goes back neither charges nor gives back.
    ///
    /// # Errors
    /// [`BillError::Money`] if a sum does not fit.
    pub fn charged(&self, terms: &Terms, today: Date) -> Result<Self, BillError> {
        if self.settled_on.is_some() || today <= self.accrual.to {
            return Ok(self.clone());
        }
        let grace_ends = terms.grace_ends_on(self.due_on);
        let from = self.accrual.to;
        let before = days_between(from, today.min(grace_ends.max(from)));
        let after = days_between(from.max(grace_ends), today).max(0);
        let rate = |days: i32, millionths: u32| i64::from(days).checked_mul(i64::from(millionths));
        let daily = rate(before, terms.rate.millionths())
            .zip(rate(after, terms.overdue_rate.millionths()))
            .and_then(|(before, after)| before.checked_add(after))
            .and_then(|sum| sum.checked_mul(self.owed.principal.minor()))
            .and_then(|millionths| millionths.checked_add(self.accrual.rest))
            .ok_or(MoneyError::Overflow)?;
        let currency = self.amount.currency();
        let mut owed = self.owed;
        owed.interest = owed.interest.plus(Money::new(daily / 1_000_000, currency))?;
        let fee_now = today > grace_ends && !self.accrual.fee_charged;
        if fee_now {
            owed.costs = owed.costs.plus(terms.late_fee)?;
        }
        let accrual = Accrual { to: today, rest: daily % 1_000_000, fee_charged: self.accrual.fee_charged || fee_now };
        Ok(Self { owed, accrual, ..self.clone() })
    }

    /// What would settle it on a day: the sum that is shown before anybody pays.
    ///
    /// # Errors
    /// [`BillError::Money`] if a sum does not fit.
    pub fn payoff(&self, terms: &Terms, on: Date) -> Result<Debt, BillError> {
        Ok(self.charged(terms, on)?.owed)
    }

    /// The bill after money was allocated to it.
    ///
    /// # Errors
    /// [`BillError::Settled`], or [`BillError::MoreThanOwed`] if a part gets more than it owes: allocation never does that.
    pub fn repaid(&self, allocated: &Debt, on: Date) -> Result<Self, BillError> {
        self.refuse_settled()?;
        let owed = self.owed.minus(allocated)?;
        if !owed.is_sound() || !allocated.is_sound() {
            return Err(BillError::MoreThanOwed { amount: allocated.total()?, owed: self.owed.total()? });
        }
        let settled_on = owed.is_zero().then_some(on);
        Ok(Self { owed, paid: self.paid.plus(allocated)?, settled_on, ..self.clone() })
    }

    /// The bill after the merchant gave money back for its order, and what of it is over, because the payer has already
    /// repaid that much: that is his. What is `under_way` to be repaid counts as repaid, so that it still finds its debt.
    ///
    /// # Errors
    /// [`BillError`] if the amount is not positive, or more than was bought comes back.
    pub fn refunded(&self, amount: Money, under_way: Money, on: Date) -> Result<(Self, Money), BillError> {
        if !amount.is_positive() {
            return Err(BillError::NotPositive(amount));
        }
        let refunded = self.refunded.plus(amount)?;
        if self.amount.minus(refunded)?.minor() < 0 {
            return Err(BillError::MoreThanOwed { amount: refunded, owed: self.amount });
        }
        let free = self.owed.total()?.minus(under_way)?.minor().max(0);
        let taken = Money::new(amount.minor().min(self.owed.principal.minor()).min(free), amount.currency());
        let owed = Debt { principal: self.owed.principal.minus(taken)?, ..self.owed };
        let settled_on = self.settled_on.or_else(|| owed.is_zero().then_some(on));
        Ok((Self { owed, refunded, settled_on, ..self.clone() }, amount.minus(taken)?))
    }

    /// The bill with a later due date. What was charged until now stays charged; from now on the new date counts.
    ///
    /// # Errors
    /// [`BillError`] if it is settled, or the day is not later.
    pub fn due_later(&self, due_on: Date) -> Result<Self, BillError> {
        self.refuse_settled()?;
        if due_on <= self.due_on {
            return Err(BillError::NotLater { due_on: self.due_on, asked: due_on });
        }
        Ok(Self { due_on, ..self.clone() })
    }

    /// Whether the bill's sums agree, whatever happened to it: principal bought is principal paid, taken back or owed.
    /// What came back after it had been paid is the payer's, and stands in both paid and refunded; `returned` is that sum.
    pub fn is_balanced(&self, returned: Money) -> bool {
        let accounted = self
            .owed
            .principal
            .plus(self.paid.principal)
            .and_then(|sum| sum.plus(self.refunded))
            .and_then(|sum| sum.minus(returned));
        accounted == Ok(self.amount) && self.owed.is_sound() && self.paid.is_sound()
    }

    fn refuse_settled(&self) -> Result<(), BillError> {
        self.settled_on.map_or(Ok(()), |on| Err(BillError::Settled(on)))
    }
}

/// How many days `to` is after `from`; negative if it is before.
pub fn days_between(from: Date, to: Date) -> i32 {
    // Two dates of the calendar are at most some seven million days apart.
    to.since((Unit::Day, from)).map_or(0, |span| span.get_days())
}
