//! What a payer is told about a bill, and when: never from 22:00 to 08:00 in Beijing, and never twice for one thing.

use std::fmt;

use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan};
use tantu_domain::clock::{beijing, day_of, start_of};
use tantu_domain::ids::BillId;

use crate::bill::{Bill, Stage};
use crate::prevention::day_ahead;
use crate::terms::Terms;

/// The first hour in which somebody may be told.
const MORNING: Time = Time::constant(8, 0, 0, 0);

/// The first hour in which nobody may be told any more.
const NIGHT: Time = Time::constant(22, 0, 0, 0);

/// An overdue bill is spoken of once in so many days.
const OVERDUE_EVERY: i32 = 7;

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// It will be due in about so many days: 30, 7, 3 or 1.
    Ahead(i32),
    /// It is due today.
    Due,
    /// An attempt to collect it failed, counted from one.
    Refused(u32),
    /// It is past its grace; counted in weeks, from nothing.
    Overdue(i32),
    /// It is paid.
    Settled,
}

/// One thing to tell about one bill. Its text is its key: a second one with the same key is never sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Notice {
    /// Which bill.
    pub bill: BillId,
    /// What about it.
    pub subject: Subject,
    /// When it was due; another date is another thing to tell.
    pub due_on: Date,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bill, due_on, .. } = self;
        match self.subject {
            Subject::Ahead(days) => write!(f, "{bill}:{due_on}:ahead:{days}"),
            Subject::Due => write!(f, "{bill}:{due_on}:due"),
            Subject::Refused(number) => write!(f, "{bill}:{due_on}:refused:{number}"),
            Subject::Overdue(weeks) => write!(f, "{bill}:{due_on}:overdue:{weeks}"),
            Subject::Settled => write!(f, "{bill}:settled"),
        }
    }
}

/// What there is to tell about a bill today, apart from what has happened to it. After a leap of the clock only what is
/// true today is told, not all that was missed.
pub fn today(bill: &Bill, terms: &Terms, today: Date) -> Option<Notice> {
    let subject = match bill.stage(terms, today) {
        Stage::Open { .. } => Subject::Ahead(day_ahead(bill, today)?),
        Stage::Due => Subject::Due,
        Stage::Overdue { days, .. } => Subject::Overdue((days - terms.grace_days - 1).max(0) / OVERDUE_EVERY),
        Stage::Grace { .. } | Stage::Settled => return None,
    };
    Some(Notice { bill: bill.id, subject, due_on: bill.due_on })
}

/// When somebody may be told what is known at `at`: then, or at eight in the morning.
pub fn not_at_night(at: Timestamp) -> Timestamp {
    let local = at.to_zoned(beijing());
    if local.time() < MORNING {
        morning(local.date())
    } else if local.time() < NIGHT {
        at
    } else {
        morning(day_of(at).saturating_add(1.day()))
    }
}

fn morning(day: Date) -> Timestamp {
    day.to_datetime(MORNING).to_zoned(beijing()).map_or_else(|_| start_of(day), |zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_anything_at_night() {
        let table = [
            ("2026-11-22T07:59:59+08:00", "2026-11-22T08:00:00+08:00"),
            ("2026-11-22T08:00:00+08:00", "2026-11-22T08:00:00+08:00"),
            ("2026-11-22T21:59:59+08:00", "2026-11-22T21:59:59+08:00"),
            ("2026-11-22T22:00:00+08:00", "2026-11-23T08:00:00+08:00"),
            ("2026-11-23T00:30:00+08:00", "2026-11-23T08:00:00+08:00"),
        ];
        for (known, told) in table {
            assert_eq!(not_at_night(known.parse().unwrap()), told.parse().unwrap(), "{known}");
        }
    }
}
