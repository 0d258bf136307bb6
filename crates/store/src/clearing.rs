//! What merchants have: settled in their own accounts, on its way there, or gathered on payers' shards and not folded yet.

use tantu_domain::fold::Fold;
use tantu_domain::ids::{MerchantId, Shard};
use tantu_domain::ledger::LedgerAccount;
use tantu_domain::money::{Currency, Money};

/// What gathers for a merchant on one shard. Its amount and its last fold are of one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clearing {
    /// Whose.
    pub merchant: MerchantId,
    /// On which shard.
    pub shard: Shard,
    /// What is there now.
    pub gathered: Money,
    /// The last fold of it, done or under way.
    pub last: Option<Fold>,
}

/// What a merchant has, over all shards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MerchantBalance {
    /// In the merchant's own account: what a debit can use.
    pub settled: Money,
    /// Held for debits that have begun.
    pub held: Money,
    /// On its way from payers' shards.
    pub in_transit: Money,
    /// What has gathered on each shard, where there is anything.
    pub gathered: Vec<(Shard, Money)>,
}

impl MerchantBalance {
    /// Nothing.
    pub(crate) fn nothing() -> Self {
        let nothing = Money::zero(Currency::Cny);
        Self { settled: nothing, held: nothing, in_transit: nothing, gathered: Vec::new() }
    }

    /// The ledger accounts that make it up on one shard.
    pub(crate) fn accounts(merchant: MerchantId, shard: Shard) -> [LedgerAccount; 4] {
        [
            LedgerAccount::Merchant(merchant),
            LedgerAccount::MerchantHeld(merchant),
            LedgerAccount::MerchantInTransit(merchant),
            LedgerAccount::MerchantClearing(merchant, shard),
        ]
    }

    /// Adds what one of them has. A sum that does not fit stays as it is: no such sum is ever posted.
    pub(crate) fn add(&mut self, account: LedgerAccount, has: Money) {
        let sum = match account {
            LedgerAccount::Merchant(_) => &mut self.settled,
            LedgerAccount::MerchantHeld(_) => &mut self.held,
            LedgerAccount::MerchantInTransit(_) => &mut self.in_transit,
            LedgerAccount::MerchantClearing(_, shard) => {
                if has.is_positive() {
                    self.gathered.push((shard, has));
                }
                return;
            }
            LedgerAccount::Customer(_)
            | LedgerAccount::CustomerHeld(_)
            | LedgerAccount::RefundInTransit(_)
            | LedgerAccount::ChannelReceivable(..)
            | LedgerAccount::Reserve(_)
            | LedgerAccount::LenderReceivable(_)
            | LedgerAccount::Points(_)
            | LedgerAccount::PointsHeld(_)
            | LedgerAccount::PointsIssued(_)
            | LedgerAccount::PointsFund(_)
            | LedgerAccount::PayLaterDebt(_)
            | LedgerAccount::PayLaterLent(_) => return,
        };
        *sum = sum.plus(has).unwrap_or(*sum);
    }

    /// Adds what another database has.
    pub(crate) fn join(&mut self, other: Self) {
        let sums = [&mut self.settled, &mut self.held, &mut self.in_transit];
        for (sum, has) in sums.into_iter().zip([other.settled, other.held, other.in_transit]) {
            *sum = sum.plus(has).unwrap_or(*sum);
        }
        self.gathered.extend(other.gathered);
    }

    /// All that has gathered and is not folded yet.
    pub fn clearing(&self) -> Money {
        let nothing = Money::zero(self.settled.currency());
        self.gathered.iter().fold(nothing, |sum, (_, gathered)| sum.plus(*gathered).unwrap_or(sum))
    }
}
