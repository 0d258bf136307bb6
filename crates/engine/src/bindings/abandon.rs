//! The holder gives a binding up.

use tantu_domain::ids::{AccountId, BindingId};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::bindings::{Stepped, own_binding, stopped};
use crate::command::{Command, Decision, Tools};

/// Gives it up.
#[derive(Debug, Clone)]
pub struct AbandonBinding {
    /// Whose binding.
    pub account: AccountId,
    /// Which.
    pub binding: BindingId,
}

impl Command for AbandonBinding {
    type Outcome = Stepped;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.bindings.insert(self.binding);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Stepped> {
        let binding = own_binding(world, self.account, self.binding)?.clone();
        match binding.clone().abandon(tools.now) {
            Ok(given_up) => Ok((Stepped::Taken(given_up.clone()), vec![Change::PutBinding(given_up)])),
            Err(wrong) => Ok((stopped(binding, &wrong), Vec::new())),
        }
    }
}
