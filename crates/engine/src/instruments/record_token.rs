//! Brings in what the channel said of a card's token: that it holds, or that it is gone.

use tantu_domain::card::{Card, CardState, TokenStanding};
use tantu_domain::ids::{AccountId, InstrumentId};
use tantu_domain::instrument::{Instrument, InstrumentKind};
use tantu_store::change::Change;
use tantu_store::job::Job;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::bindings::{account_of, own_card};
use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::instruments::unbind::job_of;
use crate::payments::record::HeldJob;

/// Brings it in.
#[derive(Debug, Clone)]
pub(crate) struct RecordToken {
    /// Whose card.
    pub(crate) account: AccountId,
    /// Which.
    pub(crate) instrument: InstrumentId,
    /// What the channel said; `None` if it said nothing that can be believed.
    pub(crate) standing: Option<TokenStanding>,
    /// The job that lets the token go, if it is that which heard it.
    pub(crate) job: Option<HeldJob>,
}

impl Command for RecordToken {
    type Outcome = Card;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys.jobs.extend(self.job.map(|held| held.id));
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Card> {
        let job = world.jobs.get(&job_of(self.instrument));
        if let (Some(held), Some(job)) = (self.job, job)
            && held.fence != job.fence
        {
            return Err(Rejection::Fenced(held.id));
        }
        let before = own_card(account_of(world, self.account)?, self.instrument)?;
        let after = match self.standing {
            Some(standing) => before.clone().record(standing, tools.now),
            None => before.clone(),
        };
        let mut changes = Vec::new();
        if after != *before {
            let kind = InstrumentKind::Card(after.clone());
            changes.push(Change::PutInstrument(Instrument { id: self.instrument, account: self.account, kind }));
        }
        match (job, self.job, after.state) {
            (Some(job), Some(held), CardState::Unbinding { .. }) => {
                changes.push(Change::PutJob(Job { run_at: held.again_at, lease: None, ..job.clone() }));
            }
            (Some(job), Some(_), _) => changes.push(Change::FinishJob(job.id)),
            _ => {}
        }
        Ok((after, changes))
    }
}
