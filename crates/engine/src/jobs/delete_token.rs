//! Lets the token of an unbound card go at the channel. Letting go twice is as good as once, so it is repeated
//! until the channel says that the token is gone.

use jiff::{SignedDuration, Timestamp};
use tantu_domain::card::{CardState, TokenStanding};
use tantu_domain::ids::InstrumentId;
use tantu_domain::instrument::InstrumentKind;
use tantu_store::job::Job;

use crate::Parts;
use crate::error::EngineError;
use crate::instruments::record_token::RecordToken;
use crate::payments::record::HeldJob;

/// Runs the job.
pub(crate) async fn run(parts: &Parts, job: &Job, instrument: InstrumentId) -> Result<(), EngineError> {
    let now = parts.clock.now();
    let found = parts
        .read(move |store| {
            let account = store.account_of(instrument)?;
            account.map(|account| store.account(account, now)).transpose().map(Option::flatten)
        })
        .await?;
    let Some(file) = found else { return Ok(()) };
    let own = file.instruments.iter().find(|known| known.id == instrument);
    let Some(InstrumentKind::Card(card)) = own.map(|known| &known.kind) else { return Ok(()) };
    let standing = match card.state {
        CardState::Unbinding { .. } => match parts.cards()?.binding.delete(&card.token).await {
            Ok(()) => Some(TokenStanding::Gone),
            Err(error) => {
                tracing::warn!(%instrument, %error, "a token is not let go yet; it is tried again");
                None
            }
        },
        // It was bound anew meanwhile: its token is another one, which stays.
        CardState::Bound | CardState::SwitchedOff { .. } | CardState::Stale { .. } | CardState::Unbound { .. } => None,
    };
    let gap = SignedDuration::from_secs(1_i64.checked_shl(job.tries.min(11)).unwrap_or(1));
    let again_at = parts.clock.now().checked_add(gap).unwrap_or(Timestamp::MAX);
    let held = HeldJob { id: job.id, fence: job.fence, again_at };
    parts.lane.run(RecordToken { account: file.account.id, instrument, standing, job: Some(held) }).await?;
    Ok(())
}
