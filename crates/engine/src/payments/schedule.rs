//! A refused payment that only waits for time, or for the case against its account to be lifted, is resumed by itself, if its
//! payer asks for that; he can take it back.

use jiff::Timestamp;
use tantu_domain::evidence::retry_at;
use tantu_domain::ids::{AccountId, JobId, PaymentId};
use tantu_domain::payment::{Payment, PaymentState};
use tantu_store::change::Change;
use tantu_store::job::{Job, JobKind};
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::accounts::account_of;
use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::risk::waits_for_case;

/// The payer agrees that a payment is resumed when waiting will have removed what stops it, or agrees no more.
#[derive(Debug, Clone)]
pub struct SchedulePayment {
    /// Which.
    pub payment: PaymentId,
    /// Whose it must be, if that is to be looked at.
    pub account: Option<AccountId>,
    /// Whether he agrees.
    pub wanted: bool,
}

impl Command for SchedulePayment {
    type Outcome = Payment;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.payments.insert(self.payment);
        keys.jobs.insert(job_of(self.payment));
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Payment> {
        let own = |payment: &&Payment| self.account.is_none_or(|account| payment.account == account);
        let missing = || Rejection::NotFound { what: "payment", id: self.payment.to_string() };
        let payment = world.payments.get(&self.payment).filter(own).cloned().ok_or_else(missing)?;
        let id = job_of(self.payment);
        let account = account_of(world, payment.account)?;
        if self.wanted && waits_for_case(&payment, &account) {
            return Ok((payment, vec![Change::PutAccount(account.waits(self.payment, true))]));
        }
        if !self.wanted {
            let waited = account.case().is_some_and(|case| case.waiting.contains(&self.payment));
            if waited {
                return Ok((payment, vec![Change::PutAccount(account.waits(self.payment, false))]));
            }
            let payment = payment.schedule(None)?;
            let over = world.jobs.get(&id).map(|job| Change::FinishJob(job.id));
            let changes = std::iter::once(Change::PutPayment(payment.clone())).chain(over).collect();
            return Ok((payment, changes));
        }
        let at = when(&payment, tools.now)?;
        let payment = payment.schedule(Some(at))?;
        let fence = world.jobs.get(&id).map_or(1, |job| job.fence.saturating_add(1));
        let kind = JobKind::ResumeScheduled { payment: payment.id };
        let job = Job { id, kind, run_at: at, tries: 0, fence, lease: None };
        Ok((payment.clone(), vec![Change::PutPayment(payment), Change::PutJob(job)]))
    }
}

/// When waiting alone will have removed all that stops the chosen instrument.
fn when(payment: &Payment, now: Timestamp) -> Result<Timestamp, Rejection> {
    let known = match &payment.state {
        PaymentState::Refused { refusal, .. } => retry_at(&refusal.causes, payment.instrument()),
        state => return Err(Rejection::State(format!("a payment that is {} waits for no time", state.id()))),
    };
    let unknown = || Rejection::State("waiting alone does not remove what stops this payment".into());
    known.filter(|at| now < *at).ok_or_else(unknown)
}

/// The job that resumes a payment. A payment has one at most.
pub(crate) fn job_of(payment: PaymentId) -> JobId {
    JobId::from_bytes(payment.bytes()).unwrap_or_else(|| unreachable!("a payment's last byte is its shard"))
}
