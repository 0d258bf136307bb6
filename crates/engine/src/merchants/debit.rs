//! Holds a merchant's settled money for a debit that begins: what refunds and payouts stand on.

use tantu_domain::ids::{MerchantId, TransactionId};
use tantu_domain::ledger::Transaction;
use tantu_domain::money::{Currency, Money};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// Holds money of a merchant for a debit. It uses what is settled, which
/// [`Engine::debit_merchant`](crate::Engine::debit_merchant) adds to if that is short.
#[derive(Debug, Clone, Copy)]
pub struct DebitMerchant {
    /// Under which id it is posted: on the merchant's shard, and the same when it is tried again.
    pub id: TransactionId,
    /// Whose money.
    pub merchant: MerchantId,
    /// How much.
    pub amount: Money,
}

impl Command for DebitMerchant {
    type Outcome = ();

    fn keys(&self) -> Keys {
        Keys { merchants: [self.merchant].into(), transactions: [self.id].into(), ..Keys::default() }
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<()> {
        if world.posted.get(&self.id) == Some(&true) {
            return Ok(((), Vec::new()));
        }
        let nothing = Money::zero(Currency::Cny);
        let settled = world.settled.get(&self.merchant).copied().unwrap_or(nothing);
        if settled.minor() < self.amount.minor() {
            return Err(Rejection::MerchantShort {
                merchant: self.merchant,
                asked: self.amount,
                settled,
                coming: nothing,
            });
        }
        // The floor of the merchant's account refuses what another process has taken meanwhile.
        Ok(((), vec![Change::Post(Transaction::merchant_hold(self.id, tools.now, self.merchant, self.amount)?)]))
    }
}
