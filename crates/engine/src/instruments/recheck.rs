//! The payer says that the remedy is done: what only he can know is cleared, and nothing else.
//!
//! Whether it really is done, only a new attempt can tell; a limit or a mandate is not cleared by words.

use tantu_domain::ids::{AccountId, InstrumentId};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// Says that an instrument is in order again.
#[derive(Debug, Clone)]
pub struct RecheckInstrument {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub instrument: InstrumentId,
}

impl Command for RecheckInstrument {
    /// How many observations it cleared.
    type Outcome = usize;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<usize> {
        let file = world.accounts.get(&self.account);
        let known = file.filter(|file| file.instruments.iter().any(|instrument| instrument.id == self.instrument));
        let file = known.ok_or_else(|| Rejection::NotFound { what: "instrument", id: self.instrument.to_string() })?;
        let own = file.observations.iter().filter(|observation| observation.instrument == self.instrument);
        let changes: Vec<Change> =
            own.filter_map(|observation| observation.clear_by_payer(tools.now)).map(Change::PutObservation).collect();
        Ok((changes.len(), changes))
    }
}
