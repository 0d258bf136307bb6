//! Several causes fit one published code: the payer, who sees his own app, says which it is.
//!
//! His word decides among what the code allows, and nothing else: he cannot bring up a cause that nobody
//! told us of, and the one that he names goes on blocking until its own step is done.

use tantu_domain::cause::Cause;
use tantu_domain::evidence::Confidence;
use tantu_domain::ids::{AccountId, InstrumentId};
use tantu_domain::observation::Observation;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// Says which of the causes that fit it is.
#[derive(Debug, Clone)]
pub struct SingleOut {
    /// Whose.
    pub account: AccountId,
    /// Which instrument.
    pub instrument: InstrumentId,
    /// Which cause.
    pub cause: Cause,
}

impl Command for SingleOut {
    /// How many other causes it rules out.
    type Outcome = usize;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<usize> {
        let missing = || Rejection::NotFound { what: "instrument", id: self.instrument.to_string() };
        let file = world.accounts.get(&self.account).ok_or_else(missing)?;
        if !file.instruments.iter().any(|instrument| instrument.id == self.instrument) {
            return Err(missing());
        }
        let told: Vec<&Observation> = file
            .observations
            .iter()
            .filter(|told| told.instrument == self.instrument && told.stands(tools.now))
            .collect();
        let chosen = told.iter().find(|told| told.cause == self.cause).ok_or_else(|| {
            Rejection::State(format!(
                "nobody has told us of {} here; name one of the causes that were told",
                self.cause.id()
            ))
        })?;
        let others: Vec<Change> = told
            .iter()
            .filter(|other| other.word == chosen.word && other.cause != self.cause)
            .filter_map(|other| other.rule_out(tools.now))
            .map(Change::PutObservation)
            .collect();
        let certain = Observation { confidence: Confidence::Certain, ..(*chosen).clone() };
        Ok((others.len(), [Change::PutObservation(certain)].into_iter().chain(others).collect()))
    }
}
