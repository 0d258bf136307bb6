//! Telling merchants what has happened to their payments, refunds and bills: the job is in the commit that it speaks of, so nothing is told
//! that did not happen, and nothing that happened is forgotten.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use tantu_channels::webhook::Webhooks;
use tantu_domain::ids::{JobId, Shard};
use tantu_domain::webhook::{Reached, RefundEnd, Subject, WebhookEvent};
use tantu_store::change::Change;
use tantu_store::job::{Job, JobKind};
use tantu_store::keys::Keys;
use tantu_store::notice::{About, NoticeRow};
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::payments::submit::lease;

/// How long after a delivery that was not taken the next one follows, as Standard Webhooks advises. After the last nobody is told
/// any more; the merchant reads his payments as ever.
const GAPS: [SignedDuration; 9] = [
    SignedDuration::from_secs(5),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(5),
    SignedDuration::from_hours(10),
    SignedDuration::from_hours(14),
    SignedDuration::from_hours(20),
    SignedDuration::from_hours(24),
];

/// The job that tells of a change that the world does not show yet, if there is somebody to tell.
pub(crate) fn announce(webhooks: &Webhooks, world: &World, change: &Change, tools: &Tools<'_>) -> Option<Change> {
    let (subject, shard) = match change {
        Change::PutPayment(payment) if webhooks.tells(payment.merchant) => {
            let before = world.payments.get(&payment.id).map(|before| &before.state);
            let reached = Reached::of(&payment.state).filter(|_| before != Some(&payment.state))?;
            (Subject::Payment(payment.id, reached), payment.id.shard())
        }
        Change::PutRefund(refund) if webhooks.tells(refund.merchant) => {
            let known = world.refunds.get(&refund.payment)?.iter().find(|known| known.id == refund.id);
            let before = known.and_then(|known| RefundEnd::of(&known.state));
            let end = RefundEnd::of(&refund.state).filter(|end| before != Some(*end))?;
            (Subject::Refund(refund.id, end), refund.id.shard())
        }
        Change::PutNotice(NoticeRow { about: About::Bill(notice), told: None, .. }) => {
            let lender = tools.settings.pay_later.as_ref()?.lender;
            webhooks.tells(lender).then_some((Subject::Bill(notice.bill), notice.bill.shard()))?
        }
        _ => return None,
    };
    Some(Change::PutJob(job(WebhookEvent { subject, at: tools.now }, shard, tools)))
}

/// Held by this process from the commit on: it tells at once.
fn job(event: WebhookEvent, shard: Shard, tools: &Tools<'_>) -> Job {
    Job {
        id: JobId::new(tools.ids, shard),
        kind: JobKind::SendWebhook { event },
        run_at: tools.now,
        tries: 0,
        fence: 1,
        lease: Some(lease(tools)),
    }
}

/// When it is told again after so many tries; never, after the last.
pub(crate) fn again_at(tries: u32, now: Timestamp) -> Option<Timestamp> {
    let gap = usize::try_from(tries).ok().and_then(|tries| GAPS.get(tries));
    gap.and_then(|gap| now.checked_add(*gap).ok())
}

/// Ends the job of a webhook, or lets it wait for its next try.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RecordDelivery {
    pub(crate) job: JobId,
    pub(crate) fence: u64,
    /// When to tell again; `None` if it is over.
    pub(crate) again_at: Option<Timestamp>,
}

impl Command for RecordDelivery {
    type Outcome = ();

    fn keys(&self) -> Keys {
        Keys { jobs: BTreeSet::from([self.job]), ..Keys::default() }
    }

    fn decide(&self, world: &World, _: &Tools<'_>) -> Decision<()> {
        let Some(job) = world.jobs.get(&self.job) else { return Ok(((), Vec::new())) };
        if job.fence != self.fence {
            return Err(Rejection::Fenced(self.job));
        }
        let change = match self.again_at {
            Some(run_at) => Change::PutJob(Job { run_at, lease: None, ..job.clone() }),
            None => Change::FinishJob(self.job),
        };
        Ok(((), vec![change]))
    }
}
