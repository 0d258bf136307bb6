//! Accounts, what they pay with, and how much of their limits is used.

use jiff::Timestamp;
use tantu_domain::account::{Account, AccountState, Case, SafeReason};
use tantu_domain::activity::{Activity, Order};
use tantu_domain::channel::Channel;
use tantu_domain::ids::{CaseId, DeviceKeyId, InstrumentId, MandateId, MerchantId, PaymentId, TransactionId};
use tantu_domain::instrument::{Instrument, InstrumentKind, Mandate, MandateState, Product, RevokedBy};
use tantu_domain::ledger::Transaction;
use tantu_domain::limit::{Counter, LimitUse, Window};
use tantu_domain::money::Money;
use tantu_store::Store;
use tantu_store::change::Change;
use tantu_store::keys::Keys;

use super::samples::{ALIPAY, Payer, at, commit, id, later, now, one, try_commit, world};

fn case(reason: SafeReason, unfreeze_requested_at: Option<Timestamp>) -> Case {
    let (rule, waiting) = (Some("a_rule".into()), vec![id(PaymentId::new), id(PaymentId::new)]);
    Case {
        id: id(CaseId::new),
        since: later(-60),
        reason,
        unfreeze_requested_at,
        rule,
        lift_proposed_by: None,
        waiting,
    }
}

/// Every state, in an order in which each row overwrites the one before; it ends where it began.
pub(crate) fn states_survive(store: &dyn Store) {
    let payer = Payer::new();
    let table = [
        AccountState::Active,
        AccountState::Restricted(case(SafeReason::TermsOfUse, None), Some(later(3_600))),
        AccountState::Restricted(case(SafeReason::SecurityCheck, None), None),
        AccountState::Restricted(case(SafeReason::SecurityCheck, Some(later(7))), None),
        AccountState::Frozen(case(SafeReason::HolderRequest, None)),
        AccountState::Frozen(case(SafeReason::HolderRequest, Some(later(9)))),
        AccountState::Restricted(case(SafeReason::ConfirmItIsYou, None), None),
        AccountState::Active,
    ];
    for state in table {
        let account = payer.account_row(state);
        commit(store, &[Change::PutAccount(account.clone())]);
        assert_eq!(store.account(payer.account, now()).unwrap().unwrap().account, account);
        let loaded = world(store, &Keys { accounts: one(payer.account), ..Keys::default() });
        assert_eq!(loaded.accounts[&payer.account].account, account);
    }
}

/// What the rules against misuse look at.
pub(crate) fn activities_survive(store: &dyn Store) {
    let payer = Payer::stored(store);
    let device = id(DeviceKeyId::new);
    let orders =
        vec![Order { at: later(-9), payee: id(MerchantId::new) }, Order { at: later(-1), payee: id(MerchantId::new) }];
    let place = Some(("31.23:121.47".parse().unwrap(), later(-2)));
    let table = [
        Activity { orders: orders.clone(), ..Activity::default() },
        Activity { orders, devices: vec![(device, later(-3))], place, cleared_at: None },
        Activity { cleared_at: Some(now()), ..Activity::default() },
        Activity::default(),
    ];
    for activity in table {
        let row = Account { activity: activity.clone(), ..payer.account_row(AccountState::Active) };
        commit(store, &[Change::PutAccount(row)]);
        assert_eq!(store.account(payer.account, now()).unwrap().unwrap().account.activity, activity);
    }
}

/// Whoever puts an account puts its state; the sums it carries are not believed.
pub(crate) fn sums_follow_from_the_books(store: &dyn Store) {
    let payer = Payer::new();
    commit(store, &payer.rows());
    let mut account = payer.account_row(AccountState::Active);
    (account.balance, account.held) = (Money::cny(1), Money::cny(2));
    commit(store, &[Change::PutAccount(account)]);
    let sums = || {
        let account = store.account(payer.account, now()).unwrap().unwrap().account;
        (account.balance.minor(), account.held.minor())
    };
    assert_eq!(sums(), (0, 0));
    let late = payer.late_success(Money::cny(30));
    let back = Transaction::late_refund(id(TransactionId::new), now(), Channel::Alipay, payer.account, Money::cny(30));
    for (transaction, after) in [
        (payer.opening(Money::cny(500)), (500, 0)),
        (payer.wallet_charge(Money::cny(120)), (380, 0)),
        (late, (380, 30)),
        (back.unwrap(), (380, 0)),
    ] {
        commit(store, &[Change::Post(transaction)]);
        assert_eq!(sums(), after);
    }
}

pub(crate) fn wallets_and_mandates_survive(store: &dyn Store) {
    let payer = Payer::new();
    commit(store, &payer.rows());
    let instruments = store.account(payer.account, now()).unwrap().unwrap().instruments;
    let kinds = [(payer.wallet, InstrumentKind::Wallet), (payer.bound, InstrumentKind::Mandate(payer.mandate_row()))];
    let expected = kinds.map(|(id, kind)| Instrument { id, account: payer.account, kind });
    assert_eq!(instruments, expected, "in the order in which they were added");
    for instrument in &instruments {
        assert_eq!(store.account_of(instrument.id).unwrap(), Some(payer.account));
    }
}

/// An account at a channel that its holder confirms: one for each channel, and in no other's way.
pub(crate) fn confirmed_accounts_survive(store: &dyn Store) {
    let payer = Payer::new();
    commit(store, &payer.rows());
    let mut expected = store.account(payer.account, now()).unwrap().unwrap().instruments;
    for channel in Channel::ALL {
        let kind = InstrumentKind::Confirmed { channel: *channel };
        let added = Instrument { id: id(InstrumentId::new), account: payer.account, kind };
        commit(store, &[Change::PutInstrument(added.clone())]);
        commit(store, &[Change::PutInstrument(added.clone())]);
        let again = Instrument { id: id(InstrumentId::new), ..added.clone() };
        assert!(try_commit(store, &[Change::PutInstrument(again)]).is_err(), "one is enough");
        expected.push(added);
    }
    assert_eq!(store.account(payer.account, now()).unwrap().unwrap().instruments, expected);
}

/// Every state at every channel, each as a row of its own and as the next state of one and the same row.
pub(crate) fn mandates_survive(store: &dyn Store) {
    let active = || MandateState::Active { agreement_no: "2026".into(), signed_at: now(), expires_at: later(60) };
    let revoked = |revoked_at, by| MandateState::Revoked { revoked_at, by };
    let table = [
        MandateState::Signing { since: now() },
        active(),
        MandateState::Expired { expired_at: later(60) },
        active(),
        revoked(Some(later(1)), Some(RevokedBy::Payer)),
        revoked(Some(later(1)), Some(RevokedBy::Platform)),
        revoked(Some(later(1)), None),
        revoked(None, Some(RevokedBy::Payer)),
        revoked(None, None),
    ];
    let payer = Payer::new();
    for channel in Channel::ALL {
        let kept = id(MandateId::new);
        for state in &table {
            for id in [kept, id(MandateId::new)] {
                let mandate = Mandate { id, channel: *channel, state: state.clone(), ..payer.mandate_row() };
                commit(store, &[Change::PutMandate(mandate.clone())]);
                assert_eq!(store.mandate(id).unwrap().as_ref(), Some(&mandate));
                let loaded = world(store, &Keys { mandates: one(id), ..Keys::default() });
                assert_eq!(loaded.mandates[&id], mandate);
            }
        }
    }
}

pub(crate) fn signing_again_keeps_the_instrument(store: &dyn Store) {
    let payer = Payer::new();
    commit(store, &payer.rows());
    let again = Mandate { id: id(MandateId::new), ..payer.mandate_row() };
    let kind = InstrumentKind::Mandate(again.clone());
    let rebound = Instrument { id: payer.bound, account: payer.account, kind };
    commit(store, &[Change::PutMandate(again), Change::PutInstrument(rebound.clone())]);
    let instruments = store.account(payer.account, now()).unwrap().unwrap().instruments;
    assert_eq!(instruments.last(), Some(&rebound));
    assert_eq!(instruments.len(), 2);
    assert_eq!(store.mandate(payer.mandate).unwrap(), Some(payer.mandate_row()), "the old one is still known");
}

/// What was used this month and the last is told, and every month of the balance; what is older can no longer be given back.
pub(crate) fn used_limits_survive(store: &dyn Store) {
    let payer = Payer::stored(store);
    let times = ["2026-09-30T15:59:59Z", "2026-09-30T16:00:00Z", "2026-10-31T15:59:59.999Z", "2026-11-21T20:00:00Z"];
    let mut expected = Vec::new();
    for (number, at) in times.map(at).into_iter().enumerate() {
        for counter in
            [Counter::of(Product::Wallet, false), Counter::of(Product::Wallet, true), Counter::of(ALIPAY, false)]
        {
            for window in Window::ALL {
                let (starts_on, delta) = (window.start(at), Money::cny(100));
                let used = |used| LimitUse { account: payer.account, counter, window: *window, starts_on, used };
                commit(
                    store,
                    &[Change::AdjustLimit { account: payer.account, counter, window: *window, starts_on, delta }],
                );
                // A ceiling since the account was opened is the sum of the balance's months, so they are always told.
                if number > 0 || (counter.is_balance() && *window == Window::Month) {
                    match expected.iter_mut().find(|known: &&mut LimitUse| **known == used(Money::cny(100))) {
                        Some(known) => *known = used(Money::cny(200)),
                        None => expected.push(used(delta)),
                    }
                }
            }
        }
    }
    let sorted = |mut uses: Vec<LimitUse>| {
        uses.sort_by_key(|used| (used.counter, used.window, used.starts_on));
        uses
    };
    let found = store.account(payer.account, now()).unwrap().unwrap().uses;
    assert_eq!(sorted(found), sorted(expected));
}
