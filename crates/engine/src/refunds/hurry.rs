//! A channel has told of a refund by itself: its job asks at once, and the answer to that is what counts.

use tantu_domain::ids::RefundId;
use tantu_domain::refund::job_of;
use tantu_store::change::Change;
use tantu_store::job::Job;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};

/// Lets the job of a refund fall due, unless somebody runs it now.
#[derive(Debug, Clone, Copy)]
pub struct HurryRefund(pub RefundId);

impl Command for HurryRefund {
    type Outcome = ();

    fn keys(&self) -> Keys {
        Keys { jobs: [job_of(self.0)].into(), ..Keys::default() }
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<()> {
        let waits = world.jobs.get(&job_of(self.0)).filter(|job| job.lease.is_none() && job.run_at > tools.now);
        Ok(((), waits.map(|job| Change::PutJob(Job { run_at: tools.now, ..job.clone() })).into_iter().collect()))
    }
}
