//! Ends a fold that whoever began it has left under way.

use tantu_domain::ids::FoldId;

use crate::Parts;
use crate::error::EngineError;
use crate::folding::end;

/// Runs the job.
pub(crate) async fn run(parts: &Parts, fold: FoldId) -> Result<(), EngineError> {
    match parts.read(move |store| store.fold(fold)).await? {
        Some(fold) => end(parts, fold).await,
        None => Ok(()),
    }
}
