//! The holder agrees to the terms, in the edition in force.

use tantu_domain::ids::{AccountId, BindingId};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::bindings::{Stepped, own_binding, stopped};
use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// Agrees to the terms.
#[derive(Debug, Clone)]
pub struct AcceptTerms {
    /// Whose binding.
    pub account: AccountId,
    /// Which.
    pub binding: BindingId,
    /// The edition that the holder was shown.
    pub edition: String,
}

impl Command for AcceptTerms {
    type Outcome = Stepped;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.bindings.insert(self.binding);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Stepped> {
        let binding = own_binding(world, self.account, self.binding)?.clone();
        let edition = &tools.policy.cards.terms;
        if self.edition != *edition {
            let why = format!("the terms in force are {edition:?}; show them, and send that edition");
            return Err(Rejection::State(why));
        }
        match binding.clone().accept_terms(self.edition.clone(), tools.now) {
            Ok(agreed) => Ok((Stepped::Taken(agreed.clone()), vec![Change::PutBinding(agreed)])),
            Err(wrong) => Ok((stopped(binding, &wrong), Vec::new())),
        }
    }
}
