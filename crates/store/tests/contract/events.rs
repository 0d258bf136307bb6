//! Observations of instruments, and incidents.

use tantu_domain::announcement::{Announcement, Maintenance, Trilingual};
use tantu_domain::cause::Cause;
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::evidence::Confidence;
use tantu_domain::ids::{AnnouncementId, IncidentId, ObservationId, PaymentId};
use tantu_domain::incident::{Incident, IncidentScope, IncidentSource};
use tantu_domain::observation::{Clearing, Observation, ObservationState};
use tantu_domain::staff::StaffMark;
use tantu_store::Store;
use tantu_store::change::Change;
use tantu_store::hit::{Hit, HitsOf};
use tantu_store::keys::Keys;
use tantu_store::listing::Page;
use tantu_store::notice::{About, NoticeRow, Road};

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
    let begun_by = (source != IncidentSource::Breaker).then(|| StaffMark::of(&[3; 32]));
    let id = id(IncidentId::new);
    Incident { id, scope, source, code, since: now(), expected_end: None, until: None, begun_by, ended_by: None }
}

pub(crate) fn incidents_survive(store: &dyn Store) {
    let scopes = Channel::ALL.iter().copied().map(IncidentScope::Channel).chain([IncidentScope::Platform]);
    let mut incidents = Vec::new();
    for scope in scopes {
        for source in [IncidentSource::Staff, IncidentSource::Breaker, IncidentSource::Maintenance] {
            let expected_end = (source != IncidentSource::Breaker).then(|| later(600));
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

/// Those that are planned come with every decision, and are told of ahead; what is over is told of for a while.
pub(crate) fn incidents_are_listed_from_a_time_on(store: &dyn Store) {
    let of = |source, since, expected_end, until| Incident {
        since,
        expected_end,
        until,
        ..incident(IncidentScope::Platform, source)
    };
    let long_over = of(IncidentSource::Breaker, later(-900), None, Some(later(-600)));
    let staff = Some(StaffMark::of(&[4; 32]));
    let over = Incident { ended_by: staff, ..of(IncidentSource::Staff, later(-300), None, Some(later(-60))) };
    let standing = of(IncidentSource::Breaker, later(-200), None, None);
    let worked_off = of(IncidentSource::Maintenance, later(-900), Some(later(-600)), None);
    let planned = of(IncidentSource::Maintenance, later(60), Some(later(120)), None);
    let all = [&long_over, &over, &standing, &worked_off, &planned];
    commit(store, &all.map(|incident| Change::PutIncident(incident.clone())));
    assert_eq!(store.incidents(now()).unwrap(), std::slice::from_ref(&standing));
    assert_eq!(store.incidents(later(60)).unwrap(), [standing.clone(), planned.clone()]);
    assert_eq!(store.incidents(later(120)).unwrap(), std::slice::from_ref(&standing), "it ends by itself");
    let told = store.incidents_since(later(-600), 9).unwrap();
    assert_eq!(told, [planned.clone(), standing.clone(), over.clone()], "first what has no end");
    assert_eq!(store.incidents_since(later(-900), 9).unwrap().len(), 5);
    assert_eq!(store.incidents_since(now(), 1).unwrap(), [planned]);
    let loaded = super::samples::world(store, &Keys::default()).incidents;
    assert!(loaded.iter().any(|one| one.source == IncidentSource::Maintenance && one.since == later(60)), "{loaded:?}");
}

pub(crate) fn announcements_survive(store: &dyn Store) {
    let text = |of: &str| Trilingual {
        zh_hans: format!("{of}，简"),
        zh_hant: format!("{of}，繁"),
        en: format!("{of}\n\n'en'"),
    };
    let by = StaffMark::of(&[5; 32]);
    let planned = |scope| Maintenance { incident: id(IncidentId::new), scope, from: later(60), to: later(120) };
    let windows =
        [None, Some(planned(IncidentScope::Platform)), Some(planned(IncidentScope::Channel(Channel::UnionPay)))];
    let mut known: Vec<Announcement> = Vec::new();
    for (seconds, maintenance) in (0..).zip(windows) {
        let (id, title, text) = (id(AnnouncementId::new), text("T"), text("x"));
        let published_at = later(seconds);
        let one = Announcement { id, maintenance, title, text, published_at, published_by: by, withdrawn: None };
        commit(store, &[Change::PutAnnouncement(one.clone())]);
        known.insert(0, one);
    }
    assert_eq!(store.announcements(9).unwrap(), known, "the last first");
    assert_eq!(store.announcements(2).unwrap(), known[..2]);
    known[1].withdrawn = Some((later(9), StaffMark::of(&[6; 32])));
    commit(store, &[Change::PutAnnouncement(known[1].clone())]);
    assert_eq!(store.announcements(9).unwrap(), known);
    let keys = Keys { announcements: [known[1].id, id(AnnouncementId::new)].into(), ..Keys::default() };
    let loaded = super::samples::world(store, &keys).announcements;
    assert_eq!(loaded.into_values().collect::<Vec<_>>(), [known[1].clone()]);
}

/// Who is hit stays hit; the list of an incident asks every shard, and a payer's has his own alone.
pub(crate) fn hits_are_listed_by_incident_and_payer(store: &dyn Store) {
    let (incident, other) = (id(IncidentId::new), id(IncidentId::new));
    let payers = [Payer::new(), Payer::new()];
    let mut hits: Vec<Hit> = Vec::new();
    for number in 0..6_usize {
        let (payer, at) = (&payers[number % 2], later(i64::try_from(number).unwrap()));
        let hit = Hit { incident, payment: payer.own(PaymentId::new), account: payer.account, at };
        commit(store, &[Change::PutHit(hit)]);
        commit(store, &[Change::PutHit(Hit { at: later(900), ..hit })]);
        hits.push(hit);
    }
    commit(store, &[Change::PutHit(Hit { incident: other, ..hits[0] })]);
    hits.sort_by_key(|hit| std::cmp::Reverse(hit.payment));
    let page = |of, after, limit| store.hits(of, Page { after, limit }).unwrap();
    assert_eq!(page(HitsOf::Incident(incident), None, 9), hits, "the newest first, and the first time stays");
    assert_eq!(page(HitsOf::Incident(incident), Some(hits[1].payment), 2), hits[2..4]);
    let account = payers[1].account;
    let own: Vec<Hit> = hits.iter().filter(|hit| hit.account == account).copied().collect();
    assert_eq!(page(HitsOf::Payer(incident, account), None, 9), own);
    assert_eq!((store.hit_count(incident).unwrap(), store.hit_count(other).unwrap()), (6, 1));
    let (one, none) = (store.incident(incident).unwrap(), store.hit_count(id(IncidentId::new)).unwrap());
    assert_eq!((one, none), (None, 0), "a hit needs no incident to be listed");
}

pub(crate) fn notices_of_incidents_survive(store: &dyn Store) {
    let (payer, incident) = (Payer::new(), id(IncidentId::new));
    let about = About::Over { incident, orders: 3 };
    let row = NoticeRow { about, account: payer.account, at: now(), told: None };
    let keys = Keys { notices: super::samples::one((payer.account, row.key())), ..Keys::default() };
    assert!(super::samples::world(store, &keys).notices.is_empty());
    for told in [None, Some((later(60), Road::Page))] {
        let row = NoticeRow { told, ..row.clone() };
        commit(store, &[Change::PutNotice(row.clone())]);
        assert_eq!(super::samples::world(store, &keys).notices[&row.key()], row);
        assert_eq!(store.notices(payer.account, 9).unwrap(), [row]);
    }
    assert_eq!(store.notices(Payer::new().account, 9).unwrap(), []);
}
