//! Brings a merchant's refund to its end, from wherever the one before has stopped.
//!
//! The refund's number is fixed when it is made, and a channel refunds one number one time however often it is sent. From the second try
//! on it may have done so already and not said so: it is asked first, and the refund is sent again only if it does not know it.

use jiff::{SignedDuration, Timestamp};
use tantu_channels::RefundOrder;
use tantu_domain::attempt::AttemptReport;
use tantu_domain::ids::RefundId;
use tantu_domain::refund::{Refund, RefundState};
use tantu_store::job::Job;

use crate::Parts;
use crate::error::EngineError;
use crate::meters;
use crate::payments::record::HeldJob;
use crate::refunds::record::Heard;
use crate::refunds::settle::SettleRefund;
use crate::refunds::{hold, record};

/// After how many seconds a channel that has not decided is asked again first; it doubles with every try, to three hours at most. Alipay's
/// question about a refund says nothing sooner.
const FIRST_GAP: i64 = 10;
const DOUBLINGS: u32 = 10;

/// Runs the job.
pub(crate) async fn run(parts: &Parts, job: &Job, refund: RefundId) -> Result<(), EngineError> {
    let Some(mut refund) = parts.read(move |store| store.refund(refund)).await? else { return Ok(()) };
    // Each turn leaves a state for ever, or returns.
    while refund.done_at.is_none() {
        refund = match refund.state {
            RefundState::Begun => hold(parts, &refund, Some(held(parts, job))).await?,
            RefundState::Held => {
                let report = go_back(parts, &refund, job.tries).await?;
                let after = record(parts, &refund, Heard::Back(report), Some(held(parts, job))).await?;
                if after.state == RefundState::Held {
                    return Ok(());
                }
                after
            }
            RefundState::Succeeded { .. } | RefundState::Refused { .. } => {
                parts.lane.run(SettleRefund(refund.clone())).await?;
                record(parts, &refund, Heard::Settled, Some(held(parts, job))).await?
            }
        };
    }
    Ok(())
}

/// What the channel says that took the money. What none took goes back in our own books.
async fn go_back(parts: &Parts, refund: &Refund, tries: u32) -> Result<AttemptReport, EngineError> {
    let Some((channel, attempt, amount)) = refund.through_channel() else { return Ok(AttemptReport::Refunded) };
    let order = RefundOrder { attempt, refund: refund.id, amount, reason: refund.reason.clone() };
    let charge = &parts.channel(channel)?.charge;
    let known = if tries > 0 { charge.query_refund(&order).await } else { AttemptReport::NotExist };
    let report = if known == AttemptReport::NotExist { charge.refund(&order).await } else { known };
    meters::channel_answered(channel, "refund", &report);
    meters::word_heard(&parts.codes, &report);
    if !matches!(report, AttemptReport::Refunded) {
        tracing::warn!(refund = %refund.id, ?report, "a refund is not made yet, or refused");
    }
    Ok(report)
}

fn held(parts: &Parts, job: &Job) -> HeldJob {
    let gap = SignedDuration::from_secs(FIRST_GAP << job.tries.min(DOUBLINGS));
    let again_at = parts.clock.now().checked_add(gap).unwrap_or(Timestamp::MAX);
    HeldJob { id: job.id, fence: job.fence, again_at }
}
