//! A batch is all or nothing, one at a time, and seen when it is committed.

use tantu_domain::ids::MerchantId;
use tantu_domain::limit::Window;
use tantu_domain::money::Money;
use tantu_store::Store;
use tantu_store::access::Merchant;
use tantu_store::change::Change;
use tantu_store::claim::Claim;
use tantu_store::job::Job;
use tantu_store::keys::Keys;

use super::books::Books;
use super::samples::{ALIPAY, Payer, commit, id, job, now, one, paid, told, try_commit, world};

pub(crate) fn dropped_changes_nothing(store: &dyn Store) {
    let books = Books::new();
    let account = one(books.payer.account);
    let (mut seen, batch) = store.begin(&Keys { accounts: account, ..Keys::default() }, now()).unwrap();
    books.changes.iter().for_each(|change| seen.apply(change));
    drop(batch);
    assert!(seen.accounts.contains_key(&books.payer.account), "only the memory had it");
    assert!(store.account(books.payer.account, now()).unwrap().is_none());
    assert!(store.audited_attempts().unwrap().is_empty());
    assert!(store.audit().unwrap().checks.iter().all(|check| check.looked_at == 0));
    commit(store, &books.changes);
}

/// Good changes before and after one that is not taken: none of them is there, and the store goes on.
pub(crate) fn a_failed_change_takes_all_with_it(store: &dyn Store) {
    let payer = Payer::stored(store);
    let posted = payer.opening(Money::cny(1));
    let claim = payer.claim(&payer.captured());
    commit(store, &[Change::Post(posted.clone()), Change::PutClaim(claim.clone())]);
    let before = store.account(payer.account, now()).unwrap();
    let (window, starts_on) = (Window::Day, Window::Day.start(now()));
    let table = [
        Change::PutPayment(payer.order(Money::cny(1))),
        Change::Post(payer.wallet_charge(Money::cny(1_000_002))),
        Change::Post(posted),
        Change::PutClaim(Claim { payment: payer.captured().id, ..claim }),
        Change::AdjustLimit { account: payer.account, product: ALIPAY, window, starts_on, delta: Money::cny(-1) },
    ];
    for refused in table {
        let (payment, merchant) = (payer.captured(), id(MerchantId::new));
        let held = job(now());
        let batch = [
            Change::PutPayment(payment.clone()),
            Change::Post(payer.wallet_charge(payment.amount).for_payment(payment.id)),
            Change::PutJob(held.clone()),
            refused.clone(),
            Change::PutMerchant(Merchant { id: merchant, name: "after".into() }),
        ];
        assert!(try_commit(store, &batch).is_err(), "{refused:?}");
        assert_eq!(store.payment(payment.id).unwrap(), None, "{refused:?}");
        assert_eq!(store.merchant(merchant).unwrap(), None);
        assert_eq!(store.next_due(now()).unwrap(), None);
        assert_eq!(store.account(payer.account, now()).unwrap(), before);
    }
    commit(store, &[Change::PutPayment(payer.captured())]);
}

/// A reader never waits for an open batch, and sees what was before it.
pub(crate) fn a_reader_sees_what_is_committed(store: &dyn Store) {
    let payer = Payer::stored(store);
    let payment = payer.submitted();
    let paid = told(payment.clone(), &paid(payment.amount));
    commit(store, &[Change::PutPayment(payment.clone())]);
    let keys = Keys { payments: one(payment.id), ..Keys::default() };
    let (mut seen, batch) = store.begin(&keys, now()).unwrap();
    let change = Change::PutPayment(paid.clone());
    seen.apply(&change);
    assert_eq!(store.payment(payment.id).unwrap().as_ref(), Some(&payment));
    assert_eq!(seen.payments[&payment.id], paid);
    batch.commit(&[change]).unwrap();
    assert_eq!(store.payment(payment.id).unwrap(), Some(paid));
}

/// Writers who read, add one and write: none of the additions is lost.
pub(crate) fn batches_come_one_after_another(store: &dyn Store) {
    let (writers, times) = (4, 5);
    let counter = job(now());
    commit(store, &[Change::PutJob(counter.clone())]);
    let keys = Keys { jobs: one(counter.id), ..Keys::default() };
    let add = || {
        for _ in 0..times {
            let (seen, batch) = store.begin(&keys, now()).unwrap();
            let found = seen.jobs[&counter.id].clone();
            batch.commit(&[Change::PutJob(Job { tries: found.tries + 1, ..found })]).unwrap();
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..writers {
            scope.spawn(add);
        }
    });
    assert_eq!(world(store, &keys).jobs[&counter.id].tries, writers * times);
}

/// What the commands of one batch see of each other is what the next batch loads.
pub(crate) fn a_world_after_its_changes_is_what_is_loaded_next(store: &dyn Store) {
    let books = Books::new();
    let claims = books.payments().into_iter().map(|(_, payment)| books.payer.claim(payment).key);
    let keys = Keys {
        accounts: one(books.payer.account),
        payments: books.payments().iter().map(|(_, payment)| payment.id).collect(),
        mandates: one(books.payer.mandate),
        claims: claims.collect(),
        jobs: books.jobs.iter().map(|job| job.id).collect(),
        ..Keys::default()
    };
    let (mut seen, batch) = store.begin(&keys, now()).unwrap();
    books.changes.iter().for_each(|change| seen.apply(change));
    batch.commit(&books.changes).unwrap();
    let mut loaded = world(store, &keys);
    for world in [&mut seen, &mut loaded] {
        for file in world.accounts.values_mut() {
            file.uses.sort_by_key(|used| (used.product, used.window, used.starts_on));
        }
    }
    assert_eq!(seen.accounts, loaded.accounts);
    assert_eq!(seen.payments, loaded.payments);
    assert_eq!(seen.attempts, loaded.attempts);
    assert_eq!(seen.mandates, loaded.mandates);
    assert_eq!(seen.claims, loaded.claims);
    assert_eq!(seen.jobs, loaded.jobs);
    assert!(loaded.payments.len() == 7 && loaded.attempts.len() == 6 && loaded.jobs.len() == 2);
}
