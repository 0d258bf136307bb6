//! Looks after a bill that is not settled: charges what the terms state, notes that it is overdue, and says what to ask next and
//! what to tell its payer.

use jiff::{SignedDuration, Timestamp, ToSpan};
use tantu_domain::client::Speaker;
use tantu_domain::clock::{day_of, start_of};
use tantu_domain::ids::{AccountId, BillId, InstrumentId};
use tantu_domain::instrument::Instrument;
use tantu_domain::money::Money;
use tantu_paylater::bill::{Bill, Level, Stage};
use tantu_paylater::credit::CreditEvent;
use tantu_paylater::prevention::DAYS_AHEAD;
use tantu_paylater::reminder::{Notice, Subject, not_at_night, today};
use tantu_paylater::schedule::{Collection, Ended, NextStep, Occasion, next_step};
use tantu_store::change::Change;
use tantu_store::job::{Job, JobKind};
use tantu_store::keys::Keys;
use tantu_store::notice::{About, NoticeRow};
use tantu_store::pay_later::{PayLaterFile, Repayment};
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

/// What a look at a bill leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tended {
    /// What is asked, if anything is.
    pub asking: Option<Asking>,
    /// What its payer is told, with what is owed.
    pub telling: Vec<(NoticeRow, Money)>,
}

/// The first look at a new bill: on the next morning on which its payer is told of it, the due date at the latest.
pub(crate) fn first_job(bill: &Bill, tools: &Tools<'_>) -> Job {
    let run_at = next_morning(bill, tools);
    Job { id: job_of(bill.id), kind: JobKind::TendBill { bill: bill.id }, run_at, tries: 0, fence: 1, lease: None }
}

/// The next morning, in the first hour of collecting, on which there is something to do for a bill that is not due: a day
/// ahead on which its payer is told, or its due date.
fn next_morning(bill: &Bill, tools: &Tools<'_>) -> Timestamp {
    let hours = tools.settings.pay_later.as_ref().and_then(|product| product.terms.collection.hours.first().copied());
    let hour = SignedDuration::from_hours(hours.map_or(0, |hour| i64::from(hour.hour())));
    let today = day_of(tools.now);
    let days = DAYS_AHEAD.iter().map(|ahead| bill.due_on.saturating_sub(ahead.days()));
    let next = days.filter(|day| *day > today).min().unwrap_or(bill.due_on);
    later(start_of(next), hour)
}

impl Command for TendBill {
    type Outcome = Tended;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys.jobs.insert(job_of(self.bill));
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Tended> {
        let id = job_of(self.bill);
        let nothing = Tended { asking: None, telling: Vec::new() };
        let Some(job) = world.jobs.get(&id) else { return Ok((nothing, Vec::new())) };
        if job.fence != self.fence {
            return Err(Rejection::Fenced(id));
        }
        let file = world.accounts.get(&self.account);
        let known = file.and_then(|file| Some((file, file.pay_later.as_ref()?)));
        let found = known.and_then(|(file, known)| {
            let bill = known.bills.iter().find(|bill| bill.id == self.bill)?;
            Some((file, known, bill))
        });
        let Some((file, known, bill)) = found else { return Ok((nothing, vec![Change::FinishJob(id)])) };
        let (bill, mut changes) = charge(bill, tools)?;
        changes.push(Change::PutBill(bill.clone()));
        changes.extend(overdue(known, &bill, tools)?);
        let step = step(world, (file, known, &bill), tools)?;
        let (asking, run_at) = next(&step, &bill, tools)?;
        let (untold, fresh) = notices(known, &bill, tools)?;
        changes.extend(fresh.into_iter().map(Change::PutNotice));
        let awake = not_at_night(tools.now);
        // Who cannot be told now is told in the morning; a message that brings no receipt is sent again within the hour.
        let again = if awake > tools.now { awake } else { later(tools.now, HOURLY) };
        let run_at = if untold.is_empty() { run_at } else { run_at.min(again) };
        changes.push(Change::PutJob(Job { run_at, lease: None, ..job.clone() }));
        let owed = bill.owed.total().map_err(|error| Rejection::State(error.to_string()))?;
        let telling = if awake > tools.now { Vec::new() } else { untold };
        let telling = telling.into_iter().map(|row| (row, owed)).collect();
        Ok((Tended { asking, telling }, changes))
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

/// What its payer has not been told yet, and what of that is new.
fn notices(
    known: &PayLaterFile,
    bill: &Bill,
    tools: &Tools<'_>,
) -> Result<(Vec<NoticeRow>, Vec<NoticeRow>), Rejection> {
    let terms = &offered(tools)?.terms;
    let collected = |one: &&Repayment| one.bill == bill.id && one.occasion.is_some();
    let refused = |one: &&Repayment| matches!(one.ended, Ended::Refused { .. });
    let failed = known.repayments.iter().filter(collected).filter(refused).count();
    let failed = u32::try_from(failed).ok().filter(|number| *number > 0);
    let of_refusal =
        failed.map(|number| Notice { bill: bill.id, subject: Subject::Refused(number), due_on: bill.due_on });
    let told_of = |notice: &Notice| known.notices.iter().any(|row| row.about == About::Bill(*notice));
    let fresh = today(bill, terms, day_of(tools.now)).into_iter().chain(of_refusal).filter(|notice| !told_of(notice));
    let row = |notice| NoticeRow { about: About::Bill(notice), account: bill.account, at: tools.now, told: None };
    let fresh: Vec<NoticeRow> = fresh.map(row).collect();
    let waiting = known
        .notices
        .iter()
        .filter(|row| row.about.bill().is_some_and(|notice| notice.bill == bill.id) && row.told.is_none());
    Ok((waiting.chain(&fresh).cloned().collect(), fresh))
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
    if bill.due_on > day_of(tools.now) && !matches!(step, NextStep::Resolve { .. }) {
        // Nothing is asked before the due date, and nothing is charged.
        return Ok((None, next_morning(bill, tools)));
    }
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
