//! Resumes a payment at the time that its payer has agreed to.

use tantu_domain::ids::PaymentId;
use tantu_store::job::Job;

use crate::Parts;
use crate::error::EngineError;
use crate::payments::resume_scheduled::ResumeScheduled;

/// Runs the job.
pub(crate) async fn run(parts: &Parts, job: &Job, payment: PaymentId) -> Result<(), EngineError> {
    let resumed = parts.lane.run(ResumeScheduled { payment, fence: job.fence }).await?;
    tracing::info!(%payment, resumed, "a payment's time has come");
    Ok(())
}
