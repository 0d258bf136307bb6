//! Folds, and what merchants have.

use tantu_domain::fold::Fold;
use tantu_domain::ids::{MerchantId, Shard, TransactionId};
use tantu_domain::money::Money;
use tantu_store::Store;
use tantu_store::change::Change;
use tantu_store::clearing::{Clearing, MerchantBalance};
use tantu_store::error::StoreError;
use tantu_store::keys::Keys;

use super::samples::{Counting, Payer, SHARD, commit, fold_job, later, one, try_commit, world};

/// The rows of a payer who has paid this much.
pub(crate) fn paid(payer: &Payer, fen: i64) -> Vec<Change> {
    let mut changes = payer.rows();
    changes.push(Change::Post(payer.opening(Money::cny(1_000_000))));
    changes.push(Change::Post(payer.wallet_charge(Money::cny(fen))));
    changes
}

pub(crate) fn begun(fold: &Fold) -> [Change; 3] {
    [Change::Post(fold.taken().unwrap()), Change::PutFold(fold.clone()), Change::PutJob(fold_job(fold))]
}

/// Ends a fold: given on the merchant's shard, then done on its own.
pub(crate) fn end(store: &dyn Store, fold: &Fold) {
    commit(store, &[Change::Post(fold.given(later(4)).unwrap())]);
    let done = Fold { done_at: Some(later(5)), ..fold.clone() };
    commit(store, &[Change::PutFold(done), Change::FinishJob(fold.job())]);
}

fn clearing(store: &dyn Store, payer: &Payer) -> Clearing {
    let key = (payer.account.shard(), payer.merchant);
    world(store, &Keys { clearings: one(key), ..Keys::default() }).clearings.remove(&key).unwrap()
}

/// Begun, done, and called done again: the first time stays.
pub(crate) fn rows_survive(store: &dyn Store) {
    let payer = Payer::new();
    commit(store, &paid(&payer, 700));
    let [first, second] = payer.folds([Money::cny(500), Money::cny(200)]);
    for fold in [&first, &second] {
        commit(store, &begun(fold));
        let done = Fold { done_at: Some(later(60)), ..fold.clone() };
        let again = Fold { done_at: Some(later(90)), ..fold.clone() };
        for (put, kept) in [(fold, fold), (&done, &done), (&again, &done), (fold, &done)] {
            commit(store, &[Change::PutFold(put.clone())]);
            assert_eq!(store.fold(fold.id).unwrap().as_ref(), Some(kept));
            let loaded = world(store, &Keys { folds: one(fold.id), ..Keys::default() });
            assert_eq!(loaded.folds.get(&fold.id), Some(kept));
        }
    }
}

/// Of two who fold the same only one does, and nothing of the other's is left.
pub(crate) fn a_number_is_taken_once(store: &dyn Store) {
    let payer = Payer::new();
    commit(store, &paid(&payer, 700));
    let ([first], [rival]) = (payer.folds([Money::cny(700)]), payer.folds([Money::cny(700)]));
    commit(store, &begun(&first));
    let refused = try_commit(store, &begun(&rival));
    assert!(matches!(refused, Err(StoreError::Refused(_) | StoreError::Busy(_))), "{refused:?}");
    assert_eq!(store.fold(rival.id).unwrap(), None);
    assert_eq!(clearing(store, &payer).gathered, Money::cny(0));
    assert_eq!(clearing(store, &payer).last, Some(first));
    let other = Payer { account: payer.account, ..Payer::on(SHARD) };
    commit(store, &paid(&other, 700));
    let [same_number] = other.folds([Money::cny(700)]);
    commit(store, &begun(&same_number));
}

pub(crate) fn a_clearing_comes_with_its_last_fold(store: &dyn Store) {
    let payer = Payer::new();
    commit(store, &paid(&payer, 700));
    let nothing = Clearing { merchant: payer.merchant, shard: SHARD, gathered: Money::cny(700), last: None };
    assert_eq!(clearing(store, &payer), nothing);
    for fold in payer.folds([Money::cny(300), Money::cny(399)]) {
        commit(store, &begun(&fold));
        end(store, &fold);
        let gathered = Money::cny(700 - fold.to_total.minor());
        let last = store.fold(fold.id).unwrap();
        assert!(last.as_ref().is_some_and(|last| last.done_at.is_some()));
        assert_eq!(clearing(store, &payer), Clearing { gathered, last, ..nothing.clone() });
    }
}

/// Of one shard only, and only what has something in it.
pub(crate) fn what_has_gathered_is_listed(store: &dyn Store) {
    let (empty, some, folded) = (Payer::new(), Payer::new(), Payer::new());
    let elsewhere = Payer::on(Shard::of(8));
    let [taken] = empty.folds([Money::cny(10)]);
    let [first] = folded.folds([Money::cny(30)]);
    for (payer, fen) in [(&empty, 10), (&some, 20), (&folded, 50), (&elsewhere, 60)] {
        commit(store, &paid(payer, fen));
    }
    commit(store, &begun(&taken));
    commit(store, &begun(&first));
    let mut listed = store.clearings(SHARD).unwrap();
    listed.sort_by_key(|one| one.gathered.minor());
    let of = |payer: &Payer, last| Clearing { merchant: payer.merchant, shard: SHARD, gathered: Money::cny(20), last };
    assert_eq!(listed, [of(&some, None), of(&folded, Some(first))]);
    assert_eq!(store.clearings(Shard::of(8)).unwrap().len(), 1);
    assert_eq!(store.clearings(Shard::of(9)).unwrap(), []);
}

/// What is in transit stands as owed on one shard and as taken on another; over both it is what is on its way.
pub(crate) fn a_merchants_balance_is_of_all_shards(store: &dyn Store) {
    let merchant = MerchantId::new(&Counting, SHARD);
    let payers = [7, 8, 99].map(|shard| Payer { merchant, ..Payer::on(Shard::of(shard)) });
    payers.iter().for_each(|payer| commit(store, &paid(payer, 1_000)));
    let shown = || store.merchant_balance(merchant).unwrap();
    let cny = Money::cny;
    let gathered = |list: &[(u8, i64)]| list.iter().map(|(shard, fen)| (Shard::of(*shard), cny(*fen))).collect();
    let expected = |settled, held, in_transit, list: &[(u8, i64)]| MerchantBalance {
        settled: cny(settled),
        held: cny(held),
        in_transit: cny(in_transit),
        gathered: gathered(list),
    };
    assert_eq!(shown(), expected(0, 0, 0, &[(7, 1_000), (8, 1_000), (99, 1_000)]));
    let (own, far) = (payers[0].folds([cny(1_000)]), payers[2].folds([cny(400)]));
    commit(store, &begun(&own[0]));
    commit(store, &begun(&far[0]));
    assert_eq!(shown(), expected(0, 0, 1_400, &[(8, 1_000), (99, 600)]));
    end(store, &own[0]);
    assert_eq!(shown(), expected(1_000, 0, 400, &[(8, 1_000), (99, 600)]));
    assert_eq!(store.folds_under_way(merchant).unwrap(), far);
    end(store, &far[0]);
    assert_eq!(store.folds_under_way(merchant).unwrap(), []);
    commit(store, &[Change::Post(payers[0].merchant_hold(cny(150)))]);
    assert_eq!(shown(), expected(1_250, 150, 0, &[(8, 1_000), (99, 600)]));
    assert_eq!(shown().clearing(), cny(1_600));
    let loaded = world(store, &Keys { merchants: one(merchant), ..Keys::default() });
    assert_eq!(loaded.settled[&merchant], cny(1_250));
    assert_eq!(store.merchant_balance(MerchantId::new(&Counting, SHARD)).unwrap(), expected(0, 0, 0, &[]));
}

/// The database itself refuses what two who look at the same time both believe in.
pub(crate) fn a_merchants_debit_stops_at_nothing(store: &dyn Store) {
    let payer = Payer::new();
    commit(store, &paid(&payer, 1_000));
    let [fold] = payer.folds([Money::cny(1_000)]);
    commit(store, &begun(&fold));
    end(store, &fold);
    let hold = payer.merchant_hold(Money::cny(600));
    let posted =
        |id: TransactionId| world(store, &Keys { transactions: one(id), ..Keys::default() }).posted[&id].is_some();
    assert!(!posted(hold.id()) && posted(fold.credit));
    commit(store, &[Change::Post(hold.clone())]);
    assert!(posted(hold.id()));
    let refused = try_commit(store, &[Change::Post(payer.merchant_hold(Money::cny(401)))]);
    assert!(matches!(&refused, Err(StoreError::Refused(why)) if why.contains("merchant:")), "{refused:?}");
    commit(store, &[Change::Post(payer.merchant_hold(Money::cny(400)))]);
    let balance = store.merchant_balance(payer.merchant).unwrap();
    assert_eq!((balance.settled, balance.held), (Money::cny(0), Money::cny(1_000)));
}
