//! Ends what was held for a refund, on its merchant's shard: it leaves for the payer's, or is the merchant's again.

use tantu_domain::refund::Refund;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};

/// Ends what was held for a refund that is decided, unless it has ended.
#[derive(Debug, Clone)]
pub struct SettleRefund(pub Refund);

impl Command for SettleRefund {
    type Outcome = ();

    fn keys(&self) -> Keys {
        Keys { transactions: [self.0.end].into(), ..Keys::default() }
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<()> {
        if world.posted.get(&self.0.end).is_some_and(Option::is_some) {
            return Ok(((), Vec::new()));
        }
        Ok(((), self.0.ending(tools.now)?.map(Change::Post).into_iter().collect()))
    }
}
