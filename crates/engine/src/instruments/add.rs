//! Adds an account at a channel, which its holder confirms each time there.

use tantu_domain::channel::Channel;
use tantu_domain::ids::{AccountId, InstrumentId};
use tantu_domain::instrument::{Instrument, InstrumentKind};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// Asks for such an instrument. There is one at most for each channel; asking again gives the same.
#[derive(Debug, Clone)]
pub struct AddInstrument {
    /// Whose.
    pub account: AccountId,
    /// At which channel.
    pub channel: Channel,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// The instrument.
    pub instrument: Instrument,
    /// Whether it is new.
    pub is_new: bool,
}

impl Command for AddInstrument {
    type Outcome = Added;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Added> {
        let missing = || Rejection::NotFound { what: "account", id: self.account.to_string() };
        let file = world.accounts.get(&self.account).ok_or_else(missing)?;
        let kind = InstrumentKind::Confirmed { channel: self.channel };
        if let Some(known) = file.instruments.iter().find(|instrument| instrument.kind == kind) {
            return Ok((Added { instrument: known.clone(), is_new: false }, Vec::new()));
        }
        let id = InstrumentId::new(tools.ids, self.account.shard());
        let instrument = Instrument { id, account: self.account, kind };
        let changes = vec![Change::PutInstrument(instrument.clone())];
        Ok((Added { instrument, is_new: true }, changes))
    }
}
