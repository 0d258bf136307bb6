//! Gives a late success back, once: the refund's number is fixed when it is owed, and the channel refunds
//! one number one time however often it is sent.

use jiff::{SignedDuration, Timestamp};
use tantu_channels::RefundOrder;
use tantu_domain::attempt::AttemptReport;
use tantu_domain::ids::{AttemptId, PaymentId, RefundId};
use tantu_store::job::Job;

use crate::Parts;
use crate::error::EngineError;
use crate::meters;
use crate::payments::record::{HeldJob, RecordAttempt};

/// Runs the job.
pub(crate) async fn run(
    parts: &Parts,
    job: &Job,
    payment: PaymentId,
    attempt: AttemptId,
    refund: RefundId,
) -> Result<(), EngineError> {
    let Some(payment) = parts.read(move |store| store.payment(payment)).await? else { return Ok(()) };
    let Some(stored) = payment.attempt(attempt) else { return Ok(()) };
    let reason = "the payment had been closed before the charge succeeded".to_owned();
    let order = RefundOrder { attempt, refund, amount: stored.amount, reason };
    let charge = &parts.channel(stored.channel)?.charge;
    // From the second time on the channel may have done it already and not said so.
    let known = if job.tries > 0 { charge.query_refund(&order).await } else { AttemptReport::NotExist };
    let report = if matches!(known, AttemptReport::Refunded) { known } else { charge.refund(&order).await };
    meters::channel_answered(stored.channel, "refund", &report);
    if !matches!(report, AttemptReport::Refunded) {
        tracing::warn!(%refund, ?report, "a late success is not given back yet; it is tried again with the same number");
    }
    let gap = SignedDuration::from_secs(1_i64.checked_shl(job.tries.min(11)).unwrap_or(1));
    let again_at = parts.clock.now().checked_add(gap).unwrap_or(Timestamp::MAX);
    let held = HeldJob { id: job.id, fence: job.fence, again_at };
    parts.record(RecordAttempt { attempt, report, mandate: None, job: Some(held) }).await?;
    Ok(())
}
