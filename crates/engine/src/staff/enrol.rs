//! Keeps the secret of a second factor that is being enrolled.

use tantu_domain::code::SealedText;
use tantu_domain::second_factor::SecondFactor;
use tantu_domain::staff::StaffMark;
use tantu_store::access::TokenHash;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use super::keys_of;
use crate::command::{Command, Decision, Tools};

/// Keeps a secret.
#[derive(Debug, Clone)]
pub(super) struct Enrol {
    /// Whose.
    pub(super) staff: StaffMark,
    /// The hash of his key.
    pub(super) key: TokenHash,
    /// The secret, sealed for its row.
    pub(super) secret: SealedText,
}

impl Command for Enrol {
    type Outcome = ();

    fn keys(&self) -> Keys {
        keys_of(self.staff)
    }

    fn decide(&self, world: &World, _: &Tools<'_>) -> Decision<()> {
        let factor = match world.second_factors.get(&self.staff).cloned() {
            Some(known) => known.renewed(self.secret.clone())?,
            None => SecondFactor::new(self.staff, self.key.0, self.secret.clone()),
        };
        Ok(((), vec![Change::PutSecondFactor(factor)]))
    }
}
