//! The credit report: what moved the score, what it is enough for, and what would raise it by how much.
//!
//! What would raise it is not estimated: the entry is added to the history, and the history replayed.

use jiff::Timestamp;
use tantu_domain::clock::day_of;
use tantu_domain::ids::BillId;
use tantu_domain::money::Money;
use tantu_domain::operation::Operation;

use crate::bill::{Bill, Stage};
use crate::credit::{Change, CreditEntry, CreditEvent, replay, score};
use crate::terms::Terms;

/// What a score is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// New orders by the line.
    UseLine,
    /// A limit of so much.
    Limit(Money),
}

/// What is needed, and whether it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needed {
    /// For what.
    pub what: Need,
    /// The lowest score.
    pub score: u16,
    /// Whether the score reaches it.
    pub met: bool,
}

/// What would raise the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raise {
    /// What would be done; `None` is a month in which nothing is overdue.
    pub operation: Option<Operation>,
    /// On which bill.
    pub bill: Option<BillId>,
    /// By how many points it would rise at once.
    pub points: i32,
}

/// All that a payer is shown of his credit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The score; `None` before there is one.
    pub score: Option<u16>,
    /// Every change, the first first.
    pub changes: Vec<Change>,
    /// What it is needed for.
    pub needed: Vec<Needed>,
    /// What would raise it, the most first.
    pub raises: Vec<Raise>,
}

/// Makes the report from an account's entries and unsettled bills.
pub fn report(entries: &[CreditEntry], bills: &[Bill], terms: &Terms, now: Timestamp) -> Report {
    let score = score(entries);
    let needed_for = |what, needed| Needed { what, score: needed, met: score.is_some_and(|score| needed <= score) };
    let limits = terms.limits.iter().map(|step| needed_for(Need::Limit(step.limit), step.score));
    let needed = std::iter::once(needed_for(Need::UseLine, terms.score_to_use)).chain(limits).collect();
    Report { score, changes: replay(entries), needed, raises: raises(entries, bills, terms, now) }
}

fn raises(entries: &[CreditEntry], bills: &[Bill], terms: &Terms, now: Timestamp) -> Vec<Raise> {
    let (Some(last), Some(score)) = (entries.last(), score(entries)) else { return Vec::new() };
    let gain = |event| {
        let mut history = entries.to_vec();
        // Only the order of entries counts, so the last one's id may stand in for one that does not exist.
        history.push(CreditEntry { id: last.id, at: now, event, struck: false });
        self::score(&history).map_or(0, |then| i32::from(then) - i32::from(score))
    };
    let of_bill = |bill: &Bill| {
        let event = match bill.stage(terms, day_of(now)) {
            Stage::Settled => return None,
            Stage::Overdue { .. } => CreditEvent::RepaidLate { bill: bill.id },
            Stage::Open { .. } | Stage::Due | Stage::Grace { .. } => CreditEvent::RepaidOnTime { bill: bill.id },
        };
        Some(Raise { operation: Some(Operation::RepayBill), bill: Some(bill.id), points: gain(event) })
    };
    let month = Raise { operation: None, bill: None, points: gain(CreditEvent::CleanMonth) };
    let mut raises: Vec<Raise> =
        bills.iter().filter_map(of_bill).chain([month]).filter(|raise| raise.points > 0).collect();
    raises.sort_by_key(|raise| (-raise.points, raise.bill));
    raises
}
