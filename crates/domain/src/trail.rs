//! The trail of a decision: every check that was made, and what those that did not hold prove. Here are also the
//! checks that every decision begins with, whether a payment or a binding is decided.

use jiff::Timestamp;

use crate::account::{Account, AccountState, SafeReason};
use crate::channel::Channel;
use crate::check::{Check, Rule};
use crate::client::Speaker;
use crate::client_rules::{Doing, Looked};
use crate::device::ALLOWED_SKEW_SECONDS;
use crate::evidence::{Confidence, Evidence, Finding, Value};
use crate::ids::InstrumentId;
use crate::incident::{Incident, IncidentScope, IncidentSource};
use crate::policy::Policy;

/// One reason why not, with its proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocker {
    /// The proof, which knows its cause.
    pub evidence: Evidence,
    /// How sure.
    pub confidence: Confidence,
}

impl Blocker {
    /// One that is proven.
    pub(crate) fn certain(evidence: Evidence) -> Self {
        Self { evidence, confidence: Confidence::Certain }
    }

    pub(crate) fn finding(&self, instrument: Option<InstrumentId>) -> Finding {
        Finding {
            cause: self.evidence.cause(),
            confidence: self.confidence,
            evidence: self.evidence.fields(),
            instrument,
        }
    }
}

/// The checks so far, and what those that did not hold prove.
pub(crate) struct Trail {
    pub(crate) checks: Vec<Check>,
    pub(crate) blockers: Vec<Blocker>,
    pub(crate) instrument: Option<InstrumentId>,
}

impl Trail {
    pub(crate) fn new() -> Self {
        Self { checks: Vec::with_capacity(16), blockers: Vec::new(), instrument: None }
    }

    /// Makes a check that looks at an input; whether it held.
    pub(crate) fn note(&mut self, rule: Rule, input: Value, threshold: Value) -> bool {
        let check = Check::new(rule, self.instrument, input, threshold);
        let held = check.held;
        self.checks.push(check);
        held
    }

    /// Makes a check; one that does not hold blocks, and this is its proof.
    pub(crate) fn check(&mut self, rule: Rule, input: Value, threshold: Value, evidence: impl FnOnce() -> Evidence) {
        if !self.note(rule, input, threshold) {
            self.blockers.push(Blocker::certain(evidence()));
        }
    }
}

impl Trail {
    /// Makes a check of something that was looked at already.
    pub(crate) fn looked(&mut self, looked: Looked) {
        let Looked { rule, input, threshold, evidence } = looked;
        self.check(rule, input, threshold, || evidence);
    }
}

/// A word as a value.
pub(crate) fn word(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(crate) fn check_platform(trail: &mut Trail, incidents: &[Incident], now: Timestamp) {
    let outage = incidents.iter().find(|incident| incident.scope == IncidentScope::Platform && incident.stands(now));
    match outage {
        Some(incident) => {
            trail.check(Rule::PlatformInService, word(&incident.id.to_string()), Value::Unknown, || {
                Evidence::PlatformOutage {
                    incident: incident.id,
                    since: incident.since,
                    expected_end: incident.expected_end,
                }
            });
        }
        None => {
            trail.note(Rule::PlatformInService, Value::Unknown, Value::Unknown);
        }
    }
}

pub(crate) fn check_speaker(trail: &mut Trail, policy: &Policy, speaker: &Speaker, doing: Doing) {
    if let Some(device) = speaker.device {
        let skew_seconds = device.time.skew_seconds;
        let off = skew_seconds.saturating_abs();
        trail.check(Rule::DeviceClock, Value::Count(off), Value::Count(ALLOWED_SKEW_SECONDS), || {
            Evidence::DeviceClockSkew { skew_seconds, allowed_seconds: ALLOWED_SKEW_SECONDS }
        });
    }
    let Some(client) = &speaker.client else { return };
    for looked in policy.clients.look(client, doing) {
        trail.looked(looked);
    }
}

pub(crate) fn check_standing(trail: &mut Trail, account: &Account, now: Timestamp) {
    let (state, evidence) = match &account.state {
        AccountState::Restricted(case, _) if account.is_challenged() => {
            ("challenged", Some(Evidence::RiskBlock { case: case.id, since: case.since }))
        }
        AccountState::Restricted(case, until) if until.is_none_or(|until| now < until) => (
            "restricted",
            Some(Evidence::AccountRestricted {
                case: case.id,
                since: case.since,
                reason: case.reason.id(),
                until: *until,
            }),
        ),
        AccountState::Active | AccountState::Restricted(..) => ("active", None),
        AccountState::Frozen(case) if case.reason == SafeReason::Compromised => {
            ("frozen", Some(Evidence::AccountCompromised { case: case.id, since: case.since }))
        }
        AccountState::Frozen(case) => (
            "frozen",
            Some(Evidence::AccountFrozen {
                case: case.id,
                since: case.since,
                reason: case.reason.id(),
                unfreeze_requested_at: case.unfreeze_requested_at,
            }),
        ),
    };
    trail.note(Rule::AccountActive, word(state), word("active"));
    trail.blockers.extend(evidence.map(Blocker::certain));
}

pub(crate) fn check_channel(
    trail: &mut Trail,
    channels: &[Channel],
    incidents: &[Incident],
    channel: Channel,
    now: Timestamp,
) {
    let offered = if channels.contains(&channel) { channel.id() } else { "none" };
    trail.check(Rule::ChannelOffered, word(offered), word(channel.id()), || Evidence::ChannelUnavailable {
        channel: Some(channel),
        rule: "not_configured",
    });
    let incident =
        incidents.iter().find(|incident| incident.scope == IncidentScope::Channel(channel) && incident.stands(now));
    match incident {
        Some(incident) => trail.check(Rule::ChannelInService, word(&incident.code), Value::Unknown, || {
            Evidence::ChannelInterfaceFault {
                channel,
                code: incident.code.clone(),
                since: incident.since,
                breaker: match incident.source {
                    IncidentSource::Breaker => "open",
                    IncidentSource::Staff | IncidentSource::Maintenance => "closed",
                },
                expected_end: incident.expected_end,
                incident: Some(incident.id),
            }
        }),
        None => {
            trail.note(Rule::ChannelInService, Value::Unknown, Value::Unknown);
        }
    }
}
