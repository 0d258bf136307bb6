//! Gives an account its instrument for points, once; it costs nothing and holds nothing yet.

use tantu_domain::ids::{AccountId, InstrumentId};
use tantu_domain::instrument::{Instrument, InstrumentKind};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::points::offered;

/// Asks for it.
#[derive(Debug, Clone)]
pub struct OpenPoints {
    /// Whose.
    pub account: AccountId,
}

impl Command for OpenPoints {
    /// The instrument, new or known.
    type Outcome = InstrumentId;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<InstrumentId> {
        offered(tools)?;
        let missing = || Rejection::NotFound { what: "account", id: self.account.to_string() };
        let file = world.accounts.get(&self.account).ok_or_else(missing)?;
        if let Some(known) = file.instruments.iter().find(|one| one.kind == InstrumentKind::Points) {
            return Ok((known.id, Vec::new()));
        }
        let id = InstrumentId::new(tools.ids, self.account.shard());
        let instrument = Instrument { id, account: self.account, kind: InstrumentKind::Points };
        Ok((id, vec![Change::PutInstrument(instrument)]))
    }
}
