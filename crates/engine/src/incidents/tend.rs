//! Takes an incident's job a step on: it looks again later, goes on with the next payers, or is done.

use jiff::Timestamp;
use tantu_domain::ids::{IncidentId, JobId, PaymentId};
use tantu_domain::incident::Incident;
use tantu_store::change::Change;
use tantu_store::job::Job;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::incidents::job;

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// The same again, not before then.
    Again(Timestamp),
    /// Those whose payments come after this one.
    Onward(PaymentId),
    /// Nothing: everybody was told.
    Done,
}

/// Takes the job a step on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TendIncident {
    pub(crate) incident: IncidentId,
    pub(crate) job: JobId,
    /// The fence of the job's lease.
    pub(crate) fence: u64,
    pub(crate) next: Next,
}

impl Command for TendIncident {
    type Outcome = ();

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.jobs.insert(self.job);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<()> {
        let Some(held) = world.jobs.get(&self.job) else { return Ok(((), Vec::new())) };
        if held.fence != self.fence {
            return Err(Rejection::Fenced(self.job));
        }
        // Maintenance whose window is past has ended by itself; from now on that is written, and not worked out.
        let past = world.incidents.iter().find(|one| one.id == self.incident && one.is_over(tools.now));
        let ended = past.map(|one| Change::PutIncident(Incident { until: one.end(), ..one.clone() }));
        let mut changes: Vec<Change> = ended.into_iter().collect();
        match self.next {
            Next::Again(run_at) => changes.push(Change::PutJob(Job { run_at, lease: None, ..held.clone() })),
            Next::Onward(after) => {
                changes.extend([Change::FinishJob(self.job), job(self.incident, Some(after), tools.now, tools)]);
            }
            Next::Done => changes.push(Change::FinishJob(self.job)),
        }
        Ok(((), changes))
    }
}
