//! Folds: how what a merchant is paid on a payers' shard comes into the merchant's own account.
//!
//! A payment credits the merchant's clearing account on its payer's shard, and nothing else of the merchant. A fold takes what
//! has gathered there and gives it to the merchant on another shard: two balanced transactions, because none may touch two
//! shards, and a row that says what is done.
//!
//! A fold's range is a range of the clearing account's *total*: of all that was ever credited to it. The first fold begins at
//! nothing, each next one where the last one ended, and `total = last fold's end + what is there now` is always true. So every
//! posting is in exactly one fold or still in the balance: postings move the balance one after another, and a fold ends
//! between two of them. A range of posting ids would say less, because writers commit out of the ids' order.

use jiff::Timestamp;

use crate::ids::{FoldId, JobId, MerchantId, TransactionId};
use crate::ledger::{LedgerError, Transaction};
use crate::money::Money;

/// One fold. It lives on the payers' shard, as the last byte of its id says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// Its id.
    pub id: FoldId,
    /// Whose money it moves.
    pub merchant: MerchantId,
    /// Counts the folds of one merchant and shard from 1, without a gap.
    pub number: u64,
    /// Where its range begins: the total up to which the folds before it have taken.
    pub from_total: Money,
    /// Where its range ends.
    pub to_total: Money,
    /// Under which id the merchant's shard is credited. It is fixed when the fold begins, so that a second try is known.
    pub credit: TransactionId,
    /// When the money left the clearing account.
    pub begun_at: Timestamp,
    /// When it was known to have arrived.
    pub done_at: Option<Timestamp>,
}

impl Fold {
    /// The fold after `last` of everything that is in the clearing account; `None` if there is nothing, or if its total no
    /// longer fits.
    pub fn after(
        last: Option<&Self>,
        (id, credit): (FoldId, TransactionId),
        merchant: MerchantId,
        gathered: Money,
        at: Timestamp,
    ) -> Option<Self> {
        if !gathered.is_positive() {
            return None;
        }
        let from_total = last.map_or(Money::zero(gathered.currency()), |last| last.to_total);
        let to_total = from_total.plus(gathered).ok()?;
        let number = last.map_or(0, |last| last.number).checked_add(1)?;
        Some(Self { id, merchant, number, from_total, to_total, credit, begun_at: at, done_at: None })
    }

    /// How much it moves.
    pub fn amount(&self) -> Money {
        Money::new(self.to_total.minor().saturating_sub(self.from_total.minor()), self.to_total.currency())
    }

    /// The job that ends it should whoever began it not do so. It has the fold's bytes, so that nobody looks for it.
    pub fn job(&self) -> JobId {
        JobId::from_bytes(self.id.bytes()).unwrap_or_else(|| unreachable!("a fold's last byte is its shard"))
    }

    /// What it posts first, on the payers' shard, under an id of the fold's own bytes.
    ///
    /// # Errors
    /// [`LedgerError`] if it moves nothing.
    pub fn taken(&self) -> Result<Transaction, LedgerError> {
        let id = TransactionId::from_bytes(self.id.bytes());
        let id = id.unwrap_or_else(|| unreachable!("a fold's last byte is its shard"));
        Transaction::fold_out(id, self.begun_at, self.merchant, self.amount())
    }

    /// What it posts then, on the merchant's shard.
    ///
    /// # Errors
    /// [`LedgerError`] if it moves nothing.
    pub fn given(&self, at: Timestamp) -> Result<Transaction, LedgerError> {
        Transaction::fold_in(self.credit, at, self.merchant, self.amount())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::LedgerAccount;
    use proptest::prelude::*;

    const AT: Timestamp = Timestamp::UNIX_EPOCH;

    fn after(last: Option<&Fold>, fen: i64) -> Option<Fold> {
        let ids =
            ("fol_00000000000000000000000007".parse().unwrap(), "txn_00000000000000000000000005".parse().unwrap());
        Fold::after(last, ids, "mer_00000000000000000000000005".parse().unwrap(), Money::cny(fen), AT)
    }

    proptest! {
        /// Whatever gathers between them, the folds' ranges lie end to end and add up to the total.
        #[test]
        fn ranges_lie_end_to_end(gathered in proptest::collection::vec(-5..1_000_000_i64, 0..20)) {
            let (mut last, mut total, mut folds) = (None, 0, 0);
            for fen in gathered {
                let next = after(last.as_ref(), fen);
                prop_assert_eq!(next.is_some(), fen > 0, "nothing is no fold");
                let Some(fold) = next else { continue };
                (total, folds) = (total + fen, folds + 1);
                prop_assert_eq!((fold.amount(), fold.to_total, fold.number), (Money::cny(fen), Money::cny(total), folds));
                last = Some(fold);
            }
        }
    }

    #[test]
    fn both_sides_are_of_one_shard_each() {
        let fold = after(None, 8_888).unwrap();
        let (taken, given) = (fold.taken().unwrap(), fold.given(AT).unwrap());
        let accounts = |posting: &Transaction| posting.entries().iter().map(|entry| entry.account).collect::<Vec<_>>();
        let in_transit = LedgerAccount::MerchantInTransit(fold.merchant);
        let clearing = LedgerAccount::MerchantClearing(fold.merchant, fold.id.shard());
        assert_eq!((taken.id().shard(), accounts(&taken)), (fold.id.shard(), vec![clearing, in_transit]));
        let merchant = LedgerAccount::Merchant(fold.merchant);
        assert_eq!((given.id().shard(), accounts(&given)), (fold.merchant.shard(), vec![in_transit, merchant]));
        assert!(taken.entries().iter().chain(given.entries()).all(|entry| entry.amount == Money::cny(8_888)));
    }

    #[test]
    fn a_total_that_does_not_fit_is_not_begun() {
        let most = after(None, i64::MAX).unwrap();
        assert_eq!(after(Some(&most), 1), None);
    }
}
