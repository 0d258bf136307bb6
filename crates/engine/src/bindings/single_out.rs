//! Several causes fit the bank's code for a refused binding: somebody who can know says which it is.
//!
//! The word decides among what the code allows, and nothing else.

use tantu_domain::binding::Binding;
use tantu_domain::cause::Cause;
use tantu_domain::ids::{AccountId, BindingId};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::bindings::own_binding;
use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// Says which of the causes that fit it is.
#[derive(Debug, Clone)]
pub struct SingleOutBinding {
    /// Whose binding.
    pub account: AccountId,
    /// Which.
    pub binding: BindingId,
    /// Which cause.
    pub cause: Cause,
}

impl Command for SingleOutBinding {
    type Outcome = Binding;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.bindings.insert(self.binding);
        keys
    }

    fn decide(&self, world: &World, _: &Tools<'_>) -> Decision<Binding> {
        let binding = own_binding(world, self.account, self.binding)?;
        let known = binding.single_out(self.cause).ok_or_else(|| {
            Rejection::State(format!(
                "nobody has told us of {} here; name one of the causes that were told",
                self.cause.id()
            ))
        })?;
        Ok((known.clone(), vec![Change::PutBinding(known)]))
    }
}
