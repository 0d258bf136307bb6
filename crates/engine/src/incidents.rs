//! Incidents: begun, ended, tied to the payments that they hit, and told of once they are over. One file each.
//!
//! What ends an incident stores the job that tells its payers in the same commit; the job that stands since its beginning looks,
//! too, so that neither a crash nor a breaker that closed elsewhere leaves anybody untold. Who was told is told no second time.

pub mod begin;
pub mod end;
pub(crate) mod notify;
pub(crate) mod tend;

use jiff::{SignedDuration, Timestamp};
use tantu_domain::attempt::{Attempt, AttemptReport};
use tantu_domain::evidence::Value;
use tantu_domain::ids::{IncidentId, JobId, PaymentId, Shard};
use tantu_domain::incident::{Incident, IncidentScope};
use tantu_domain::payment::{Payment, PaymentState};
use tantu_store::change::Change;
use tantu_store::hit::Hit;
use tantu_store::job::{Job, JobKind};

use crate::command::Tools;
use crate::payments::submit::lease;

/// How often it is looked whether a fault is over, if nobody says so.
const LOOK: SignedDuration = SignedDuration::from_mins(30);

/// The job that tells whom an incident hit. One that is due now is begun by this process.
pub(crate) fn job(incident: IncidentId, after: Option<PaymentId>, run_at: Timestamp, tools: &Tools<'_>) -> Change {
    Change::PutJob(Job {
        id: JobId::new(tools.ids, Shard::of(0)),
        kind: JobKind::TendIncident { incident, after },
        run_at,
        tries: 0,
        fence: 1,
        lease: (run_at <= tools.now).then(|| lease(tools)),
    })
}

/// When it is looked next whether an incident is over.
pub(crate) fn look_at(incident: &Incident, now: Timestamp) -> Timestamp {
    incident.end().filter(|end| *end > now).unwrap_or_else(|| now.checked_add(LOOK).unwrap_or(Timestamp::MAX))
}

/// The payments among these changes that an incident has stopped: their refusal names it.
pub(crate) fn stopped(changes: &[Change], now: Timestamp) -> Vec<Change> {
    let refused = changes.iter().filter_map(|change| match change {
        Change::PutPayment(payment) => Some(payment),
        _ => None,
    });
    refused.flat_map(|payment| hits_of(payment, now)).collect()
}

fn hits_of(payment: &Payment, now: Timestamp) -> Vec<Change> {
    let PaymentState::Refused { refusal, .. } = &payment.state else { return Vec::new() };
    // What stops the other instruments has not stopped this payment.
    let own = refusal.causes.iter().filter(|one| one.instrument.is_none() || one.instrument == payment.instrument());
    let named = own.filter_map(|one| match one.field("incident") {
        Some(Value::Text(id)) => id.parse::<IncidentId>().ok(),
        Some(_) | None => None,
    });
    named.map(|incident| hit(incident, payment, now)).collect()
}

/// That a channel's incident leaves an attempt undecided: the channel fails, or does not answer, while it stands.
pub(crate) fn left_open(
    incidents: &[Incident],
    payment: &Payment,
    (attempt, report): (&Attempt, &AttemptReport),
    now: Timestamp,
) -> Vec<Change> {
    if !matches!(report, AttemptReport::Fault(_) | AttemptReport::NoAnswer) {
        return Vec::new();
    }
    let scope = IncidentScope::Channel(attempt.channel);
    let standing = incidents.iter().filter(|one| one.scope == scope && one.stands(now));
    standing.map(|one| hit(one.id, payment, now)).collect()
}

fn hit(incident: IncidentId, payment: &Payment, now: Timestamp) -> Change {
    Change::PutHit(Hit { incident, payment: payment.id, account: payment.account, at: now })
}
