//! Looks after a line on each statement day: what of it is used, and whether the month was without an overdue bill, go into the
//! credit history, where they move the score.

use tantu_domain::clock::{day_of, start_of};
use tantu_domain::ids::{AccountId, JobId};
use tantu_paylater::bill::Stage;
use tantu_paylater::credit::{CreditEntry, CreditEvent, replay};
use tantu_paylater::line::Line;
use tantu_store::change::Change;
use tantu_store::job::{Job, JobKind};
use tantu_store::keys::Keys;
use tantu_store::pay_later::PayLaterFile;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::pay_later::offered;
use crate::pay_later::settle::note;

/// Looks after a line.
#[derive(Debug, Clone)]
pub struct TendLine {
    /// Whose.
    pub account: AccountId,
    /// The fence of the job's lease.
    pub fence: u64,
}

/// The first look at a new line: on its first statement day.
pub(crate) fn first_job(line: &Line, tools: &Tools<'_>) -> Result<Job, Rejection> {
    let run_at = start_of(offered(tools)?.terms.statement_on(day_of(tools.now)));
    let (id, kind) = (job_of(line.account), JobKind::TendLine { account: line.account });
    Ok(Job { id, kind, run_at, tries: 0, fence: 1, lease: None })
}

/// The job that looks after a line has its account's bytes.
fn job_of(account: AccountId) -> JobId {
    JobId::from_bytes(account.bytes()).unwrap_or_else(|| unreachable!("an account's last byte is its shard"))
}

impl Command for TendLine {
    type Outcome = ();

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys.jobs.insert(job_of(self.account));
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<()> {
        let id = job_of(self.account);
        let Some(job) = world.jobs.get(&id) else { return Ok(((), Vec::new())) };
        if job.fence != self.fence {
            return Err(Rejection::Fenced(id));
        }
        let known = world.accounts.get(&self.account).and_then(|file| file.pay_later.as_ref());
        let Some(known) = known else { return Ok(((), vec![Change::FinishJob(id)])) };
        let terms = &offered(tools)?.terms;
        let today = day_of(tools.now);
        let overdue = known.bills.iter().any(|bill| matches!(bill.stage(terms, today), Stage::Overdue { .. }));
        let clean = (!overdue).then_some(CreditEvent::CleanMonth);
        let events = [Some(CreditEvent::LineUse { percent: percent_used(&known.row.line) }), clean];
        let mut known = known.clone();
        let mut changes = Vec::new();
        for event in events.into_iter().flatten() {
            changes.extend(moving(&mut known, event, tools));
        }
        // After a long silence the months are looked at one after another.
        let run_at = start_of(terms.statement_on(day_of(job.run_at)));
        changes.push(Change::PutJob(Job { run_at, lease: None, ..job.clone() }));
        Ok(((), changes))
    }
}

/// Notes an event if it moves the score; what moves nothing would only hide what does.
fn moving(known: &mut PayLaterFile, event: CreditEvent, tools: &Tools<'_>) -> Vec<Change> {
    let Some(last) = known.credit.last().copied() else { return Vec::new() };
    let mut history = known.credit.clone();
    history.push(CreditEntry { at: tools.now, event, struck: false, ..last });
    if replay(&history).last().is_none_or(|change| change.points == 0) {
        return Vec::new();
    }
    let changes = note(known, event, tools);
    for change in &changes {
        match change {
            Change::PutCreditEntry(_, entry) => known.credit.push(*entry),
            Change::PutLine(row) => known.row = row.clone(),
            _ => {}
        }
    }
    changes
}

/// How much of a line is used, in whole percent, rounded up: the last percent is no free one.
fn percent_used(line: &Line) -> u8 {
    let (used, limit) = (line.used.minor().max(0), line.limit.minor().max(1));
    let percent = used.saturating_mul(100).saturating_add(limit.saturating_sub(1)) / limit;
    u8::try_from(percent).unwrap_or(u8::MAX)
}
