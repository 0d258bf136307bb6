//! Looks after a bill that is not settled: charges what the terms state, notes that it is overdue, and says what to ask next.

use jiff::{SignedDuration, Timestamp, ToSpan};
use tantu_domain::client::Speaker;
use tantu_domain::clock::{day_of, start_of};
use tantu_domain::ids::{AccountId, BillId, InstrumentId};
use tantu_domain::instrument::Instrument;
use tantu_domain::money::Money;
use tantu_paylater::bill::{Bill, Level, Stage};
use tantu_paylater::credit::CreditEvent;
use tantu_paylater::schedule::{Collection, NextStep, Occasion, next_step};
use tantu_store::change::Change;
use tantu_store::job::{Job, JobKind};
use tantu_store::keys::Keys;
use tantu_store::pay_later::PayLaterFile;
use tantu_store::world::{AccountFile, World};

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::pay_later::settle::{charge, job_of, note};
use crate::pay_later::{attempts, auto_repay, offered};
use crate::payments::submit::collecting_verdict;

/// How soon it is looked again while an attempt is under way, or an instrument is being asked.
const SOON: SignedDuration = SignedDuration::from_mins(1);

/// How often it is looked whether the payer has put something right.
const HOURLY: SignedDuration = SignedDuration::from_hours(1);

/// Looks after a bill.
#[derive(Debug, Clone)]
pub struct TendBill {
    /// Which.
    pub bill: BillId,
    /// Whose.
    pub account: AccountId,
    /// The fence of the job's lease.
    pub fence: u64,
}

/// What is to be asked now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asking {
    /// Which instrument.
    pub instrument: InstrumentId,
    /// For how much.
    pub amount: Money,
    /// Why now.
    pub occasion: Occasion,
}

/// The first look at a new bill: on the morning of its due date.
pub(crate) fn first_job(bill: &Bill, tools: &Tools<'_>) -> Job {
    let hours = tools.settings.pay_later.as_ref().and_then(|product| product.terms.collection.hours.first().copied());
    let midnight = start_of(bill.due_on);
    let hour = hours.map_or(0, |hour| i64::from(hour.hour()));
    let run_at = later(midnight, SignedDuration::from_hours(hour));
    Job { id: job_of(bill.id), kind: JobKind::TendBill { bill: bill.id }, run_at, tries: 0, fence: 1, lease: None }
}

impl Command for TendBill {
    type Outcome = Option<Asking>;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys.jobs.insert(job_of(self.bill));
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Option<Asking>> {
        let id = job_of(self.bill);
        let Some(job) = world.jobs.get(&id) else { return Ok((None, Vec::new())) };
        if job.fence != self.fence {
            return Err(Rejection::Fenced(id));
        }
        let file = world.accounts.get(&self.account);
        let known = file.and_then(|file| Some((file, file.pay_later.as_ref()?)));
        let found = known.and_then(|(file, known)| {
            let bill = known.bills.iter().find(|bill| bill.id == self.bill)?;
            Some((file, known, bill))
        });
        let Some((file, known, bill)) = found else { return Ok((None, vec![Change::FinishJob(id)])) };
        let (bill, mut changes) = charge(bill, tools)?;
        changes.push(Change::PutBill(bill.clone()));
        changes.extend(overdue(known, &bill, tools)?);
        let step = step(world, (file, known, &bill), tools)?;
        let (asking, run_at) = next(&step, &bill, tools)?;
        changes.push(Change::PutJob(Job { run_at, lease: None, ..job.clone() }));
        Ok((asking, changes))
    }
}

/// The levels of being overdue that the bill has reached and the credit history does not know.
fn overdue(known: &PayLaterFile, bill: &Bill, tools: &Tools<'_>) -> Result<Vec<Change>, Rejection> {
    let Stage::Overdue { level: reached, .. } = bill.stage(&offered(tools)?.terms, day_of(tools.now)) else {
        return Ok(Vec::new());
    };
    let mut known = known.clone();
    let mut changes = Vec::new();
    for level in Level::ALL.into_iter().filter(|level| *level <= reached) {
        let event = CreditEvent::Overdue { bill: bill.id, level };
        if known.credit.iter().any(|entry| entry.event == event) {
            continue;
        }
        let noted = note(&known, event, tools);
        for change in &noted {
            match change {
                Change::PutCreditEntry(_, entry) => known.credit.push(*entry),
                Change::PutLine(row) => known.row = row.clone(),
                _ => {}
            }
        }
        changes.extend(noted);
    }
    Ok(changes)
}

fn step(
    world: &World,
    (file, known, bill): (&AccountFile, &PayLaterFile, &Bill),
    tools: &Tools<'_>,
) -> Result<NextStep, Rejection> {
    let product = offered(tools)?;
    let owed = bill.owed.total().map_err(|error| Rejection::State(error.to_string()))?;
    // What would be decided now tells whether what stopped an instrument is gone: the same evaluation as ever.
    let verdict = collecting_verdict(file, &world.incidents, owed, &Speaker::default(), tools);
    let auto_repay = auto_repay(file, known, |one: &Instrument| verdict.allows(one.id), tools);
    let attempts = attempts(known, bill);
    let collection = Collection {
        bill,
        auto_repay: &auto_repay,
        attempts: &attempts,
        incidents: &world.incidents,
        terms: &product.terms.collection,
        calendar: &product.calendar,
    };
    next_step(&collection, tools.now).map_err(|error| Rejection::State(error.to_string()))
}

/// What to ask now, and when to look again. Interest is charged each day, so a day never passes without a look.
fn next(step: &NextStep, bill: &Bill, tools: &Tools<'_>) -> Result<(Option<Asking>, Timestamp), Rejection> {
    let tomorrow = start_of(day_of(tools.now).saturating_add(1.day()));
    let owed = bill.owed.total().map_err(|error| Rejection::State(error.to_string()))?;
    Ok(match step {
        NextStep::Nothing => (None, tomorrow),
        NextStep::Ask { at, instrument, most, occasion } if *at <= tools.now => {
            let amount = most.filter(|most| most.minor() < owed.minor()).unwrap_or(owed);
            let asking = Asking { instrument: *instrument, amount, occasion: *occasion };
            (Some(asking), later(tools.now, SOON))
        }
        NextStep::Ask { at, .. } => (None, tomorrow.min(*at)),
        NextStep::Resolve { .. } => (None, later(tools.now, SOON)),
        NextStep::AwaitChannel { look_at, .. } => (None, tomorrow.min(*look_at)),
        NextStep::AskPayer { .. } => (None, tomorrow.min(later(tools.now, HOURLY))),
    })
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}
