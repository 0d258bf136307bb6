//! The holder unbinds a card: from this commit on it is not charged, and its token is let go at the channel.

use tantu_domain::card::Card;
use tantu_domain::ids::{AccountId, InstrumentId, JobId};
use tantu_domain::instrument::{Instrument, InstrumentKind};
use tantu_store::change::Change;
use tantu_store::job::{Job, JobKind};
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::bindings::{account_of, own_card};
use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::payments::submit::lease;

/// Unbinds a card.
#[derive(Debug, Clone)]
pub struct UnbindCard {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub instrument: InstrumentId,
}

/// The job that lets a card's token go.
pub(crate) fn job_of(instrument: InstrumentId) -> JobId {
    JobId::from_bytes(instrument.bytes()).unwrap_or_else(|| unreachable!("an instrument's last byte is its shard"))
}

impl Command for UnbindCard {
    type Outcome = Card;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Card> {
        let before = own_card(account_of(world, self.account)?, self.instrument)?;
        let card = before.clone().unbind(tools.now).map_err(|error| Rejection::State(error.to_string()))?;
        if card == *before {
            return Ok((card, Vec::new()));
        }
        let job = Job {
            id: job_of(self.instrument),
            kind: JobKind::DeleteToken { instrument: self.instrument },
            run_at: tools.now,
            tries: 0,
            fence: 1,
            lease: Some(lease(tools)),
        };
        let kind = InstrumentKind::Card(card.clone());
        let instrument = Instrument { id: self.instrument, account: self.account, kind };
        Ok((card, vec![Change::PutInstrument(instrument), Change::PutJob(job)]))
    }
}
