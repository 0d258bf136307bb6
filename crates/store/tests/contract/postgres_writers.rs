//! Several processes write one database: nothing is lost, nothing happens twice, and what became of a commit is told as it is.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use tantu_domain::fold::Fold;
use tantu_domain::ids::{AccountId, JobId, Shard};
use tantu_domain::instrument::Product;
use tantu_domain::ledger::LedgerAccount;
use tantu_domain::limit::{Counter, Window};
use tantu_domain::money::Money;
use tantu_store::Store as _;
use tantu_store::change::Change;
use tantu_store::error::StoreError;
use tantu_store::job::{Job, Lease};
use tantu_store::keys::Keys;
use tantu_store::postgres::PostgresStore;
use tantu_store::world::World;

use super::books::broken;
use super::cluster::cluster;
use super::postgres::{Fresh, fresh};
use super::samples::{Counting, Payer, SHARD, commit, job, later, now, one, world};

fn of_account(account: AccountId) -> Keys {
    Keys { accounts: one(account), ..Keys::default() }
}

/// A second process on the same database.
fn second(fresh: &Fresh) -> PostgresStore {
    PostgresStore::open_url(&fresh.database.url()).unwrap()
}

/// Two processes begin with what neither has seen claimed: whoever commits later is told that it is another's.
#[test]
fn a_claim_is_made_once() {
    let fresh = fresh();
    let other = second(&fresh);
    let (first, late) = (Payer::stored(&fresh.store), Payer::stored(&fresh.store));
    let payment = first.captured();
    let claim = first.claim(&payment);
    let keys = |account| Keys { claims: one(claim.key.clone()), ..of_account(account) };
    let (seen, one_batch) = fresh.store.begin(&keys(first.account), now()).unwrap();
    let (also_seen, other_batch) = other.begin(&keys(late.account), now()).unwrap();
    assert!(seen.claims.is_empty() && also_seen.claims.is_empty());
    one_batch.commit(&[Change::PutClaim(claim.clone()), Change::PutPayment(payment.clone())]).unwrap();
    let rival = late.captured();
    let mut stolen = late.claim(&rival);
    stolen.key = claim.key.clone();
    let changes = [Change::Post(late.wallet_charge(rival.amount)), Change::PutClaim(stolen)];
    let refused = other_batch.commit(&changes);
    assert!(matches!(refused, Err(StoreError::Claimed)), "{refused:?}");
    assert_eq!(other.claim(&claim.key).unwrap(), Some(claim));
    let untouched = other.account(late.account, now()).unwrap().unwrap().account.balance;
    assert_eq!(untouched, Money::cny(1_000_000));
}

/// Two payers' batches are open at once; one payer's come one after another, whichever process begins them.
#[test]
fn batches_wait_for_the_same_payer_only() {
    let fresh = fresh();
    let other = second(&fresh);
    let (payer, neighbour) = (Payer::stored(&fresh.store), Payer::stored(&fresh.store));
    let (_, held) = fresh.store.begin(&of_account(payer.account), now()).unwrap();
    let (_, beside) = other.begin(&of_account(neighbour.account), now()).unwrap();
    beside.commit(&[Change::Post(neighbour.wallet_charge(Money::cny(1)))]).unwrap();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let (seen, batch) = other.begin(&of_account(payer.account), now()).unwrap();
            let balance = seen.accounts[&payer.account].account.balance;
            batch.commit(&[Change::Post(payer.wallet_charge(balance))]).unwrap();
            balance
        });
        held.commit(&[Change::Post(payer.wallet_charge(Money::cny(400_000)))]).unwrap();
        assert_eq!(waiting.join().unwrap(), Money::cny(600_000), "it has seen what was committed before it");
    });
    let after = fresh.store.account(payer.account, now()).unwrap().unwrap().account.balance;
    assert_eq!(after, Money::cny(0));
}

/// Whoever loads a payer by a payment, an attempt or a mandate holds the payer as well.
#[test]
fn whatever_leads_to_a_payer_holds_him() {
    let fresh = fresh();
    let payer = Payer::stored(&fresh.store);
    let payment = payer.submitted();
    let attempt = payment.legs[0].attempts[0].id;
    commit(&fresh.store, &[Change::PutPayment(payment.clone())]);
    let is_held = || {
        let sql = format!(
            "SELECT count(*) FROM (SELECT id FROM accounts WHERE id = '{}' FOR UPDATE SKIP LOCKED) AS free",
            payer.account
        );
        fresh.database.raw().cell::<i64>(&sql) == 0
    };
    assert!(!is_held());
    for keys in [
        of_account(payer.account),
        Keys { payments: one(payment.id), ..Keys::default() },
        Keys { attempts: one(attempt), ..Keys::default() },
        Keys { mandates: one(payer.mandate), ..Keys::default() },
    ] {
        let (_, batch) = fresh.store.begin(&keys, now()).unwrap();
        assert!(is_held(), "{keys:?}");
        batch.commit(&[]).unwrap();
        assert!(!is_held(), "{keys:?}");
    }
}

/// Two batches that want each other's rows: one is told to try again, and then succeeds.
#[test]
fn a_deadlock_is_tried_again() {
    let fresh = fresh();
    let jobs = [job(now()), job(now())];
    commit(&fresh.store, &jobs.clone().map(Change::PutJob));
    let both_hold = Barrier::new(2);
    let cross = |held: &Job, wanted: &Job| {
        let (_, batch) = fresh.store.begin(&Keys { jobs: one(held.id), ..Keys::default() }, now()).unwrap();
        both_hold.wait();
        batch.commit(&[Change::PutJob(Job { tries: 9, ..wanted.clone() })])
    };
    let outcomes = thread::scope(|scope| {
        let other = scope.spawn(|| cross(&jobs[1], &jobs[0]));
        [cross(&jobs[0], &jobs[1]), other.join().unwrap()]
    });
    let lost = outcomes.iter().position(Result::is_err).unwrap();
    assert!(matches!(outcomes[lost], Err(StoreError::Busy(_))) && outcomes[1 - lost].is_ok(), "{outcomes:?}");
    let tries = || {
        jobs.clone().map(|job| world(&fresh.store, &Keys { jobs: one(job.id), ..Keys::default() }).jobs[&job.id].tries)
    };
    assert_eq!(tries().iter().sum::<u32>(), 9, "the loser has changed nothing");
    commit(&fresh.store, &[Change::PutJob(Job { tries: 9, ..jobs[1 - lost].clone() })]);
    assert_eq!(tries(), [9, 9]);
}

/// Many payers of one merchant, paid through two processes at once: no sum loses anything.
#[test]
fn sums_are_everybodys() {
    let fresh = fresh();
    let other = second(&fresh);
    let payers: Vec<Payer> = (0..8).map(|_| Payer::stored(&fresh.store)).collect();
    let merchant = payers[0].merchant;
    let pay = |store: &PostgresStore, payer: &Payer| {
        for _ in 0..10 {
            let payer = Payer { merchant, ..*payer };
            let payment = payer.captured();
            let charge = payer.wallet_charge(payment.amount).for_payment(payment.id);
            let mut changes = vec![Change::Post(charge), Change::PutClaim(payer.claim(&payment))];
            changes.extend(Window::ALL.iter().map(|window| Change::AdjustLimit {
                account: payer.account,
                counter: Counter::of(Product::Wallet, false),
                window: *window,
                starts_on: window.start(now()),
                delta: payment.amount,
            }));
            changes.push(Change::PutPayment(payment));
            store.begin(&of_account(payer.account), now()).unwrap().1.commit(&changes).unwrap();
        }
    };
    thread::scope(|scope| {
        for (number, payer) in payers.iter().enumerate() {
            let store = if number % 2 == 0 { &fresh.store } else { &other };
            scope.spawn(move || pay(store, payer));
        }
    });
    assert_eq!(broken(&other.audit().unwrap()), Vec::<String>::new());
    let clearing = LedgerAccount::MerchantClearing(merchant, SHARD).to_string();
    let sql = format!("SELECT balance FROM balances WHERE ledger_account = '{clearing}'");
    assert_eq!(fresh.database.raw().cell::<i64>(&sql), 8 * 10 * 8_888);
}

/// A payer pays while a fold of the same merchant is decided: he waits for nothing, and his money is in the next fold. A rival
/// who saw the same is told to look again.
#[test]
fn a_fold_holds_nobody_up() {
    let fresh = fresh();
    let other = second(&fresh);
    let payer = Payer::stored(&fresh.store);
    let pay = |fen| Change::Post(payer.wallet_charge(Money::cny(fen)));
    commit(&fresh.store, &[pay(700)]);
    let key = (SHARD, payer.merchant);
    let keys = Keys { clearings: one(key), ..Keys::default() };
    let begun = |world: &World| {
        let (seen, [ids]) = (&world.clearings[&key], payer.folds([Money::cny(1)]));
        Fold::after(seen.last.as_ref(), (ids.id, ids.credit), payer.merchant, seen.gathered, now()).unwrap()
    };
    let changes = |fold: &Fold| [Change::Post(fold.taken().unwrap()), Change::PutFold(fold.clone())];
    let (seen, batch) = fresh.store.begin(&keys, now()).unwrap();
    let (also_seen, rivals) = other.begin(&keys, now()).unwrap();
    second(&fresh).begin(&of_account(payer.account), now()).unwrap().1.commit(&[pay(50)]).unwrap();
    let first = begun(&seen);
    batch.commit(&changes(&first)).unwrap();
    let refused = rivals.commit(&changes(&begun(&also_seen)));
    assert!(matches!(refused, Err(StoreError::Busy(_))), "{refused:?}");
    let (seen, batch) = other.begin(&keys, now()).unwrap();
    let next = begun(&seen);
    assert_eq!((next.number, next.from_total, next.amount()), (2, Money::cny(700), Money::cny(50)));
    batch.commit(&changes(&next)).unwrap();
    assert_eq!(other.begin(&keys, now()).unwrap().0.clearings[&key].gathered, Money::cny(0));
}

/// Processes that ask at the same time share the jobs: each is taken once, and none is left.
#[test]
fn a_job_is_leased_once() {
    let fresh = fresh();
    let other = second(&fresh);
    let jobs: Vec<Job> = (0..60).map(|number| Job { id: on_shard(number), ..job(later(i64::from(number))) }).collect();
    commit(&fresh.store, &jobs.iter().cloned().map(Change::PutJob).collect::<Vec<_>>());
    let take = |store: &PostgresStore, owner: &str| {
        let lease = Lease { owner: owner.into(), until: later(1_000) };
        let mut taken = Vec::new();
        while store.next_due(now()).unwrap().is_some() {
            taken.extend(store.lease_due_jobs(&lease, later(500), now(), 7).unwrap());
        }
        taken
    };
    let mut taken: Vec<Job> = thread::scope(|scope| {
        let workers = ["a", "b", "c", "d"].map(|owner| {
            let store = if owner < "c" { &fresh.store } else { &other };
            scope.spawn(move || take(store, owner))
        });
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(taken.iter().all(|job| job.fence == 1 && job.tries == 1));
    taken.sort_by_key(|job| job.id);
    let mut ids: Vec<JobId> = jobs.iter().map(|job| job.id).collect();
    ids.sort();
    assert_eq!(taken.iter().map(|job| job.id).collect::<Vec<_>>(), ids);
}

fn on_shard(number: u8) -> JobId {
    JobId::new(&Counting, Shard::of(number))
}

/// What a [`Between`] does with what goes through it.
const PASS: u8 = 0;
/// The next request does not arrive.
const LOSE_THE_REQUEST: u8 = 1;
/// The commit is carried out, and nobody hears of it.
const LOSE_THE_ANSWER: u8 = 2;

/// What lies between a store and its server, and may break.
struct Between {
    port: u16,
    mode: Arc<AtomicU8>,
}

impl Between {
    fn new() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let (port, mode) = (listener.local_addr().unwrap().port(), Arc::new(AtomicU8::new(PASS)));
        let told = Arc::clone(&mode);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = TcpStream::connect(("127.0.0.1", cluster().port)).unwrap();
                for (from, to, broken) in [
                    (client.try_clone().unwrap(), server.try_clone().unwrap(), LOSE_THE_REQUEST),
                    (server, client, LOSE_THE_ANSWER),
                ] {
                    let told = Arc::clone(&told);
                    thread::spawn(move || carry(from, to, &told, broken));
                }
            }
        });
        Self { port, mode }
    }

    fn becomes(&self, mode: u8) {
        self.mode.store(mode, Ordering::SeqCst);
    }
}

/// Carries bytes until one side ends or the line breaks. An answer is held back until the commit is in it.
fn carry(mut from: TcpStream, mut to: TcpStream, told: &AtomicU8, broken: u8) {
    let (mut bytes, mut held) = ([0; 65_536], Vec::new());
    while let Ok(length @ 1..) = from.read(&mut bytes) {
        if told.load(Ordering::SeqCst) == broken {
            held.extend_from_slice(&bytes[..length]);
            if broken == LOSE_THE_REQUEST || held.windows(7).any(|seven| seven == b"COMMIT\0") {
                break;
            }
        } else if to.write_all(&bytes[..length]).is_err() {
            break;
        }
    }
    for side in [from, to] {
        side.shutdown(Shutdown::Both).unwrap_or_default();
    }
}

/// When the line breaks at the commit, the store says that it does not know: it may have happened, or not.
#[test]
fn a_lost_commit_is_told_as_unknown() {
    let fresh = fresh();
    for (mode, happens) in [(LOSE_THE_REQUEST, false), (LOSE_THE_ANSWER, true)] {
        let between = Between::new();
        let url = fresh.database.url().replace(&format!(":{}/", cluster().port), &format!(":{}/", between.port));
        let store = PostgresStore::open_url(&url).unwrap();
        let payer = Payer::stored(&fresh.store);
        let payment = payer.captured();
        // What the batch says is prepared by then: only the batch itself is lost.
        commit(&store, &[Change::PutPayment(payer.captured())]);
        let (_, batch) = store.begin(&of_account(payer.account), now()).unwrap();
        between.becomes(mode);
        let outcome = batch.commit(&[Change::PutPayment(payment.clone())]);
        assert!(matches!(outcome, Err(StoreError::Unknown(_))), "{outcome:?}");
        // Whatever became of it, the payer is free again, and what there is to see is final.
        fresh.store.begin(&of_account(payer.account), now()).unwrap().1.commit(&[]).unwrap();
        assert_eq!(fresh.store.payment(payment.id).unwrap().is_some(), happens);
        between.becomes(PASS);
        assert_eq!(store.payment(payment.id).unwrap().is_some(), happens, "the store finds another connection");
    }
}

/// A connection that was lost before anything was said changed nothing, and the store says so.
#[test]
fn a_connection_lost_before_the_commit_changes_nothing() {
    let fresh = fresh();
    let payer = Payer::stored(&fresh.store);
    let payment = payer.captured();
    let (_, batch) = fresh.store.begin(&of_account(payer.account), now()).unwrap();
    let sql = format!(
        "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = '{}' AND state = 'idle in transaction'",
        fresh.database.name
    );
    assert_eq!(fresh.database.raw().cell::<i64>(&sql), 1);
    let outcome = batch.commit(&[Change::PutPayment(payment.clone())]);
    assert!(matches!(outcome, Err(StoreError::Unavailable(..) | StoreError::Unknown(_))), "{outcome:?}");
    assert_eq!(fresh.store.payment(payment.id).unwrap(), None);
    commit(&fresh.store, &[Change::PutPayment(payment)]);
}

/// More batches at once than there are connections: whoever is too many waits a while, and is told why.
#[test]
fn connections_are_not_waited_for_for_ever() {
    let fresh = fresh();
    let mut batches = Vec::new();
    let refused = loop {
        match fresh.store.begin(&Keys::default(), now()) {
            Ok((_, batch)) => batches.push(batch),
            Err(error) => break error,
        }
    };
    assert!(matches!(&refused, StoreError::Unavailable(_, why) if why.contains("connections are in use")), "{refused}");
    assert!(batches.len() > 4);
    drop(batches);
    commit(&fresh.store, &[Change::PutJob(job(now()))]);
}
