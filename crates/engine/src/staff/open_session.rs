//! Opens the session of a member of staff by a code that was right, and ends it. The code is used up in the same commit.

use tantu_domain::code::SealedText;
use tantu_domain::second_factor::{SecondFactor, StaffSession};
use tantu_domain::staff::StaffMark;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use super::{factor_of, keys_of};
use crate::command::{Command, Decision, Tools};

/// Opens a session.
#[derive(Debug, Clone)]
pub(super) struct OpenSession {
    /// Whose.
    pub(super) staff: StaffMark,
    /// The step of the code.
    pub(super) step: u64,
    /// The session.
    pub(super) session: StaffSession,
    /// The secret under a newer key, if it was sealed anew.
    pub(super) secret: Option<SealedText>,
}

/// Ends a session.
#[derive(Debug, Clone)]
pub(super) struct CloseSession {
    /// Whose.
    pub(super) staff: StaffMark,
}

impl Command for OpenSession {
    type Outcome = ();

    fn keys(&self) -> Keys {
        keys_of(self.staff)
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<()> {
        let opened = factor_of(world, self.staff)?.opened(self.step, self.session.clone(), tools.wall)?;
        let secret = self.secret.clone().or_else(|| opened.secret.clone());
        Ok(((), vec![Change::PutSecondFactor(SecondFactor { secret, ..opened })]))
    }
}

impl Command for CloseSession {
    type Outcome = ();

    fn keys(&self) -> Keys {
        keys_of(self.staff)
    }

    fn decide(&self, world: &World, _: &Tools<'_>) -> Decision<()> {
        Ok(((), vec![Change::PutSecondFactor(factor_of(world, self.staff)?.closed())]))
    }
}
