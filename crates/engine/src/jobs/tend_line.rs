//! Looks after a line on the day of its statement.

use tantu_domain::ids::AccountId;
use tantu_store::job::Job;

use crate::Parts;
use crate::error::EngineError;
use crate::pay_later::tend_line::TendLine;

/// Runs the job.
pub(crate) async fn run(parts: &Parts, job: &Job, account: AccountId) -> Result<(), EngineError> {
    if parts.settings.pay_later.is_some() {
        parts.lane.run(TendLine { account, fence: job.fence }).await?;
    }
    Ok(())
}
