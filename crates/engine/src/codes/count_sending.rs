//! Counts one more sending or try of a subject, before anybody outside is asked.

use jiff::Timestamp;
use tantu_domain::one_time_code::{SendLimits, counted, left, next_at};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::person::{Subject, Tally};
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// What is counted, after it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counted {
    /// When the next one may follow.
    pub(crate) next_at: Timestamp,
    /// How many more may follow in the longest window.
    pub(crate) left: u32,
}

/// Counts one more.
#[derive(Debug, Clone)]
pub(crate) struct CountSending {
    /// Of what.
    pub(crate) subject: Subject,
    /// How often it may be.
    pub(crate) limits: SendLimits,
}

/// Looks at what is counted.
#[derive(Debug, Clone)]
pub(crate) struct LookAt {
    /// Of what.
    pub(crate) subject: Subject,
    /// How often it may be.
    pub(crate) limits: SendLimits,
}

fn keys_of(subject: Subject) -> Keys {
    let mut keys = Keys::default();
    keys.tallies.insert(subject);
    keys
}

fn sent(world: &World, subject: Subject) -> &[Timestamp] {
    world.tallies.get(&subject).map_or(&[], |tally| &tally.at)
}

fn standing(at: &[Timestamp], limits: SendLimits, now: Timestamp) -> Counted {
    Counted { next_at: next_at(at, limits, now), left: left(at, limits, now) }
}

impl Command for CountSending {
    type Outcome = Counted;

    fn keys(&self) -> Keys {
        keys_of(self.subject)
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Counted> {
        let at = counted(sent(world, self.subject), self.limits, tools.now).map_err(Rejection::TooSoon)?;
        let now = standing(&at, self.limits, tools.now);
        Ok((now, vec![Change::PutTally(Tally { subject: self.subject, at })]))
    }
}

impl Command for LookAt {
    type Outcome = Counted;

    fn keys(&self) -> Keys {
        keys_of(self.subject)
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Counted> {
        Ok((standing(sent(world, self.subject), self.limits, tools.now), Vec::new()))
    }
}
