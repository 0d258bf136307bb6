//! Begins the binding of a card: for a new instrument, or anew for a card that is there.

use tantu_domain::binding::Binding;
use tantu_domain::evidence::Finding;
use tantu_domain::ids::{AccountId, BindingId, InstrumentId};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::bindings::{Holder, account_of, own_card, verdict};
use crate::command::{Command, Decision, Tools};

/// Begins a binding.
#[derive(Debug, Clone)]
pub struct BeginBinding {
    /// Whose card.
    pub account: AccountId,
    /// The card to bind anew; it stays the same instrument, so that an order that waits for it is not made anew.
    pub instrument: Option<InstrumentId>,
    /// Who begins.
    pub holder: Holder,
}

impl Command for BeginBinding {
    /// The binding, or why none begins; nothing is stored then.
    type Outcome = Result<Binding, Vec<Finding>>;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Self::Outcome> {
        let (file, shard) = (account_of(world, self.account)?, self.account.shard());
        let instrument = match self.instrument {
            None => InstrumentId::new(tools.ids, shard),
            Some(id) => {
                own_card(file, id)?;
                id
            }
        };
        let verdict = verdict(world, file, &self.holder, None, tools);
        if !verdict.blockers.is_empty() {
            return Ok((Err(verdict.findings(instrument)), Vec::new()));
        }
        let binding = Binding::new(BindingId::new(tools.ids, shard), self.account, instrument, tools.now);
        Ok((Ok(binding.clone()), vec![Change::PutBinding(binding)]))
    }
}
