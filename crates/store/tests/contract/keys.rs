//! What a batch loads for its keys, and what comes along.

use std::collections::BTreeSet;

use tantu_domain::ids::{
    AnnouncementId, AttemptId, BindingId, CaseId, CodeId, DeviceKeyId, DeviceReportId, FoldId, IncidentId,
    InstrumentId, JobId, MerchantId, OpeningId, PaymentId, TicketId, TransactionId,
};
use tantu_domain::incident::{Incident, IncidentScope, IncidentSource};
use tantu_domain::money::Money;
use tantu_domain::staff::StaffMark;
use tantu_store::Store;
use tantu_store::access::TokenHash;
use tantu_store::change::Change;
use tantu_store::claim::{ClaimKey, IdempotencyKey};
use tantu_store::keys::Keys;
use tantu_store::person::Subject;
use tantu_store::world::World;

use super::samples::{Payer, SHARD, commit, declined, id, later, no_reason, now, one, told, world};

/// How much of each kind was loaded: accounts, payments, attempts, mandates, claims, jobs, sessions.
fn sizes(world: &World) -> [usize; 7] {
    [
        world.accounts.len(),
        world.payments.len(),
        world.attempts.len(),
        world.mandates.len(),
        world.claims.len(),
        world.jobs.len(),
        world.sessions.len(),
    ]
}

/// Two payers with two payments each; a payment of the first has two attempts, and its id is given.
fn two_payers(store: &dyn Store) -> (Payer, Payer, PaymentId) {
    let payers = [Payer::stored(store), Payer::stored(store)];
    for payer in &payers {
        commit(store, &[Change::PutPayment(payer.captured())]);
    }
    let refused = told(payers[0].submitted(), &declined()).refuse(no_reason(), later(6)).unwrap();
    let payment = payers[0].submit(refused);
    commit(store, &[Change::PutPayment(payment.clone()), Change::PutPayment(payers[1].submitted())]);
    let [first, second] = payers;
    (first, second, payment.id)
}

pub(crate) fn an_account_brings_no_payments(store: &dyn Store) {
    let (first, second, _) = two_payers(store);
    let loaded = world(store, &Keys { accounts: one(first.account), ..Keys::default() });
    assert_eq!(sizes(&loaded), [1, 0, 0, 0, 0, 0, 0]);
    assert_eq!(loaded.accounts[&first.account], store.account(first.account, now()).unwrap().unwrap());
    let both = BTreeSet::from([first.account, second.account]);
    assert_eq!(sizes(&world(store, &Keys { accounts: both, ..Keys::default() })), [2, 0, 0, 0, 0, 0, 0]);
}

pub(crate) fn a_payment_brings_its_account(store: &dyn Store) {
    let (payer, _, payment) = two_payers(store);
    let loaded = world(store, &Keys { payments: one(payment), ..Keys::default() });
    assert_eq!(sizes(&loaded), [1, 1, 2, 0, 0, 0, 0], "and says whose its attempts are");
    assert!(loaded.accounts.contains_key(&payer.account) && loaded.payments.contains_key(&payment));
    for attempt in &loaded.payments[&payment].legs[0].attempts {
        assert_eq!(loaded.attempts[&attempt.id], payment);
    }
}

pub(crate) fn an_attempt_brings_its_payment_and_account(store: &dyn Store) {
    let (payer, _, payment) = two_payers(store);
    for attempt in store.payment(payment).unwrap().unwrap().legs[0].attempts.iter().map(|attempt| attempt.id) {
        let loaded = world(store, &Keys { attempts: one(attempt), ..Keys::default() });
        assert_eq!(sizes(&loaded), [1, 1, 2, 0, 0, 0, 0]);
        assert_eq!(loaded.attempts[&attempt], payment);
        assert_eq!(loaded.payments[&payment], store.payment(payment).unwrap().unwrap());
        assert!(loaded.accounts.contains_key(&payer.account));
    }
}

pub(crate) fn a_mandate_brings_its_account(store: &dyn Store) {
    let (payer, _, _) = two_payers(store);
    let loaded = world(store, &Keys { mandates: one(payer.mandate), ..Keys::default() });
    assert_eq!(sizes(&loaded), [1, 0, 0, 1, 0, 0, 0]);
    assert_eq!(loaded.mandates[&payer.mandate], payer.mandate_row());
    assert_eq!(loaded.accounts[&payer.account].instruments.len(), 2);
}

/// Keys of every kind that nothing is behind, alone and beside a known account.
pub(crate) fn what_is_absent_is_absent(store: &dyn Store) {
    let (known, _, _) = two_payers(store);
    let unknown = Payer::new();
    let claim = ClaimKey::Idempotency(IdempotencyKey { client: known.account.to_string(), key: "none".into() });
    let mut keys = Keys {
        accounts: one(unknown.account),
        payments: one(id(PaymentId::new)),
        attempts: one(id(AttemptId::new)),
        mandates: one(unknown.mandate),
        bindings: one(id(BindingId::new)),
        openings: one(id(OpeningId::new)),
        claims: one(claim.clone()),
        requests: one((id(PaymentId::new), IdempotencyKey { client: "none".into(), key: "none".into() })),
        jobs: one(id(JobId::new)),
        sessions: one([7; 32]),
        proofs: one(id(PaymentId::new)),
        people: one(unknown.account),
        audit: one(unknown.account),
        appeals: one(id(CaseId::new)),
        tickets: one(id(TicketId::new)),
        notices: one((unknown.account, "none".to_owned())),
        announcements: one(id(AnnouncementId::new)),
        codes: one(id(CodeId::new)),
        tallies: one(Subject::new([SHARD.number(); 32])),
        second_factors: one(StaffMark::of(&[SHARD.number(); 32])),
        device_keys: one(id(DeviceKeyId::new)),
        clearings: one((SHARD, unknown.merchant)),
        folds: one(id(FoldId::new)),
        refunds: one(id(PaymentId::new)),
        merchants: one(unknown.merchant),
        transactions: one(id(TransactionId::new)),
    };
    assert_eq!(sizes(&world(store, &keys)), [0; 7]);
    let loaded = world(store, &keys);
    assert!(loaded.device_keys.is_empty() && loaded.requests.is_empty() && loaded.made.is_empty());
    assert!(loaded.folds.is_empty() && loaded.billed.is_empty());
    assert!(loaded.refunds.len() == 1 && loaded.refunds.values().all(Vec::is_empty));
    assert!(loaded.tickets.is_empty() && loaded.notices.is_empty() && loaded.announcements.is_empty());
    assert!(loaded.second_factors.is_empty());
    assert!(loaded.people.is_empty() && loaded.codes.is_empty() && loaded.tallies.is_empty());
    assert_eq!(loaded.settled[&unknown.merchant], Money::cny(0));
    assert!(loaded.posted.values().all(Option::is_none) && loaded.posted.len() == 1);
    let clearing = &loaded.clearings[&(SHARD, unknown.merchant)];
    assert_eq!((clearing.gathered, &clearing.last), (Money::cny(0), &None));
    keys.extend(Keys { accounts: one(known.account), ..Keys::default() });
    assert_eq!(sizes(&world(store, &keys)), [1, 0, 0, 0, 0, 0, 0]);
    assert_eq!(sizes(&world(store, &Keys::default())), [0; 7]);
    assert!(store.account(unknown.account, now()).unwrap().is_none());
    assert_eq!(store.account_of(id(InstrumentId::new)).unwrap(), None);
    assert_eq!(store.payment(id(PaymentId::new)).unwrap(), None);
    assert_eq!(store.payment_of(id(AttemptId::new)).unwrap(), None);
    assert_eq!(store.mandate(unknown.mandate).unwrap(), None);
    assert_eq!(store.claim(&claim).unwrap(), None);
    assert_eq!(store.merchant(id(MerchantId::new)).unwrap(), None);
    assert_eq!(store.api_key(&TokenHash([7; 32])).unwrap(), None);
    assert_eq!(store.session(&TokenHash([7; 32])).unwrap(), None);
    assert_eq!(store.device_key(id(DeviceKeyId::new)).unwrap(), None);
    assert_eq!(store.device_report(id(DeviceReportId::new)).unwrap(), None);
    assert_eq!(store.fold(id(FoldId::new)).unwrap(), None);
    store.ping().unwrap();
}

/// Whatever the keys are, every decision needs the incidents that are not over.
pub(crate) fn incidents_always_come(store: &dyn Store) {
    let incident = |until| Incident {
        id: id(IncidentId::new),
        scope: IncidentScope::Platform,
        source: IncidentSource::Staff,
        code: "maintenance".into(),
        since: now(),
        expected_end: None,
        until,
        begun_by: None,
        ended_by: None,
    };
    let (standing, over) = (incident(None), incident(Some(now())));
    commit(store, &[Change::PutIncident(standing.clone()), Change::PutIncident(over)]);
    assert_eq!(world(store, &Keys::default()).incidents, [standing]);
}
