//! Keeps a code before it is sent: one that nobody remembers could never be entered.

use tantu_domain::code::Code;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};

/// Keeps a code.
#[derive(Debug, Clone)]
pub(crate) struct PutCode {
    /// The code.
    pub(crate) code: Code,
}

impl Command for PutCode {
    type Outcome = ();

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.codes.insert(self.code.id);
        keys
    }

    fn decide(&self, _: &World, _: &Tools<'_>) -> Decision<()> {
        Ok(((), vec![Change::PutCode(self.code.clone())]))
    }
}
