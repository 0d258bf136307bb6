//! A batch is all or nothing, one at a time, and seen when it is committed.

use tantu_domain::answer::Answer;
use tantu_domain::ids::{MerchantId, RefundId, Shard};
use tantu_domain::limit::{Counter, Window};
use tantu_domain::money::Money;
use tantu_domain::payment::Payment;
use tantu_store::access::Merchant;
use tantu_store::change::Change;
use tantu_store::claim::Claim;
use tantu_store::error::StoreError;
use tantu_store::job::{Job, JobKind};
use tantu_store::keys::Keys;
use tantu_store::request::Request;
use tantu_store::{Lanes, Store};

use super::books::Books;
use super::samples::{ALIPAY, Payer, SHARD, commit, id, job, later, now, one, paid, told, try_commit, world};

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
        Change::AdjustLimit {
            account: payer.account,
            counter: Counter::of(ALIPAY, false),
            window,
            starts_on,
            delta: Money::cny(-1),
        },
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
        // Where batches are by shard, what is no payer's is a transaction before theirs.
        assert_eq!(
            store.merchant(merchant).unwrap().is_some(),
            store.lanes() == Lanes::ByShard && is_refused_late(&refused)
        );
        assert_eq!(store.next_due(now()).unwrap(), None);
        assert_eq!(store.account(payer.account, now()).unwrap(), before);
    }
    commit(store, &[Change::PutPayment(payer.captured())]);
}

/// Whether it is refused with the payers' own rows, and not with the claims before.
fn is_refused_late(change: &Change) -> bool {
    !matches!(change, Change::PutClaim(_))
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
        clearings: one((SHARD, books.payer.merchant)),
        folds: books.folds.iter().map(|fold| fold.id).collect(),
        merchants: one(books.payer.merchant),
        transactions: books.folds.iter().map(|fold| fold.credit).chain([books.hold.id()]).collect(),
        ..Keys::default()
    };
    let (mut seen, batch) = store.begin(&keys, now()).unwrap();
    books.changes.iter().for_each(|change| seen.apply(change));
    batch.commit(&books.changes).unwrap();
    let mut loaded = world(store, &keys);
    for world in [&mut seen, &mut loaded] {
        for file in world.accounts.values_mut() {
            file.uses.sort_by_key(|used| (used.counter, used.window, used.starts_on));
        }
    }
    assert_eq!(seen.accounts, loaded.accounts);
    assert_eq!(seen.payments, loaded.payments);
    assert_eq!(seen.attempts, loaded.attempts);
    assert_eq!(seen.mandates, loaded.mandates);
    assert_eq!(seen.claims, loaded.claims);
    assert_eq!(seen.jobs, loaded.jobs);
    assert_eq!(seen.clearings, loaded.clearings);
    assert_eq!(seen.folds, loaded.folds);
    assert_eq!(seen.settled, loaded.settled);
    assert_eq!(seen.posted, loaded.posted);
    assert!(loaded.payments.len() == 7 && loaded.attempts.len() == 6 && loaded.jobs.len() == 3);
}

/// However many changes of one row a batch holds, each finds what the one before it has left.
pub(crate) fn a_batch_is_its_changes_one_by_one(store: &dyn Store) {
    let payer = Payer::stored(store);
    let claim = payer.keyed(payer.captured().id, "k-1");
    let request = payer.request(claim.payment, "k-1");
    let answered = |answer| Change::PutRequest(Request { answer, ..request.clone() });
    let (kept, again, gone) = (job(now()), job(now()), job(now()));
    commit(store, &[Change::PutJob(again.clone())]);
    let JobKind::ResolveAttempt { payment, attempt } = again.kind else { unreachable!("the sample is of this kind") };
    let kind = JobKind::ReturnLateSuccess { payment, attempt, refund: id(RefundId::new) };
    let (retried, anew) = (Job { tries: 3, ..kept.clone() }, Job { kind, run_at: later(60), ..again.clone() });
    let name = |name: &str| Change::PutMerchant(Merchant { id: payer.merchant, name: name.into() });
    let mut changes =
        vec![answered(None), answered(Some(Answer::Closed)), answered(Some(Answer::Succeeded)), name("a")];
    changes.extend([Change::PutJob(kept.clone()), Change::PutJob(retried.clone())]);
    changes.extend([Change::FinishJob(again.id), Change::PutJob(anew.clone())]);
    changes.extend([Change::PutJob(gone.clone()), Change::FinishJob(gone.id), name("b")]);
    changes.extend([30, 50].map(|fen| Change::Post(payer.wallet_charge(Money::cny(fen)))));
    changes.push(Change::Post(payer.opening(Money::cny(7))));
    commit(store, &changes);
    let requests = one((request.payment, request.key.clone()));
    let keys = Keys { jobs: [kept.id, again.id, gone.id].into(), requests, ..Keys::default() };
    let loaded = world(store, &keys);
    assert_eq!(loaded.jobs, [(kept.id, retried), (again.id, anew)].into());
    assert_eq!(loaded.requests[&request.key].answer, Some(Answer::Closed));
    assert_eq!(store.merchant(payer.merchant).unwrap().unwrap().name, "b");
    assert_eq!(store.account(payer.account, now()).unwrap().unwrap().account.balance, Money::cny(1_000_000 - 80 + 7));
    let fresh = payer.keyed(claim.payment, "k-2");
    let rival = Claim { payment: payer.captured().id, ..fresh.clone() };
    let twice = try_commit(store, &[Change::PutClaim(fresh.clone()), Change::PutClaim(rival)]);
    assert!(matches!(twice, Err(StoreError::Claimed)), "{twice:?}");
    assert_eq!(store.claim(&fresh.key).unwrap(), None);
}

/// More rows than any statement takes, and payers of every shard.
pub(crate) fn a_large_batch_is_one(store: &dyn Store) {
    let elsewhere = if store.lanes() == Lanes::ByShard { 7..8 } else { 0..100 };
    let many = elsewhere.len() + 250;
    let payers: Vec<Payer> = elsewhere.chain([7; 250]).map(|shard| Payer::on(Shard::of(shard))).collect();
    let mut changes: Vec<Change> = payers.iter().flat_map(Payer::rows).collect();
    changes.extend(payers.iter().map(|payer| Change::Post(payer.opening(Money::cny(1_000)))));
    changes.extend(payers.iter().map(|payer| Change::Post(payer.wallet_charge(Money::cny(300)))));
    changes.extend(payers.iter().map(|payer| Change::PutClaim(payer.claim(&payer.captured()))));
    let keys =
        |payers: &[Payer]| Keys { accounts: payers.iter().map(|payer| payer.account).collect(), ..Keys::default() };
    let (mut seen, batch) = store.begin(&keys(&payers), now()).unwrap();
    changes.iter().for_each(|change| seen.apply(change));
    batch.commit(&changes).unwrap();
    let loaded = world(store, &keys(&payers));
    assert_eq!((seen.accounts.len(), loaded.accounts.len()), (many, many));
    for payer in &payers {
        assert_eq!(seen.accounts[&payer.account], loaded.accounts[&payer.account]);
    }
    let claimed: Vec<&str> = vec!["entries_balance", "balances_equal_fold", "floors_hold", "reserve"];
    let audit = store.audit().unwrap();
    let held = audit.checks.iter().filter(|check| claimed.contains(&check.id));
    assert!(held.clone().count() == 4 && held.clone().all(|check| check.broken.is_empty() && check.looked_at > 0));
}

/// So many new rows that they travel in another way than a few; with one that is refused none of them is there, and without it all are.
pub(crate) fn a_large_batch_is_refused_whole(store: &dyn Store) {
    let payer = Payer::stored(store);
    let posted = payer.opening(Money::cny(1));
    commit(store, &[Change::Post(posted.clone())]);
    let made: Vec<Payment> = (0..40).map(|_| payer.captured()).collect();
    let request = |payment: &Payment| Request {
        answer: Some(Answer::Succeeded),
        ..payer.request(payment.id, &format!("k-{}", payment.id))
    };
    let of = |payment: &Payment| {
        [
            Change::PutPayment(payment.clone()),
            Change::PutRequest(request(payment)),
            Change::Post(payer.wallet_charge(payment.amount).for_payment(payment.id)),
        ]
    };
    let before = store.account(payer.account, now()).unwrap();
    let table = [Change::Post(posted), Change::Post(payer.wallet_charge(Money::cny(1_000_002)))];
    for refused in table.map(Some).into_iter().chain([None]) {
        let is_good = refused.is_none();
        let mut changes: Vec<Change> = made.iter().flat_map(of).collect();
        changes.extend(refused);
        let keys = Keys { accounts: one(payer.account), ..Keys::default() };
        let saved = store.begin(&keys, now()).unwrap().1.commit(&changes);
        assert_eq!(saved.is_ok(), is_good, "{saved:?}");
        assert!(is_good || matches!(saved, Err(StoreError::Refused(_))), "{saved:?}");
        assert_eq!(store.account(payer.account, now()).unwrap() == before, !is_good);
        for payment in &made {
            assert_eq!(store.payment(payment.id).unwrap(), is_good.then(|| payment.clone()));
            assert_eq!(store.requests_of(payment.id).unwrap(), is_good.then(|| request(payment)).as_slice());
        }
    }
    let audit = store.audit().unwrap();
    let entries = audit.checks.iter().find(|check| check.id == "balances_equal_fold").unwrap();
    assert!(entries.broken.is_empty(), "{:?}", entries.broken);
}

/// Whatever a channel or a merchant says is kept as it was said.
pub(crate) fn every_text_is_kept(store: &dyn Store) {
    for text in ["\0", "a\0b", "\u{10fffe}0", "\u{10fffe}\0", "\u{feff}\u{202e}", "'; DROP TABLE payments; --", "\\N"] {
        let merchant = Merchant { id: id(MerchantId::new), name: text.into() };
        let payer = Payer::new();
        let mut payment = payer.captured();
        (payment.order_no, payment.subject) = (format!("{text}{}", payment.id), text.into());
        let claims = [payer.claim(&payment), payer.keyed(payment.id, text)];
        let request = payer.request(payment.id, text);
        let mut changes = claims.clone().map(Change::PutClaim).to_vec();
        changes.push(Change::PutRequest(request.clone()));
        changes.extend([Change::PutMerchant(merchant.clone()), Change::PutPayment(payment.clone())]);
        commit(store, &changes);
        assert_eq!(store.merchant(merchant.id).unwrap(), Some(merchant), "{text:?}");
        assert_eq!(store.payment(payment.id).unwrap(), Some(payment), "{text:?}");
        for claim in claims {
            assert_eq!(store.claim(&claim.key).unwrap().as_ref(), Some(&claim), "{text:?}");
            let loaded = world(store, &Keys { claims: one(claim.key.clone()), ..Keys::default() });
            assert_eq!(loaded.claims[&claim.key], claim, "{text:?}");
        }
        assert_eq!(store.requests_of(request.payment).unwrap(), [request], "{text:?}");
    }
    assert!(store.audit().unwrap().checks.iter().all(|check| check.broken.iter().all(|what| !what.contains("claim"))));
}
