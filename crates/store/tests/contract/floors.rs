//! What the books refuse: a balance below its floor, a sum that does not fit, a limit below nothing.

use tantu_domain::channel::Channel;
use tantu_domain::ids::TransactionId;
use tantu_domain::ledger::{Entry, LedgerAccount, Purpose, Side, Transaction};
use tantu_domain::limit::{Counter, Window};
use tantu_domain::money::Money;
use tantu_store::Store;
use tantu_store::change::Change;
use tantu_store::error::StoreError;

use super::samples::{ALIPAY, Payer, SHARD, commit, id, now, try_commit};

/// Posts it, expects a refusal, and gives its words.
fn refused(store: &dyn Store, change: Change) -> String {
    match try_commit(store, &[change]) {
        Err(StoreError::Refused(why)) => why,
        other => panic!("{other:?}"),
    }
}

fn balance(store: &dyn Store, payer: &Payer) -> i64 {
    store.account(payer.account, now()).unwrap().unwrap().account.balance.minor()
}

fn moved(debit: LedgerAccount, credit: LedgerAccount, fen: i64) -> Change {
    let entry = |account, side| Entry { account, side, amount: Money::cny(fen) };
    let entries = vec![entry(debit, Side::Debit), entry(credit, Side::Credit)];
    Change::Post(Transaction::new(id(TransactionId::new), Purpose::Opening, now(), entries).unwrap())
}

/// The ledger account is named: with money in it, after it was emptied, and before anything was posted to it.
pub(crate) fn an_overdraft_is_refused(store: &dyn Store) {
    let payer = Payer::stored(store);
    let stranger = Payer::new();
    commit(store, &stranger.rows());
    let held = LedgerAccount::CustomerHeld(payer.account);
    let customer = LedgerAccount::Customer(payer.account);
    let (merchant, reserve) = (LedgerAccount::Merchant(payer.merchant), LedgerAccount::Reserve(SHARD));
    let table = [
        (Change::Post(payer.wallet_charge(Money::cny(1_000_001))), payer.customer()),
        (Change::Post(stranger.wallet_charge(Money::cny(1))), stranger.customer()),
        (moved(held, customer, 1), held.to_string()),
        (moved(LedgerAccount::MerchantClearing(payer.merchant, SHARD), reserve, 1_000_001), reserve.to_string()),
        (moved(merchant, customer, 1), merchant.to_string()),
    ];
    for (change, account) in table {
        let why = refused(store, change);
        assert!(why.contains(&account), "{why}");
        assert_eq!((balance(store, &payer), balance(store, &stranger)), (1_000_000, 0));
    }
    assert!(store.audit().unwrap().checks.iter().all(|check| check.broken.is_empty()));
}

pub(crate) fn the_last_fen_can_be_spent(store: &dyn Store) {
    let payer = Payer::stored(store);
    commit(store, &[Change::Post(payer.wallet_charge(Money::cny(1_000_000)))]);
    assert_eq!(balance(store, &payer), 0);
    let why = refused(store, Change::Post(payer.wallet_charge(Money::cny(1))));
    assert!(why.contains(&payer.customer()), "{why}");
}

/// A balance on its way up, one on its way down, and a used limit.
pub(crate) fn an_overflow_is_refused(store: &dyn Store) {
    let payer = Payer::new();
    commit(store, &payer.rows());
    commit(store, &[Change::Post(payer.opening(Money::cny(i64::MAX)))]);
    let why = refused(store, Change::Post(payer.opening(Money::cny(1))));
    assert!(why.contains(&payer.customer()) || why.contains("reserve:07"), "{why}");
    assert_eq!(balance(store, &payer), i64::MAX);
    let (in_transit, other) = (LedgerAccount::MerchantInTransit(payer.merchant), Payer::new().merchant);
    let clearing = LedgerAccount::MerchantClearing(other, SHARD);
    commit(store, &[moved(in_transit, clearing, i64::MAX)]);
    let third = LedgerAccount::MerchantInTransit(other);
    commit(store, &[moved(in_transit, third, 1)]);
    for fen in [1, i64::MAX] {
        let why = refused(store, moved(in_transit, third, fen));
        assert!(why.contains(&in_transit.to_string()), "{why}");
    }
    let (account, counter, window) = (payer.account, Counter::of(ALIPAY, false), Window::Day);
    let adjust =
        |fen| Change::AdjustLimit { account, counter, window, starts_on: window.start(now()), delta: Money::cny(fen) };
    commit(store, &[adjust(i64::MAX)]);
    refused(store, adjust(1));
    assert_eq!(store.account(account, now()).unwrap().unwrap().uses[0].used, Money::cny(i64::MAX));
}

/// What gathers for a merchant or is on its way to him, and what a channel owes us, may be below nothing.
pub(crate) fn a_floor_is_only_where_it_belongs(store: &dyn Store) {
    let payer = Payer::stored(store);
    let customer = LedgerAccount::Customer(payer.account);
    for account in [
        LedgerAccount::MerchantInTransit(payer.merchant),
        LedgerAccount::MerchantClearing(payer.merchant, SHARD),
        LedgerAccount::ChannelReceivable(Channel::Alipay, SHARD),
    ] {
        let change = match account.normal_side() {
            Side::Credit => moved(account, customer, 5),
            Side::Debit => moved(customer, account, 5),
        };
        commit(store, &[change]);
    }
    assert_eq!(balance(store, &payer), 1_000_005);
    let broken: Vec<&str> =
        store.audit().unwrap().checks.iter().filter(|check| !check.broken.is_empty()).map(|check| check.id).collect();
    // Only what is moved there is wrong: no fold has done it.
    assert_eq!(broken, ["folds_in_line", "in_transit_by_folds"]);
}

pub(crate) fn a_limit_never_falls_below_nothing(store: &dyn Store) {
    let payer = Payer::stored(store);
    for window in Window::ALL {
        let adjust = |fen| Change::AdjustLimit {
            account: payer.account,
            counter: Counter::of(ALIPAY, false),
            window: *window,
            starts_on: window.start(now()),
            delta: Money::cny(fen),
        };
        refused(store, adjust(-1));
        commit(store, &[adjust(100), adjust(-60)]);
        refused(store, adjust(-41));
        commit(store, &[adjust(-40)]);
        refused(store, adjust(-1));
    }
    let uses = store.account(payer.account, now()).unwrap().unwrap().uses;
    assert_eq!(uses.iter().map(|used| used.used.minor()).collect::<Vec<_>>(), [0, 0]);
}

pub(crate) fn a_transaction_is_posted_once(store: &dyn Store) {
    let payer = Payer::stored(store);
    let charge = payer.wallet_charge(Money::cny(10));
    commit(store, &[Change::Post(charge.clone())]);
    refused(store, Change::Post(charge));
    assert_eq!(balance(store, &payer), 999_990);
}
