//! The holder switches payments with a card off, or on again (支付功能).

use tantu_domain::card::Card;
use tantu_domain::ids::{AccountId, InstrumentId};
use tantu_domain::instrument::{Instrument, InstrumentKind};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::bindings::{account_of, own_card};
use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// Switches a card.
#[derive(Debug, Clone)]
pub struct SwitchCard {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub instrument: InstrumentId,
    /// On or off.
    pub on: bool,
}

impl Command for SwitchCard {
    type Outcome = Card;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Card> {
        let before = own_card(account_of(world, self.account)?, self.instrument)?;
        let card = before.clone().switch(self.on, tools.now).map_err(|error| Rejection::State(error.to_string()))?;
        if card == *before {
            return Ok((card, Vec::new()));
        }
        let kind = InstrumentKind::Card(card.clone());
        let instrument = Instrument { id: self.instrument, account: self.account, kind };
        Ok((card, vec![Change::PutInstrument(instrument)]))
    }
}
