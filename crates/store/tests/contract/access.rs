//! Merchants, API keys and sessions; and what is put twice.

use tantu_domain::cause::Cause;
use tantu_domain::evidence::Confidence;
use tantu_domain::ids::{IncidentId, MerchantId, ObservationId, PaymentId};
use tantu_domain::incident::{Incident, IncidentScope, IncidentSource};
use tantu_domain::observation::{Clearing, Observation, ObservationState};
use tantu_store::Store;
use tantu_store::access::{ApiKey, Merchant, Role, Session, SessionEnd, SessionKind, TokenHash};
use tantu_store::change::Change;
use tantu_store::keys::Keys;

use super::samples::{Payer, commit, id, job, later, now, one, try_commit, word, world};

pub(crate) fn merchants_survive(store: &dyn Store) {
    let merchant = id(MerchantId::new);
    assert_eq!(store.merchant(merchant).unwrap(), None);
    for name in ["茶馆 'Two' \"Teas\"", "", "A new name"] {
        let row = Merchant { id: merchant, name: name.into() };
        commit(store, &[Change::PutMerchant(row.clone())]);
        assert_eq!(store.merchant(merchant).unwrap(), Some(row));
    }
}

pub(crate) fn api_keys_survive(store: &dyn Store) {
    for (byte, role) in [(0, Role::Staff), (255, Role::Merchant(id(MerchantId::new)))] {
        let key = ApiKey { hash: TokenHash([byte; 32]), role };
        assert_eq!(store.api_key(&key.hash).unwrap(), None);
        commit(store, &[Change::PutApiKey(key.clone())]);
        assert_eq!(store.api_key(&key.hash).unwrap(), Some(key));
    }
}

pub(crate) fn sessions_survive(store: &dyn Store) {
    let account = Payer::new().account;
    for (byte, kind) in [
        (1, SessionKind::Link { used_at: None }),
        (1, SessionKind::Link { used_at: Some(later(2)) }),
        (2, SessionKind::Link { used_at: Some(later(2)) }),
        (3, SessionKind::SignedIn { app: false, ended: None }),
        (3, SessionKind::SignedIn { app: false, ended: Some(SessionEnd { at: later(2), replaced: false }) }),
        (5, SessionKind::SignedIn { app: true, ended: None }),
        (6, SessionKind::SignedIn { app: true, ended: None }),
        (6, SessionKind::SignedIn { app: true, ended: Some(SessionEnd { at: later(2), replaced: true }) }),
    ] {
        let hash = TokenHash([byte; 32]);
        let session = Session { hash, account, kind, expires_at: later(900) };
        commit(store, &[Change::PutSession(session.clone())]);
        assert_eq!(store.session(&hash).unwrap().as_ref(), Some(&session));
        let loaded = world(store, &Keys { sessions: one(hash.0), ..Keys::default() });
        assert_eq!(loaded.sessions[&hash.0], session);
    }
    assert_eq!(store.session(&TokenHash([4; 32])).unwrap(), None);
    let live =
        |account| store.app_sessions(account).unwrap().iter().map(|session| session.hash.0[0]).collect::<Vec<_>>();
    assert_eq!((live(account), live(Payer::new().account)), (vec![5], vec![]));
}

/// "`Put` writes the whole row, new or known": whatever is put can be put again.
pub(crate) fn a_put_may_come_again(store: &dyn Store) {
    let payer = Payer::new();
    let payment = payer.submitted();
    let observation = Observation {
        id: id(ObservationId::new),
        account: payer.account,
        instrument: payer.bound,
        cause: Cause::FundsCardInsufficient,
        confidence: Confidence::Certain,
        word: word("ACQ.BUYER_BALANCE_NOT_ENOUGH"),
        state: ObservationState::Standing(Clearing::PayerSaysDone),
    };
    let incident = Incident {
        id: id(IncidentId::new),
        scope: IncidentScope::Platform,
        source: IncidentSource::Staff,
        code: "maintenance".into(),
        since: now(),
        expected_end: None,
        until: None,
        begun_by: None,
        ended_by: None,
    };
    let session = Session {
        hash: TokenHash([9; 32]),
        account: payer.account,
        kind: SessionKind::SignedIn { app: false, ended: None },
        expires_at: now(),
    };
    let mut puts = payer.rows();
    puts.extend([
        Change::PutClaim(payer.claim(&payment)),
        Change::PutClaim(payer.keyed(id(PaymentId::new), "k-1")),
        Change::PutPayment(payment),
        Change::PutObservation(observation),
        Change::PutIncident(incident),
        Change::PutJob(job(now())),
        Change::PutSession(session),
        Change::PutApiKey(ApiKey { hash: TokenHash([9; 32]), role: Role::Staff }),
    ]);
    for put in puts {
        commit(store, std::slice::from_ref(&put));
        let again = try_commit(store, std::slice::from_ref(&put));
        assert!(again.is_ok(), "{again:?}: {put:?}");
    }
}
