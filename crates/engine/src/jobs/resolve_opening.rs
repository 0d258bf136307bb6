//! Learns what became of a binding whose details and code went to the channel without an answer. Nothing is sent
//! again: whoever held the details is gone, and the channel knows.

use jiff::{SignedDuration, Timestamp};
use tantu_domain::attempt::AttemptReport;
use tantu_domain::binding::BindingState;
use tantu_domain::card::BindingReport;
use tantu_domain::channel::Channel;
use tantu_domain::ids::BindingId;
use tantu_store::job::Job;

use crate::Parts;
use crate::bindings::record_opening::RecordOpening;
use crate::breaker::Verb;
use crate::error::EngineError;
use crate::payments::record::HeldJob;

/// The longest distance between two questions.
const LONGEST_GAP: SignedDuration = SignedDuration::from_mins(30);

/// Runs the job.
pub(crate) async fn run(parts: &Parts, job: &Job, binding: BindingId) -> Result<(), EngineError> {
    let Some(binding) = parts.read(move |store| store.binding(binding)).await? else { return Ok(()) };
    let Some(opening) = binding.opening else { return Ok(()) };
    let report = match binding.state {
        BindingState::Opening { .. } => parts.cards()?.binding.query(opening).await,
        // Somebody else has learned it: the record finishes the job.
        BindingState::Due { .. }
        | BindingState::Sending { .. }
        | BindingState::Bound { .. }
        | BindingState::Abandoned { .. } => BindingReport::NoAnswer,
    };
    let heard = match &report {
        BindingReport::Fault(word) => AttemptReport::Fault(word.clone()),
        BindingReport::NoAnswer => AttemptReport::NoAnswer,
        BindingReport::Bound(_) | BindingReport::Declined { .. } | BindingReport::NotExist => AttemptReport::Waiting,
    };
    parts.breakers.hear(parts, Channel::UnionPay, Verb::Ask, &heard).await;
    let gap = SignedDuration::from_secs(5_i64.checked_shl(job.tries.min(20)).unwrap_or(i64::MAX)).min(LONGEST_GAP);
    let again_at = parts.clock.now().checked_add(gap).unwrap_or(Timestamp::MAX);
    let held = HeldJob { id: job.id, fence: job.fence, again_at };
    parts.lane.run(RecordOpening { opening, report, job: Some(held) }).await?;
    Ok(())
}
