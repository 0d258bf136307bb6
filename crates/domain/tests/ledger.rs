//! Whatever entries one tries, a transaction that exists balances.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::Timestamp;
use proptest::prelude::*;
use tantu_domain::channel::Channel;
use tantu_domain::ids::{AccountId, Shard, TransactionId};
use tantu_domain::ledger::{Entry, LedgerAccount, LedgerError, Purpose, Side, Transaction};
use tantu_domain::money::Money;

fn id() -> TransactionId {
    "txn_00000000000000000000000007".parse().unwrap()
}

fn account() -> AccountId {
    "acc_00000000000000000000000007".parse().unwrap()
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let ledger = prop_oneof![
        Just(LedgerAccount::Customer(account())),
        Just(LedgerAccount::CustomerHeld(account())),
        Just(LedgerAccount::Reserve(Shard::of(7))),
        Just(LedgerAccount::ChannelReceivable(Channel::Alipay, Shard::of(7))),
    ];
    let side = prop_oneof![Just(Side::Debit), Just(Side::Credit)];
    let amount = prop_oneof![1..4_i64, Just(0), Just(-1), Just(i64::MAX)];
    let entry =
        (ledger, side, amount).prop_map(|(account, side, fen)| Entry { account, side, amount: Money::cny(fen) });
    proptest::collection::vec(entry, 0..6)
}

proptest! {
    #[test]
    fn what_exists_balances(entries in entries()) {
        let sum = |side| entries.iter().filter(|entry| entry.side == side).map(|entry| i128::from(entry.amount.minor())).sum::<i128>();
        let fair = !entries.is_empty() && entries.iter().all(|entry| entry.amount.is_positive()) && sum(Side::Debit) == sum(Side::Credit);
        let built = Transaction::new(id(), Purpose::Opening, Timestamp::UNIX_EPOCH, entries.clone());
        if built.is_ok() {
            prop_assert!(fair);
        } else {
            // Only sums that do not fit are refused although they balance.
            prop_assert!(!fair || sum(Side::Debit) > i128::from(i64::MAX));
        }
    }
}

#[test]
fn the_books_grow_on_their_own_side() {
    let posted = Transaction::opening(id(), Timestamp::UNIX_EPOCH, account(), Money::cny(500)).unwrap();
    let effects: Vec<i64> = posted.entries().iter().map(|entry| entry.effect().minor()).collect();
    assert_eq!(effects, [500, 500], "what we own and what we owe grow together");
}

#[test]
fn nothing_is_no_transaction() {
    assert_eq!(Transaction::new(id(), Purpose::Opening, Timestamp::UNIX_EPOCH, Vec::new()), Err(LedgerError::Empty));
    let zero = Transaction::opening(id(), Timestamp::UNIX_EPOCH, account(), Money::cny(0));
    assert_eq!(zero, Err(LedgerError::NotPositive(Money::cny(0))));
}
