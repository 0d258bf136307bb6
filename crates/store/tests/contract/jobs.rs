//! Jobs and their leases.

use jiff::{SignedDuration, Timestamp};
use tantu_domain::ids::{AttemptId, FoldId, PaymentId, RefundId};
use tantu_store::Store;
use tantu_store::change::Change;
use tantu_store::job::{Job, JobKind, Lease};
use tantu_store::keys::Keys;

use super::samples::{commit, id, job, later, now, one, world};

fn lease(owner: &str, until: Timestamp) -> Lease {
    Lease { owner: owner.into(), until }
}

fn put(store: &dyn Store, job: &Job) {
    commit(store, &[Change::PutJob(job.clone())]);
}

fn stored(store: &dyn Store, job: &Job) -> Option<Job> {
    world(store, &Keys { jobs: one(job.id), ..Keys::default() }).jobs.remove(&job.id)
}

fn a_moment_before(at: Timestamp) -> Timestamp {
    at.checked_sub(SignedDuration::from_nanos(1)).unwrap()
}

/// Each kind, held and not, and each as the next state of the one before.
pub(crate) fn rows_survive(store: &dyn Store) {
    let (payment, attempt) = (id(PaymentId::new), id(AttemptId::new));
    let refund = id(RefundId::new);
    for kind in [
        JobKind::ResolveAttempt { payment, attempt },
        JobKind::ReturnLateSuccess { payment, attempt, refund },
        JobKind::EndFold { fold: id(FoldId::new) },
        JobKind::MakeRefund { refund: id(RefundId::new) },
    ] {
        let free = Job { kind, ..job(later(9)) };
        let held = Job { lease: Some(lease("host-1:42", later(30))), fence: 1, ..free.clone() };
        let tried = Job { run_at: later(60), tries: 3, fence: u64::from(u32::MAX) + 1, ..held.clone() };
        let free_again = Job { lease: None, ..tried.clone() };
        for row in [free.clone(), held, tried, free_again, free] {
            put(store, &row);
            assert_eq!(stored(store, &row), Some(row));
        }
    }
}

/// `run_at` is business time; real time says nothing about it.
pub(crate) fn due_at_its_time_and_not_before(store: &dyn Store) {
    let waiting = job(later(10));
    put(store, &waiting);
    let hold = lease("a", later(100));
    for (business, real, due) in [
        (now(), later(1_000), 0),
        (a_moment_before(later(10)), later(1_000), 0),
        (later(10), now(), 1),
        (later(10), now(), 0),
    ] {
        assert_eq!(store.lease_due_jobs(&hold, business, real, 9).unwrap().len(), due, "{business}");
    }
}

/// The lease's end is real time; the business clock may run ahead without ending it.
pub(crate) fn held_until_the_lease_ends(store: &dyn Store) {
    let first = job(now());
    put(store, &first);
    let until = later(30);
    assert_eq!(store.lease_due_jobs(&lease("a", until), now(), now(), 9).unwrap().len(), 1);
    let again = |business, real| store.lease_due_jobs(&lease("b", later(90)), business, real, 9).unwrap();
    assert!(again(now(), now()).is_empty());
    assert!(again(later(9_999), a_moment_before(until)).is_empty());
    let taken = again(now(), until);
    assert_eq!(taken[0].lease, Some(lease("b", later(90))));
    let born_held = Job { lease: Some(lease("a", later(30))), fence: 1, ..job(now()) };
    put(store, &born_held);
    assert!(again(later(60), later(29)).is_empty(), "a job may be held by whoever made it");
    assert_eq!(again(later(60), later(30)).len(), 1);
}

pub(crate) fn every_lease_is_counted(store: &dyn Store) {
    let first = job(now());
    put(store, &first);
    let mut seen = (first.fence, first.tries);
    for round in 1..4 {
        let hold = lease(&format!("process-{round}"), later(round * 10));
        let taken = store.lease_due_jobs(&hold, now(), later(round * 10 - 10), 1).unwrap();
        let job = taken.first().unwrap();
        assert_eq!((job.fence, job.tries), (seen.0 + 1, seen.1 + 1));
        assert_eq!((job.id, job.kind, job.run_at), (first.id, first.kind, first.run_at));
        assert_eq!(job.lease.as_ref(), Some(&hold));
        assert_eq!(stored(store, job).as_ref(), Some(job), "and it is stored");
        seen = (job.fence, job.tries);
    }
    let given_back = Job { lease: None, tries: 0, run_at: later(60), ..stored(store, &first).unwrap() };
    put(store, &given_back);
    let taken = store.lease_due_jobs(&lease("next", later(90)), later(60), now(), 1).unwrap();
    assert_eq!(taken[0].fence, seen.0 + 1, "a fence never comes again");
}

/// The oldest first; the rest stays for whoever asks next.
pub(crate) fn no_more_than_the_limit(store: &dyn Store) {
    let waiting: Vec<Job> = [3, 1, 2, 5, 4].map(|second| job(later(second))).into();
    waiting.iter().for_each(|job| put(store, job));
    let take = |limit| {
        let taken = store.lease_due_jobs(&lease("a", later(90)), later(4), now(), limit).unwrap();
        let mut times: Vec<Timestamp> = taken.iter().map(|job| job.run_at).collect();
        times.sort();
        times
    };
    assert_eq!(take(0), []);
    assert_eq!(take(3), [later(1), later(2), later(3)]);
    assert_eq!(take(3), [later(4)], "the fifth is not due");
    assert_eq!(take(3), []);
}

pub(crate) fn next_due_is_of_what_nobody_holds(store: &dyn Store) {
    assert_eq!(store.next_due(now()).unwrap(), None);
    let (early, late) = (job(later(5)), job(later(50)));
    put(store, &late);
    assert_eq!(store.next_due(now()).unwrap(), Some(later(50)));
    put(store, &early);
    assert_eq!(store.next_due(now()).unwrap(), Some(later(5)));
    let until = later(20);
    assert_eq!(store.lease_due_jobs(&lease("a", until), later(5), now(), 9).unwrap().len(), 1);
    assert_eq!(store.next_due(now()).unwrap(), Some(later(50)));
    assert_eq!(store.next_due(a_moment_before(until)).unwrap(), Some(later(50)));
    assert_eq!(store.next_due(until).unwrap(), Some(later(5)), "its holder is gone");
    assert_eq!(store.lease_due_jobs(&lease("b", later(90)), later(60), until, 9).unwrap().len(), 2);
    assert_eq!(store.next_due(until).unwrap(), None);
}

pub(crate) fn a_finished_job_is_gone(store: &dyn Store) {
    let (done, other) = (job(now()), job(now()));
    put(store, &done);
    put(store, &other);
    commit(store, &[Change::FinishJob(done.id)]);
    commit(store, &[Change::FinishJob(done.id)]);
    assert_eq!(stored(store, &done), None);
    let left = store.lease_due_jobs(&lease("a", later(90)), later(60), now(), 9).unwrap();
    assert_eq!(left.iter().map(|job| job.id).collect::<Vec<_>>(), [other.id]);
}
