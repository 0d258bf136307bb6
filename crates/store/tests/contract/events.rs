//! Observations of instruments, and incidents.

use tantu_domain::cause::Cause;
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::evidence::Confidence;
use tantu_domain::ids::{IncidentId, ObservationId};
use tantu_domain::incident::{Incident, IncidentScope, IncidentSource};
use tantu_domain::observation::{Clearing, Observation, ObservationState};
use tantu_store::Store;
use tantu_store::change::Change;

use super::samples::{Payer, commit, id, later, now, word};

fn clearings() -> [Clearing; 3] {
    [Clearing::PayerSaysDone, Clearing::NewBinding, Clearing::At(later(3_600))]
}

/// One of every cause, at every channel, with every confidence and every step that clears.
fn observations(payer: &Payer) -> Vec<Observation> {
    let confidences = [Confidence::Certain, Confidence::Likely, Confidence::Possible];
    let of = |(number, cause): (usize, &Cause)| Observation {
        id: id(ObservationId::new),
        account: payer.account,
        instrument: payer.bound,
        cause: *cause,
        confidence: confidences[(number / 3) % 3],
        word: ChannelWord { channel: Channel::ALL[number % 4], ..word(cause.id()) },
        state: ObservationState::Standing(clearings()[number % 3]),
    };
    Cause::ALL.iter().enumerate().map(of).collect()
}

fn stored(store: &dyn Store, payer: &Payer) -> Vec<Observation> {
    store.account(payer.account, now()).unwrap().unwrap().observations
}

pub(crate) fn standing_observations_survive(store: &dyn Store) {
    let payer = Payer::stored(store);
    let observations = observations(&payer);
    commit(store, &observations.iter().cloned().map(Change::PutObservation).collect::<Vec<_>>());
    assert_eq!(stored(store, &payer), observations, "the oldest first");
}

/// Cleared by each step: whether it stood before or is put cleared at once.
pub(crate) fn cleared_observations_stand_no_more(store: &dyn Store) {
    let payer = Payer::stored(store);
    let standing = observations(&payer);
    commit(store, &standing.iter().cloned().map(Change::PutObservation).collect::<Vec<_>>());
    let (first, rest) = standing.split_at(3);
    for (number, observation) in first.iter().enumerate() {
        let state = ObservationState::Cleared { at: later(60), by: clearings()[number] };
        let cleared = Observation { state, ..observation.clone() };
        let unknown = Observation { id: id(ObservationId::new), ..cleared.clone() };
        commit(store, &[Change::PutObservation(cleared), Change::PutObservation(unknown)]);
    }
    assert_eq!(stored(store, &payer), rest);
}

fn incident(scope: IncidentScope, source: IncidentSource) -> Incident {
    let code = "ACQ.SYSTEM_ERROR".into();
    Incident { id: id(IncidentId::new), scope, source, code, since: now(), expected_end: None, until: None }
}

pub(crate) fn incidents_survive(store: &dyn Store) {
    let scopes = Channel::ALL.iter().copied().map(IncidentScope::Channel).chain([IncidentScope::Platform]);
    let mut incidents = Vec::new();
    for scope in scopes {
        for source in [IncidentSource::Staff, IncidentSource::Breaker] {
            let expected_end = (source == IncidentSource::Staff).then(|| later(600));
            incidents.push(Incident { expected_end, ..incident(scope, source) });
        }
    }
    commit(store, &incidents.iter().cloned().map(Change::PutIncident).collect::<Vec<_>>());
    assert_eq!(store.incidents(now()).unwrap(), incidents);
    incidents[0] = Incident { code: "http_502".into(), expected_end: Some(later(900)), ..incidents[0].clone() };
    commit(store, &[Change::PutIncident(incidents[0].clone())]);
    assert_eq!(store.incidents(now()).unwrap(), incidents, "what was seen last is told");
}

pub(crate) fn incidents_stand_in_their_time(store: &dyn Store) {
    let of = |since, until| Incident { since, until, ..incident(IncidentScope::Platform, IncidentSource::Staff) };
    let (past, over, ahead) = (of(later(-60), None), of(later(-60), Some(now())), of(later(60), None));
    let all = [&ahead, &over, &past].map(|incident| Change::PutIncident(incident.clone()));
    commit(store, &all);
    assert_eq!(store.incidents(now()).unwrap(), std::slice::from_ref(&past));
    assert_eq!(store.incidents(later(60)).unwrap(), [past.clone(), ahead.clone()], "the oldest first");
    commit(store, &[Change::PutIncident(Incident { until: Some(later(30)), ..past })]);
    assert_eq!(store.incidents(later(60)).unwrap(), [ahead]);
}
