//! Where a debtor's money is asked for, and what really happened to it: the truth that a collector's books are held against.

use jiff::civil::DateTime;

use crate::people::{Debtor, Population, Rail, Trouble, day_number};

/// What somebody who asks for money is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// It was taken.
    Taken,
    /// There is not enough.
    NoFunds,
    /// The card is past its date.
    Expired,
    /// The mandate is past its end.
    MandateEnded,
    /// Too much at once; sometimes it is said how much passes.
    OverTransactionLimit(Option<i64>),
    /// Too much for today.
    OverDailyLimit,
    /// The card is lost, frozen or closed.
    Abnormal,
    /// The binding is not known at the bank any more.
    Stale,
    /// The account is frozen.
    Frozen,
    /// It looks like a risk.
    Risk,
    /// The rail answers with faults.
    Fault,
    /// No answer came. Whether money moved, only [`Till::truth`] says.
    Silence,
}

/// One debtor's money while his bill is collected.
#[derive(Debug)]
pub struct Till<'a> {
    population: &'a Population,
    debtor: &'a Debtor,
    mended: bool,
    asked: u64,
    /// Everything that was really taken, in fen.
    taken: i64,
    last_took: bool,
    first_limited: Option<u64>,
}

impl<'a> Till<'a> {
    /// Opens it.
    pub fn new(population: &'a Population, debtor: &'a Debtor) -> Self {
        Self { population, debtor, mended: false, asked: 0, taken: 0, last_took: false, first_limited: None }
    }

    /// The debtor puts everything right that he can: a new card, a new mandate, a word with the bank.
    pub fn mend(&mut self) {
        self.mended = true;
    }

    /// What was really taken, in fen.
    pub fn truth(&self) -> i64 {
        self.taken
    }

    /// Whether the last one that was asked took anything, which is known some time after.
    pub fn last_took(&self) -> bool {
        self.last_took
    }

    /// How often anything was asked.
    pub fn asked(&self) -> u64 {
        self.asked
    }

    /// Asks the source at `place` for so many fen.
    pub fn ask(&mut self, place: usize, fen: i64, at: DateTime) -> Reply {
        self.asked += 1;
        self.last_took = false;
        let Some(source) = self.debtor.sources.get(place) else { return Reply::Stale };
        if self.is_down(source.rail, at) {
            return Reply::Fault;
        }
        let trouble = if self.mended { Trouble::None } else { source.trouble };
        if let Some(no) = self.refuse(trouble, fen, at) {
            return no;
        }
        let place = u64::try_from(place).unwrap_or(0);
        if !self.population.has_funds(self.debtor, place, at) {
            return Reply::NoFunds;
        }
        let about = [self.debtor.number, self.asked];
        let lost = source.rail != Rail::Wallet && self.population.is("answer_lost", &about);
        if lost && self.population.chance().is(500, "lost_on_the_way", &about) {
            return Reply::Silence;
        }
        self.taken += fen;
        self.last_took = true;
        if lost { Reply::Silence } else { Reply::Taken }
    }

    fn is_down(&self, rail: Rail, at: DateTime) -> bool {
        let outage = self.population.outage(rail, at.date());
        outage.is_some_and(|(from, to)| (from..to).contains(&at.hour()))
    }

    fn refuse(&mut self, trouble: Trouble, fen: i64, at: DateTime) -> Option<Reply> {
        match trouble {
            Trouble::None => None,
            Trouble::Expired => Some(Reply::Expired),
            Trouble::MandateEnded => Some(Reply::MandateEnded),
            Trouble::LimitPerTransaction { fen: limit, told } if limit < fen => {
                Some(Reply::OverTransactionLimit(told.then_some(limit)))
            }
            Trouble::LimitPerTransaction { .. } => None,
            Trouble::LimitDaily => {
                // Other purchases have used up the first day on which it is asked.
                let today = day_number(at.date());
                (*self.first_limited.get_or_insert(today) == today).then_some(Reply::OverDailyLimit)
            }
            Trouble::Abnormal => Some(Reply::Abnormal),
            Trouble::Stale => Some(Reply::Stale),
            Trouble::Frozen => Some(Reply::Frozen),
            Trouble::Risk => Some(Reply::Risk),
        }
    }
}
