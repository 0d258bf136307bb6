//! The credit score: the sum of documented factors over an account's entries, replayed from the first each time it is asked.
//!
//! | factor | points |
//! | --- | --- |
//! | a line is opened | 600, and 10 for each tier of the verified identity |
//! | a bill repaid by the end of its grace | +15, for two bills a month at most and 240 in all |
//! | a bill passes its grace, thirty, sixty, ninety days | −60, −40, −60, −80 |
//! | that bill is repaid | half of what it took comes back at once, the odd point too |
//! | each month without an overdue bill after that | a sixth of the other half, until all is back |
//! | the line at a statement: up to 30 % used; above 90 % | +10; −10; the last statement counts |
//!
//! A score is between 350 and 950. An entry that was struck after a dispute counts as if it had never been.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use tantu_domain::clock::day_of;
use tantu_domain::ids::{BillId, CreditEntryId};

use crate::bill::Level;

/// The lowest score that is shown.
pub const LOWEST: u16 = 350;

/// The highest score that is shown.
pub const HIGHEST: u16 = 950;

const BASE: i32 = 600;
const A_TIER: i32 = 10;
const ON_TIME: i32 = 15;
const ON_TIME_A_MONTH: u32 = 2;
const ON_TIME_IN_ALL: i32 = 240;
const RESTORED_IN_MONTHS: i32 = 6;
const LITTLE_USED: u8 = 30;
const MUCH_USED: u8 = 90;
const USE: i32 = 10;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreditEvent {
    /// A line was opened for a person of this identity tier (1 to 3).
    Opened {
        /// The tier.
        tier: u8,
    },
    /// A bill was repaid by the end of its grace.
    RepaidOnTime {
        /// Which.
        bill: BillId,
    },
    /// A bill reached a level of being overdue.
    Overdue {
        /// Which.
        bill: BillId,
        /// Which level.
        level: Level,
    },
    /// A bill that was overdue was repaid.
    RepaidLate {
        /// Which.
        bill: BillId,
    },
    /// A month ended in which no bill was overdue.
    CleanMonth,
    /// How much of the line was used when a statement was made, in percent.
    LineUse {
        /// 0 to 100, or more if the limit was lowered.
        percent: u8,
    },
}

impl CreditEvent {
    /// The name that the store and the API use.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::RepaidOnTime { .. } => "repaid_on_time",
            Self::Overdue { .. } => "overdue",
            Self::RepaidLate { .. } => "repaid_late",
            Self::CleanMonth => "clean_month",
            Self::LineUse { .. } => "line_use",
        }
    }

    /// The bill that it is about.
    pub fn bill(&self) -> Option<BillId> {
        match self {
            Self::RepaidOnTime { bill } | Self::Overdue { bill, .. } | Self::RepaidLate { bill } => Some(*bill),
            Self::Opened { .. } | Self::CleanMonth | Self::LineUse { .. } => None,
        }
    }
}

/// One entry of an account's credit history. It is never changed, only struck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreditEntry {
    /// Its id.
    pub id: CreditEntryId,
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub event: CreditEvent,
    /// Whether staff have struck it after a dispute.
    pub struck: bool,
}

/// What one entry did to the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The entry.
    pub entry: CreditEntry,
    /// By how many points the shown score moved.
    pub points: i32,
    /// The score after it.
    pub score: u16,
}

/// What is still to come back for one bill.
#[derive(Debug, Clone, Copy)]
struct Restoring {
    left: i32,
    step: i32,
}

#[derive(Debug, Default)]
struct Replay {
    sum: i32,
    on_time: i32,
    month: Option<(Date, u32)>,
    taken: BTreeMap<BillId, i32>,
    restoring: Vec<Restoring>,
    line_use: i32,
}

impl Replay {
    /// The points of one event, before the score is held within its bounds.
    fn points(&mut self, at: Timestamp, event: CreditEvent) -> i32 {
        match event {
            CreditEvent::Opened { tier } => BASE + A_TIER * i32::from(tier),
            CreditEvent::RepaidOnTime { .. } => self.on_time(day_of(at).first_of_month()),
            CreditEvent::Overdue { bill, level } => {
                let points = match level {
                    Level::First | Level::Third => 60,
                    Level::Second => 40,
                    Level::Fourth => 80,
                };
                *self.taken.entry(bill).or_default() += points;
                -points
            }
            CreditEvent::RepaidLate { bill } => {
                let taken = self.taken.remove(&bill).unwrap_or(0);
                let left = taken / 2;
                if left > 0 {
                    let step = (left + RESTORED_IN_MONTHS - 1) / RESTORED_IN_MONTHS;
                    self.restoring.push(Restoring { left, step });
                }
                taken - left
            }
            CreditEvent::CleanMonth => {
                let mut points = 0;
                for one in &mut self.restoring {
                    let back = one.step.min(one.left);
                    one.left -= back;
                    points += back;
                }
                self.restoring.retain(|one| one.left > 0);
                points
            }
            CreditEvent::LineUse { percent } => {
                let level = match percent {
                    ..=LITTLE_USED => USE,
                    percent if percent > MUCH_USED => -USE,
                    _ => 0,
                };
                let points = level - self.line_use;
                self.line_use = level;
                points
            }
        }
    }

    fn on_time(&mut self, month: Date) -> i32 {
        let counted = self.month.filter(|(of, _)| *of == month).map_or(0, |(_, counted)| counted);
        if counted >= ON_TIME_A_MONTH {
            return 0;
        }
        self.month = Some((month, counted + 1));
        let points = ON_TIME.min(ON_TIME_IN_ALL - self.on_time);
        self.on_time += points;
        points
    }

    fn shown(&self) -> u16 {
        let bounded = self.sum.clamp(i32::from(LOWEST), i32::from(HIGHEST));
        u16::try_from(bounded).unwrap_or(LOWEST)
    }
}

/// Replays an account's entries in their order. Each change says what its entry did; a struck entry did nothing.
pub fn replay(entries: &[CreditEntry]) -> Vec<Change> {
    let mut replay = Replay::default();
    let mut before = 0;
    let changes = entries.iter().map(|entry| {
        if !entry.struck {
            replay.sum += replay.points(entry.at, entry.event);
        }
        let opened = before != 0 || !entry.struck;
        let score = if opened { replay.shown() } else { 0 };
        let points = i32::from(score) - i32::from(before);
        before = score;
        Change { entry: *entry, points, score }
    });
    changes.collect()
}

/// The score after all entries; `None` before the first counts.
pub fn score(entries: &[CreditEntry]) -> Option<u16> {
    replay(entries).last().map(|change| change.score).filter(|score| *score > 0)
}
