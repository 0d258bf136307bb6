//! The one decision behind paying, pre-checking, explaining and support: what blocks each instrument, and
//! which can pay now.
//!
//! Pure: it reads no clock, no database and no network, and never stops at the first blocker.

use jiff::Timestamp;

use crate::account::{Account, AccountState};
use crate::client::Client;
use crate::evidence::{Confidence, Evidence, Finding};
use crate::ids::InstrumentId;
use crate::incident::{Incident, IncidentScope, IncidentSource};
use crate::instrument::{Instrument, InstrumentKind, MandateState};
use crate::limit::{LimitUse, Window};
use crate::money::Money;
use crate::observation::Observation;
use crate::policy::Policy;

/// All that a decision depends on.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The figures in force.
    pub policy: &'a Policy,
    /// Who pays.
    pub account: &'a Account,
    /// What is to be paid.
    pub amount: Money,
    /// What the account could pay with.
    pub instruments: &'a [Instrument],
    /// What we were told of them.
    pub observations: &'a [Observation],
    /// The faults that we know of.
    pub incidents: &'a [Incident],
    /// How much of each window is used; a window that is absent is unused.
    pub uses: &'a [LimitUse],
    /// The payer's app, if one speaks for him.
    pub client: Option<&'a Client>,
}

/// One reason why not, with its proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocker {
    /// The proof, which knows its cause.
    pub evidence: Evidence,
    /// How sure.
    pub confidence: Confidence,
}

impl Blocker {
    fn certain(evidence: Evidence) -> Self {
        Self { evidence, confidence: Confidence::Certain }
    }

    fn finding(&self, instrument: Option<InstrumentId>) -> Finding {
        Finding {
            cause: self.evidence.cause(),
            confidence: self.confidence,
            evidence: self.evidence.fields(),
            instrument,
        }
    }
}

/// What blocks one instrument, apart from what blocks them all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstrumentVerdict {
    /// Which.
    pub instrument: InstrumentId,
    /// Why not; empty if nothing speaks against it.
    pub blockers: Vec<Blocker>,
}

/// The whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What blocks every instrument.
    pub account: Vec<Blocker>,
    /// What blocks each.
    pub instruments: Vec<InstrumentVerdict>,
}

impl Verdict {
    /// The instruments that can pay now, in the account's order.
    pub fn can_pay_with(&self) -> Vec<InstrumentId> {
        if !self.account.is_empty() {
            return Vec::new();
        }
        self.instruments
            .iter()
            .filter(|verdict| verdict.blockers.is_empty())
            .map(|verdict| verdict.instrument)
            .collect()
    }

    /// Whether this instrument can pay now.
    pub fn allows(&self, instrument: InstrumentId) -> bool {
        self.can_pay_with().contains(&instrument)
    }

    /// Every cause: first those that stop the chosen instrument, in the catalogue's order, then those of
    /// the others, so that a payer sees why no other road is open either.
    pub fn findings(&self, chosen: InstrumentId) -> Vec<Finding> {
        let (own, others): (Vec<_>, Vec<_>) = self.instruments.iter().partition(|verdict| verdict.instrument == chosen);
        let of = |verdicts: &[&InstrumentVerdict]| -> Vec<Finding> {
            verdicts
                .iter()
                .flat_map(|verdict| verdict.blockers.iter().map(|blocker| blocker.finding(Some(verdict.instrument))))
                .collect()
        };
        let mut first: Vec<Finding> =
            self.account.iter().map(|blocker| blocker.finding(None)).chain(of(&own)).collect();
        first.sort_by_key(|finding| (finding.confidence, finding.cause));
        let mut rest = of(&others);
        rest.sort_by_key(|finding| (finding.confidence, finding.cause));
        first.extend(rest);
        first
    }
}

/// Decides. Every blocker of every instrument is named.
pub fn evaluate(situation: &Situation<'_>, now: Timestamp) -> Verdict {
    let instruments = situation
        .instruments
        .iter()
        .map(|instrument| InstrumentVerdict {
            instrument: instrument.id,
            blockers: instrument_blockers(situation, instrument, now),
        })
        .collect();
    Verdict { account: account_blockers(situation, now), instruments }
}

fn account_blockers(situation: &Situation<'_>, now: Timestamp) -> Vec<Blocker> {
    let outage =
        situation.incidents.iter().filter(|incident| incident.stands(now)).find_map(|incident| match incident.scope {
            IncidentScope::Platform => Some(Evidence::PlatformOutage {
                incident: incident.id,
                since: incident.since,
                expected_end: incident.expected_end,
            }),
            IncidentScope::Channel(_) => None,
        });
    [outage, outdated(situation), stopped(situation.account, now)].into_iter().flatten().map(Blocker::certain).collect()
}

fn outdated(situation: &Situation<'_>) -> Option<Evidence> {
    let client = situation.client?;
    let rule = situation.policy.clients.iter().find(|rule| rule.app == client.app)?;
    (client.version < rule.minimum).then(|| Evidence::AppOutdated {
        app: client.app.clone(),
        version: client.version,
        minimum: rule.minimum,
        update_at: rule.update_at.clone(),
    })
}

fn stopped(account: &Account, now: Timestamp) -> Option<Evidence> {
    match &account.state {
        AccountState::Active => None,
        AccountState::Restricted(case, until) => until.is_none_or(|until| now < until).then(|| {
            Evidence::AccountRestricted { case: case.id, since: case.since, reason: case.reason.id(), until: *until }
        }),
        AccountState::Frozen(case) => Some(Evidence::AccountFrozen {
            case: case.id,
            since: case.since,
            reason: case.reason.id(),
            unfreeze_requested_at: case.unfreeze_requested_at,
        }),
    }
}

fn instrument_blockers(situation: &Situation<'_>, instrument: &Instrument, now: Timestamp) -> Vec<Blocker> {
    let mut blockers: Vec<Blocker> = Vec::new();
    blockers.extend(channel_fault(situation, instrument, now).map(Blocker::certain));
    blockers.extend(own_state(situation, instrument, now).map(Blocker::certain));
    blockers.extend(limits(situation, instrument, now).into_iter().map(Blocker::certain));
    blockers.extend(
        situation
            .observations
            .iter()
            .filter(|observation| observation.instrument == instrument.id && observation.stands(now))
            .map(|observation| Blocker {
                evidence: Evidence::Told { cause: observation.cause, word: observation.word.clone() },
                confidence: observation.confidence,
            }),
    );
    blockers
}

fn channel_fault(situation: &Situation<'_>, instrument: &Instrument, now: Timestamp) -> Option<Evidence> {
    let channel = instrument.channel()?;
    let incident = situation
        .incidents
        .iter()
        .find(|incident| incident.scope == IncidentScope::Channel(channel) && incident.stands(now))?;
    let breaker = match incident.source {
        IncidentSource::Breaker => "open",
        IncidentSource::Staff => "closed",
    };
    Some(Evidence::ChannelInterfaceFault {
        channel,
        code: incident.code.clone(),
        since: incident.since,
        breaker,
        expected_end: incident.expected_end,
    })
}

fn own_state(situation: &Situation<'_>, instrument: &Instrument, now: Timestamp) -> Option<Evidence> {
    match &instrument.kind {
        InstrumentKind::Wallet => {
            let (balance, requested) = (situation.account.balance, situation.amount);
            // Amounts at the door are positive and of the wallet's currency, so the difference exists.
            let short = requested.minus(balance).ok().filter(|short| short.is_positive())?;
            Some(Evidence::InsufficientBalance { balance, requested, short })
        }
        InstrumentKind::Mandate(mandate) => match &mandate.state {
            MandateState::Active { expires_at, .. } => (*expires_at <= now)
                .then_some(Evidence::AgreementExpired { channel: mandate.channel, expired_at: *expires_at }),
            MandateState::Expired { expired_at } => {
                Some(Evidence::AgreementExpired { channel: mandate.channel, expired_at: *expired_at })
            }
            MandateState::Revoked { revoked_at, by } => Some(Evidence::AgreementRevoked {
                channel: mandate.channel,
                revoked_at: *revoked_at,
                by: by.map(crate::instrument::RevokedBy::id),
            }),
            // A mandate becomes an instrument's only when it is signed; one that is not permits nothing.
            MandateState::Signing { .. } => {
                Some(Evidence::AgreementRevoked { channel: mandate.channel, revoked_at: None, by: None })
            }
        },
    }
}

fn limits(situation: &Situation<'_>, instrument: &Instrument, now: Timestamp) -> Vec<Evidence> {
    let product = instrument.product();
    let requested = situation.amount;
    let Some(limit) = situation.policy.limit(product) else { return Vec::new() };
    let single = limit
        .per_transaction
        .filter(|most| most.minor() < requested.minor())
        .map(|most| Evidence::LimitPerTransaction { limit: most, requested });
    let windows = Window::ALL.iter().filter_map(|window| {
        let most = limit.of(*window)?;
        let starts_on = window.start(now);
        let used = situation
            .uses
            .iter()
            .find(|used| used.product == product && used.window == *window && used.starts_on == starts_on)
            .map_or(Money::zero(most.currency()), |used| used.used);
        let over = used.plus(requested).map_or(true, |sum| sum.minor() > most.minor());
        let left = most.minus(used).map_or(0, Money::minor).max(0);
        over.then(|| Evidence::LimitWindow {
            window: *window,
            limit: most,
            used,
            remaining: Money::new(left, most.currency()),
            requested,
            resets_at: window.resets_at(now),
        })
    });
    single.into_iter().chain(windows).collect()
}
