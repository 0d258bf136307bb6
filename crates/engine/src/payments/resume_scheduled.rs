//! Resumes a payment at the time that its payer has agreed to, and ends the job in the same commit: it is tried once.
//! What still stops it then is told like any other refusal.

use tantu_domain::client::Speaker;
use tantu_domain::ids::PaymentId;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::payments::schedule::job_of;
use crate::payments::submit::{Brought, submit};

/// Resumes it, if it still waits for that.
#[derive(Debug, Clone)]
pub(crate) struct ResumeScheduled {
    pub(crate) payment: PaymentId,
    /// The fence of the lease that we hold.
    pub(crate) fence: u64,
}

impl Command for ResumeScheduled {
    /// Whether it was resumed.
    type Outcome = bool;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.payments.insert(self.payment);
        keys.jobs.insert(job_of(self.payment));
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<bool> {
        let id = job_of(self.payment);
        match world.jobs.get(&id) {
            None => return Ok((false, Vec::new())),
            Some(job) if job.fence != self.fence => return Err(Rejection::Fenced(id)),
            Some(_) => {}
        }
        let over = Change::FinishJob(id);
        let waits = |at| at <= tools.now;
        let payment = world.payments.get(&self.payment).filter(|payment| payment.scheduled_at.is_some_and(waits));
        // Whoever has resumed or closed it meanwhile has ended the waiting, too.
        let Some(payment) = payment.filter(|payment| payment.is_open()) else { return Ok((false, vec![over])) };
        let speaker = Speaker::default();
        let brought = Brought { speaker: &speaker, proven: false, shown: None, coded: None, repayment: None };
        match submit(world, payment.clone(), brought, tools) {
            Ok((_, _, mut changes)) => {
                changes.push(over);
                Ok((true, changes))
            }
            // What it was to be paid with is gone; the payer has to choose again.
            Err(_) => Ok((false, vec![Change::PutPayment(payment.clone().schedule(None)?), over])),
        }
    }
}
