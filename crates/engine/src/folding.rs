//! Folding: what merchants are paid comes from the payers' shards into the merchants' own accounts, now and then, or when a
//! debit needs it. Payments know nothing of it and wait for none of it.
//!
//! Nobody leads: every process sweeps by itself, and passes over what another has folded lately. Two who fold the same take
//! the same number, and one of them finds nothing left.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tantu_domain::fold::Fold;
use tantu_domain::ids::{MerchantId, Shard};
use tantu_domain::money::Money;
use tantu_store::clearing::{Clearing, MerchantBalance};
use tantu_store::error::StoreError;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior};

use crate::error::{EngineError, Rejection};
use crate::merchants::debit::{DebitMerchant, Debited};
use crate::merchants::fold::{BeginFold, CreditFold, FinishFold};
use crate::{Engine, Parts, meters};

/// How many folds a sweep has under way at once: enough to share commits, too few for a payment to feel them.
const AT_ONCE: usize = 16;

/// How often a debit folds and tries again. Each time another debit was faster.
const TRIES: usize = 16;

/// Folds what has gathered for a merchant on a shard.
async fn fold(parts: &Parts, merchant: MerchantId, shard: Shard) -> Result<(), EngineError> {
    match parts.lane.run(BeginFold { merchant, shard }).await? {
        Some(begun) => end(parts, begun).await,
        None => Ok(()),
    }
}

/// Takes the remaining steps of a fold. The merchant is credited first: once it is done, nobody looks again.
pub(crate) async fn end(parts: &Parts, fold: Fold) -> Result<(), EngineError> {
    parts.lane.run(CreditFold(fold.clone())).await?;
    parts.lane.run(FinishFold(fold)).await?;
    meters::folded();
    Ok(())
}

/// Sweeps until the engine is dropped.
pub(crate) async fn sweep(parts: Arc<Parts>) {
    let every = parts.settings.fold_interval;
    let mut tick = tokio::time::interval_at(Instant::now() + every, every);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let mut seen = Seen::default();
        for shard in Shard::all() {
            if let Err(error) = sweep_shard(&parts, shard, every, &mut seen).await {
                tracing::warn!(shard = shard.number(), %error, "a shard was not folded; the next sweep comes by again");
            }
        }
        meters::swept(seen.accounts, seen.longest);
    }
}

/// What a sweep has come by.
#[derive(Debug, Default)]
struct Seen {
    /// Clearing accounts with something in them.
    accounts: u32,
    /// How long the one has waited that was not folded for the longest time.
    longest: SignedDuration,
}

async fn sweep_shard(parts: &Arc<Parts>, shard: Shard, every: Duration, seen: &mut Seen) -> Result<(), EngineError> {
    let now = parts.clock.now();
    let found = parts.read(move |store| store.clearings(shard)).await?;
    let waits = |clearing: &Clearing| clearing.last.as_ref().map(|last| now.duration_since(last.begun_at));
    seen.accounts = seen.accounts.saturating_add(u32::try_from(found.len()).unwrap_or(u32::MAX));
    seen.longest = found.iter().filter_map(waits).fold(seen.longest, SignedDuration::max);
    let due: Vec<MerchantId> =
        found.iter().filter(|clearing| is_due(clearing, now, every)).map(|clearing| clearing.merchant).collect();
    for merchants in due.chunks(AT_ONCE) {
        let mut folds = JoinSet::new();
        for merchant in merchants.iter().copied() {
            let parts = parts.clone();
            folds.spawn(async move { fold(&parts, merchant, shard).await });
        }
        while let Some(folded) = folds.join_next().await {
            if let Ok(Err(error)) = folded {
                tracing::warn!(shard = shard.number(), %error, "a fold did not end; a job ends what was begun");
            }
        }
    }
    Ok(())
}

/// Whether nobody has folded it for half an interval: several processes then fold little more often than one. A last fold
/// that is still to come was made before the business clock was set back, and says nothing.
fn is_due(clearing: &Clearing, now: Timestamp, every: Duration) -> bool {
    let Some(last) = &clearing.last else { return true };
    let since = now.duration_since(last.begun_at);
    since.is_negative() || since.unsigned_abs() >= every / 2
}

/// The shards to fold so that this much comes in, the fullest first.
fn enough(balance: &MerchantBalance, missing: i64) -> Vec<Shard> {
    let mut gathered = balance.gathered.clone();
    gathered.sort_by_key(|(_, has)| std::cmp::Reverse(has.minor()));
    let mut comes = 0_i64;
    let needed = gathered.into_iter().take_while(|(_, has)| {
        let short = comes < missing;
        comes = comes.saturating_add(has.minor());
        short
    });
    needed.map(|(shard, _)| shard).collect()
}

impl Engine {
    /// Folds all that has gathered for a merchant, on every shard.
    ///
    /// # Errors
    /// [`EngineError`] if a fold did not end; what was begun is ended by a job.
    pub async fn fold_merchant(&self, merchant: MerchantId) -> Result<(), EngineError> {
        let balance = self.read(move |store| store.merchant_balance(merchant)).await?;
        for (shard, _) in balance.gathered {
            fold(&self.parts, merchant, shard).await?;
        }
        Ok(())
    }

    /// Holds money of a merchant for a debit. It uses what is settled, and folds first if that is short: as many shards as
    /// are needed, the fullest first, and what others have under way.
    ///
    /// # Errors
    /// [`Rejection::MerchantShort`] if it is short even so; nothing is held then. [`EngineError`] if it was not carried out.
    pub async fn debit_merchant(&self, wanted: DebitMerchant) -> Result<Debited, EngineError> {
        debit(&self.parts, wanted).await
    }
}

/// Holds money of a merchant for a debit, and folds first if what is settled is short.
pub(crate) async fn debit(parts: &Parts, wanted: DebitMerchant) -> Result<Debited, EngineError> {
    for _ in 0..TRIES {
        match parts.lane.run(wanted).await {
            // Refused by the account's floor: another debit came between the look and the commit.
            Err(
                EngineError::Rejected(Rejection::MerchantShort { .. }) | EngineError::Store(StoreError::Refused(_)),
            ) => {}
            other => return other,
        }
        settle(parts, wanted).await?;
    }
    parts.lane.run(wanted).await
}

/// Settles as much as a debit needs.
async fn settle(parts: &Parts, debit: DebitMerchant) -> Result<(), EngineError> {
    let merchant = debit.merchant;
    let balance = parts.read(move |store| store.merchant_balance(merchant)).await?;
    let missing = debit.amount.minor().saturating_sub(balance.settled.minor());
    let coming: Money = balance.clearing().plus(balance.in_transit).unwrap_or(balance.in_transit);
    if coming.minor() < missing {
        let (asked, settled) = (debit.amount, balance.settled);
        return Err(Rejection::MerchantShort { merchant, asked, settled, coming }.into());
    }
    if balance.clearing().minor() < missing {
        for fold in parts.read(move |store| store.folds_under_way(merchant)).await? {
            end(parts, fold).await?;
        }
    }
    for shard in enough(&balance, missing) {
        fold(parts, merchant, shard).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tantu_domain::ids::FoldId;

    fn clearing(folded: Option<i64>) -> Clearing {
        let merchant = "mer_00000000000000000000000005".parse().unwrap();
        let ids = (
            "fol_00000000000000000000000007".parse::<FoldId>().unwrap(),
            "txn_00000000000000000000000005".parse().unwrap(),
        );
        let last = folded.and_then(|second| Fold::after(None, ids, merchant, Money::cny(1), at(second)));
        Clearing { merchant, shard: Shard::of(7), gathered: Money::cny(1), last }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn what_was_folded_lately_is_passed_over() {
        // (when it was folded last, whether it is due at 1,000 s with an interval of 60 s)
        let table = [
            (None, true),
            (Some(1_000), false),
            (Some(971), false),
            (Some(970), true),
            (Some(0), true),
            (Some(1_001), true),
        ];
        for (folded, due) in table {
            assert_eq!(is_due(&clearing(folded), at(1_000), Duration::from_secs(60)), due, "{folded:?}");
        }
    }

    #[test]
    fn a_debit_folds_no_more_shards_than_it_needs() {
        let gathered = [(1, 10), (2, 500), (3, 40), (4, 40)].map(|(shard, fen)| (Shard::of(shard), Money::cny(fen)));
        let nothing = Money::cny(0);
        let balance =
            MerchantBalance { settled: nothing, held: nothing, in_transit: nothing, gathered: gathered.into() };
        // (how much is missing, which shards)
        let table: [(i64, &[u8]); 6] =
            [(0, &[]), (1, &[2]), (500, &[2]), (501, &[2, 3]), (541, &[2, 3, 4]), (590, &[2, 3, 4, 1])];
        for (missing, shards) in table {
            let found: Vec<u8> = enough(&balance, missing).into_iter().map(Shard::number).collect();
            assert_eq!(found, shards, "{missing}");
        }
    }
}
