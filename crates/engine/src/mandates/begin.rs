//! Begins the signing of a mandate: for a new instrument, or again for one whose mandate is over.

use tantu_domain::channel::Channel;
use tantu_domain::ids::{AccountId, InstrumentId, MandateId};
use tantu_domain::instrument::{Mandate, MandateState};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// Begins the signing.
#[derive(Debug, Clone)]
pub struct BeginMandate {
    /// Who will sign.
    pub account: AccountId,
    /// Where.
    pub channel: Channel,
    /// The instrument to sign for again; `None` for a new one.
    pub instrument: Option<InstrumentId>,
}

impl Command for BeginMandate {
    type Outcome = Mandate;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Mandate> {
        let missing = || Rejection::NotFound { what: "account", id: self.account.to_string() };
        let file = world.accounts.get(&self.account).ok_or_else(missing)?;
        let instrument = match self.instrument {
            None => InstrumentId::new(tools.ids, self.account.shard()),
            Some(id) => {
                let same = |instrument: &&tantu_domain::instrument::Instrument| {
                    instrument.id == id && instrument.channel() == Some(self.channel)
                };
                let found = file.instruments.iter().find(same);
                found.ok_or_else(|| Rejection::NotFound { what: "instrument", id: id.to_string() })?.id
            }
        };
        let mandate = Mandate {
            id: MandateId::new(tools.ids, self.account.shard()),
            account: self.account,
            instrument,
            channel: self.channel,
            state: MandateState::Signing { since: tools.now },
        };
        Ok((mandate.clone(), vec![Change::PutMandate(mandate)]))
    }
}
