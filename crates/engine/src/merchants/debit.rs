//! Holds a merchant's settled money for a debit that begins: what refunds and payouts stand on.

use tantu_domain::ids::{MerchantId, TransactionId};
use tantu_domain::ledger::{Purpose, Transaction};
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

/// What stands under a debit's id, once and for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Debited {
    /// The money is held.
    Held,
    /// It was too little, and none is held any more.
    Forgone,
}

impl DebitMerchant {
    fn touched(self) -> Keys {
        Keys { merchants: [self.merchant].into(), transactions: [self.id].into(), ..Keys::default() }
    }

    fn known(self, world: &World) -> Option<Debited> {
        let purpose = world.posted.get(&self.id).copied().flatten()?;
        Some(if purpose == Purpose::MerchantForgone { Debited::Forgone } else { Debited::Held })
    }
}

impl Command for DebitMerchant {
    type Outcome = Debited;

    fn keys(&self) -> Keys {
        self.touched()
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Debited> {
        if let Some(known) = self.known(world) {
            return Ok((known, Vec::new()));
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
        let hold = Transaction::merchant_hold(self.id, tools.now, self.merchant, self.amount)?;
        Ok((Debited::Held, vec![Change::Post(hold)]))
    }
}

/// Gives up a debit that the merchant's money does not reach: nothing can be held under its id after that. One that holds stays.
#[derive(Debug, Clone, Copy)]
pub struct ForgoDebit(pub DebitMerchant);

impl Command for ForgoDebit {
    type Outcome = Debited;

    fn keys(&self) -> Keys {
        self.0.touched()
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Debited> {
        if let Some(known) = self.0.known(world) {
            return Ok((known, Vec::new()));
        }
        let forgone = Transaction::merchant_forgone(self.0.id, tools.now, self.0.merchant, self.0.amount)?;
        Ok((Debited::Forgone, vec![Change::Post(forgone)]))
    }
}
