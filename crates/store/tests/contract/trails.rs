//! Audit trails, and the appeals against cases.

use tantu_domain::audit::{Appeal, AuditEntry};
use tantu_domain::ids::CaseId;
use tantu_store::Store;
use tantu_store::change::Change;
use tantu_store::keys::Keys;

use super::samples::{Payer, commit, id, later, now, one, try_commit, world};

fn entry(payer: &Payer, number: u64, action: &str) -> AuditEntry {
    AuditEntry {
        account: payer.account,
        number,
        at: later(i64::try_from(number).unwrap()),
        actor: "stf_0011223344556677".into(),
        action: action.into(),
        detail: "seen, and 'quoted'\nin two lines".into(),
        hash: [u8::try_from(number).unwrap(); 32],
    }
}

pub(crate) fn trails_survive_in_order(store: &dyn Store) {
    let (payer, other) = (Payer::stored(store), Payer::stored(store));
    let trail: Vec<AuditEntry> = (1..=12).map(|number| entry(&payer, number, "freeze")).collect();
    for part in trail.chunks(5) {
        commit(store, &part.iter().rev().cloned().map(Change::Audit).collect::<Vec<_>>());
    }
    commit(store, &[Change::Audit(entry(&other, 1, "restrict"))]);
    let keys = Keys { accounts: one(payer.account), audit: one(payer.account), ..Keys::default() };
    assert_eq!(world(store, &keys).audit[&payer.account], trail);
    let all = store.audit_trails().unwrap();
    assert_eq!(all.len(), trail.len() + 1);
    let own: Vec<AuditEntry> = all.into_iter().filter(|entry| entry.account == payer.account).collect();
    assert_eq!(own, trail);
}

pub(crate) fn an_entry_is_never_written_over(store: &dyn Store) {
    let payer = Payer::stored(store);
    let first = entry(&payer, 1, "freeze");
    commit(store, &[Change::Audit(first.clone())]);
    assert!(try_commit(store, &[Change::Audit(entry(&payer, 1, "lift"))]).is_err(), "its number is taken");
    assert_eq!(store.audit_trails().unwrap(), [first]);
}

pub(crate) fn an_appeal_is_made_once(store: &dyn Store) {
    let payer = Payer::stored(store);
    let appeal = |said: &str| Appeal {
        case: id(CaseId::new),
        account: payer.account,
        said: said.into(),
        evidence: vec!["order 4711".into(), "two\nlines".into()],
        made_at: now(),
    };
    let first = appeal("mine");
    let keys = Keys { appeals: one(first.case), ..Keys::default() };
    assert!(world(store, &keys).appeals.is_empty());
    commit(store, &[Change::PutAppeal(first.clone())]);
    assert_eq!(world(store, &keys).appeals[&first.case], first);
    let second = Appeal { case: first.case, ..appeal("another") };
    assert!(try_commit(store, &[Change::PutAppeal(second)]).is_err(), "a case is answered once");
    assert_eq!(world(store, &keys).appeals[&first.case], first);
}
