//! The configured product: every figure that pay-later uses. What does not stand here is not charged and not done.

use jiff::civil::{Date, Time};
use jiff::{Span, ToSpan};
use tantu_domain::channel::Channel;
use tantu_domain::money::{Money, MoneyError};

use crate::calendar::{Calendar, CalendarError};
use crate::debt::Part;

/// Interest for one day, in millionths of the principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(u32);

impl Rate {
    /// No interest.
    pub const NONE: Self = Self(0);

    /// So many millionths a day: 500 is five ten-thousandths (万分之五).
    pub const fn per_day(millionths: u32) -> Self {
        Self(millionths)
    }

    /// Millionths a day.
    pub const fn millionths(self) -> u32 {
        self.0
    }

    /// The cost of a year of 365 days in hundredths of a percent, simple interest, rounded up so that it is never
    /// understated: 1825 is 18.25 %.
    pub const fn annual(self) -> u32 {
        self.0.saturating_mul(365).div_ceil(100)
    }
}

/// How often one bill may be asked for by one network, so that neither bank nor network sees a nuisance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryCaps {
    /// On one instrument, in a day in Beijing.
    pub per_day: u32,
    /// On one instrument, in thirty days.
    pub per_thirty_days: u32,
    /// On all instruments of the network together, in thirty days.
    pub network_per_thirty_days: u32,
}

/// How bills are collected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionTerms {
    /// The hours in Beijing at which an instrument is asked, in order. The first is early enough for a second chance on
    /// the same day, the last before the quiet hours begin.
    pub hours: Vec<Time>,
    /// The days of the month on which wages usually come, for payers who have not said their own.
    pub paydays: Vec<i8>,
    /// The caps for the wallet (`None`) and for each channel.
    pub caps: Vec<(Option<Channel>, RetryCaps)>,
    /// A part that a limit lets pass is never smaller than this.
    pub smallest_part: Money,
}

/// From a score on, a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitStep {
    /// The lowest score.
    pub score: u16,
    /// What may be owed at once.
    pub limit: Money,
}

impl CollectionTerms {
    /// The caps of a network. One that the terms do not name is asked once a day and no more.
    pub fn caps(&self, channel: Option<Channel>) -> RetryCaps {
        let known = self.caps.iter().find(|(of, _)| *of == channel);
        known.map_or(RetryCaps { per_day: 1, per_thirty_days: 1, network_per_thirty_days: 1 }, |(_, caps)| *caps)
    }
}

/// One edition of the product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Names the edition; it stands on every bill made under it.
    pub version: String,
    /// The limits by score, lowest first; below the first there is no line.
    pub limits: Vec<LimitStep>,
    /// Below this score an open line takes no new order.
    pub score_to_use: u16,
    /// The day of the month on which the month before is put on a statement.
    pub statement_day: i8,
    /// The day of the statement's month on which its bills are due; on a day off, the next working day.
    pub due_day: i8,
    /// So many days after the due date nothing is charged, and nothing is refused.
    pub grace_days: i32,
    /// Interest from the purchase to the end of the grace.
    pub rate: Rate,
    /// Interest after the grace.
    pub overdue_rate: Rate,
    /// Charged once, on the first day after the grace.
    pub late_fee: Money,
    /// In which order money is allocated to a bill's parts.
    pub allocation: [Part; 3],
    /// How bills are collected.
    pub collection: CollectionTerms,
}

/// What using the line costs, as it is shown before it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Hundredths of a percent a year, until the end of the grace.
    pub annual: u32,
    /// Hundredths of a percent a year, after it.
    pub annual_overdue: u32,
    /// Once, if the grace passes unpaid.
    pub late_fee: Money,
    /// One day's interest after the grace on the whole amount, in fen, rounded down as it is charged.
    pub overdue_day: Money,
}

impl Terms {
    /// The product as it is configured by default: free until the grace ends, then 0.05 % a day; no fee.
    ///
    /// The rate is what such products commonly state; the caps are at or below those that card networks publish for
    /// repeated attempts (fifteen in thirty days). Hours and paydays are assumed.
    pub fn standard() -> Self {
        let step = |score, yuan: i64| LimitStep { score, limit: Money::cny(yuan * 100) };
        Self {
            version: "2026-11".to_owned(),
            limits: vec![step(600, 2_000), step(650, 5_000), step(700, 10_000), step(800, 20_000)],
            score_to_use: 600,
            statement_day: 1,
            due_day: 10,
            grace_days: 3,
            rate: Rate::NONE,
            overdue_rate: Rate::per_day(500),
            late_fee: Money::cny(0),
            allocation: Part::ALL,
            collection: CollectionTerms {
                hours: vec![Time::constant(9, 0, 0, 0), Time::constant(14, 0, 0, 0), Time::constant(20, 0, 0, 0)],
                paydays: vec![5, 10, 15, 20, 25],
                caps: std::iter::once(None).chain(Channel::ALL.iter().copied().map(Some)).map(standard_caps).collect(),
                smallest_part: Money::cny(5_000),
            },
        }
    }

    /// The limit that a score earns; `None` if it earns no line.
    pub fn limit_for(&self, score: u16) -> Option<Money> {
        self.limits.iter().rev().find(|step| step.score <= score).map(|step| step.limit)
    }

    /// The score from which on a line is opened.
    pub fn score_to_open(&self) -> u16 {
        self.limits.first().map_or(u16::MAX, |step| step.score)
    }

    /// When a purchase of `day` is put on a statement: the first statement day after it.
    pub fn statement_on(&self, day: Date) -> Date {
        let this_month = on_day(day, self.statement_day);
        if day < this_month { this_month } else { on_day(day.saturating_add(1.month()), self.statement_day) }
    }

    /// When the bills of a statement are due: a working day.
    ///
    /// # Errors
    /// [`CalendarError::UnknownYear`] if the calendar does not reach that far.
    pub fn due_on(&self, statement_on: Date, calendar: &Calendar) -> Result<Date, CalendarError> {
        let this_month = on_day(statement_on, self.due_day);
        let due = if statement_on < this_month {
            this_month
        } else {
            on_day(statement_on.saturating_add(1.month()), self.due_day)
        };
        calendar.on_or_after(due)
    }

    /// The last day on which a bill of that due date costs nothing more than the rate until then.
    pub fn grace_ends_on(&self, due_on: Date) -> Date {
        due_on.saturating_add(Span::new().days(self.grace_days))
    }

    /// What an amount costs.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] if a day's interest does not fit.
    pub fn cost(&self, amount: Money) -> Result<Cost, MoneyError> {
        let day = amount.minor().checked_mul(i64::from(self.overdue_rate.millionths())).ok_or(MoneyError::Overflow)?;
        Ok(Cost {
            annual: self.rate.annual(),
            annual_overdue: self.overdue_rate.annual(),
            late_fee: self.late_fee,
            overdue_day: Money::new(day / 1_000_000, amount.currency()),
        })
    }
}

fn standard_caps(channel: Option<Channel>) -> (Option<Channel>, RetryCaps) {
    let caps = match channel {
        None => RetryCaps { per_day: 3, per_thirty_days: 30, network_per_thirty_days: 30 },
        Some(Channel::UnionPay) => RetryCaps { per_day: 2, per_thirty_days: 10, network_per_thirty_days: 15 },
        Some(Channel::Alipay | Channel::WechatPay | Channel::DouyinPay) => {
            RetryCaps { per_day: 3, per_thirty_days: 15, network_per_thirty_days: 15 }
        }
    };
    (channel, caps)
}

/// That day of the month of `date`, or the month's last if it is shorter.
pub(crate) fn on_day(date: Date, day: i8) -> Date {
    let last = date.days_in_month();
    date.first_of_month().saturating_add(Span::new().days(day.clamp(1, last) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_purchase_is_stated_next_month_and_due_on_a_working_day() {
        let (terms, calendar) = (Terms::standard(), Calendar::announced().unwrap());
        let table = [
            ("2026-11-22", "2026-12-01", "2026-12-10"),
            ("2026-11-01", "2026-12-01", "2026-12-10"),
            ("2026-12-01", "2027-01-01", "-"),
            ("2026-09-30", "2026-10-01", "2026-10-10"), // a Saturday that is worked
            ("2026-04-30", "2026-05-01", "2026-05-11"), // a Sunday, after a Saturday that is worked
            ("2024-01-31", "2024-02-01", "2024-02-18"), // the festival, then a worked Sunday
        ];
        for (bought, stated, due) in table {
            assert_eq!(terms.statement_on(day(bought)), day(stated), "{bought}");
            let expected = if due == "-" { Err(CalendarError::UnknownYear(2027)) } else { Ok(day(due)) };
            assert_eq!(terms.due_on(day(stated), &calendar), expected, "{bought}");
        }
    }

    #[test]
    fn a_year_of_the_rate_is_shown_and_never_understated() {
        assert_eq!(Rate::per_day(500).annual(), 1825);
        assert_eq!(Rate::per_day(1).annual(), 4);
        assert_eq!(Rate::NONE.annual(), 0);
        let cost = Terms::standard().cost(Money::cny(36_000)).unwrap();
        assert_eq!((cost.annual, cost.annual_overdue, cost.overdue_day), (0, 1825, Money::cny(18)));
    }

    #[test]
    fn a_score_earns_the_highest_step_that_it_reaches() {
        let terms = Terms::standard();
        let limits = [599, 600, 649, 650, 950].map(|score| terms.limit_for(score).map(Money::minor));
        assert_eq!(limits, [None, Some(200_000), Some(200_000), Some(500_000), Some(2_000_000)]);
        assert_eq!(terms.score_to_open(), 600);
    }
}
