//! A breaker for each channel: it opens on evidence, begins an incident, and ends it when the channel
//! answers again. While it is open no charge is sent; only a probe asks.
//!
//! Charging and asking are counted apart: a channel that answers questions and fails every charge is down
//! for the payer all the same.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tantu_domain::attempt::AttemptReport;
use tantu_domain::channel::Channel;
use tantu_domain::ids::{AttemptId, Shard};
use tantu_domain::incident::{IncidentScope, IncidentSource};

use crate::Parts;
use crate::incidents::begin::BeginIncident;
use crate::incidents::end::EndIncident;
use crate::meters;

/// How many faults in a row open a breaker. One lost answer is an unstable line, not a channel that is down.
const FAULTS_TO_OPEN: u32 = 3;

/// How often an open channel is probed.
const PROBE: Duration = Duration::from_millis(500);

/// How long a breaker stays open at least, in real time.
const REST: SignedDuration = SignedDuration::from_secs(2);

/// What was asked of the channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Verb {
    /// To take money.
    Charge,
    /// How something stands.
    Ask,
}

impl Verb {
    fn id(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Ask => "ask",
        }
    }
}

/// A row of faults of one verb.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Row {
    faults: u32,
    since: Option<Timestamp>,
}

/// What a channel's last answers were.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Breaker {
    rows: HashMap<Verb, Row>,
    /// Real time; `None` while it is closed.
    open_since: Option<Timestamp>,
}

/// Whether an answer speaks against the channel, and by which code.
fn fault_code(report: &AttemptReport) -> Option<&str> {
    match report {
        AttemptReport::Fault(word) => Some(&word.code),
        AttemptReport::NoAnswer => Some("no_answer"),
        AttemptReport::Succeeded { .. }
        | AttemptReport::Declined { .. }
        | AttemptReport::Waiting
        | AttemptReport::NotExist
        | AttemptReport::ClosedThere
        | AttemptReport::Cancelled { .. }
        | AttemptReport::Refunded => None,
    }
}

impl Breaker {
    /// Counts an answer; gives back when the faults began, if this one opens the breaker.
    fn hear(&mut self, verb: Verb, report: &AttemptReport, now: Timestamp, wall: Timestamp) -> Option<Timestamp> {
        let row = self.rows.entry(verb).or_default();
        if fault_code(report).is_none() {
            *row = Row::default();
            return None;
        }
        row.faults = row.faults.saturating_add(1);
        let since = *row.since.get_or_insert(now);
        if row.faults < FAULTS_TO_OPEN || self.open_since.is_some() {
            return None;
        }
        self.open_since = Some(wall);
        Some(since)
    }

    /// Closes it on trial: the rows keep one fault less than opens it, so that the next one opens it again.
    fn close(&mut self) {
        self.open_since = None;
        for row in self.rows.values_mut() {
            *row = Row { faults: row.faults.min(FAULTS_TO_OPEN - 1), since: None };
        }
    }
}

/// The breakers of all channels.
#[derive(Debug, Default)]
pub(crate) struct Breakers {
    channels: Mutex<HashMap<Channel, Breaker>>,
}

impl Breakers {
    /// Counts what a channel answered, and begins the incident if that opens its breaker.
    pub(crate) async fn hear(&self, parts: &Parts, channel: Channel, verb: Verb, report: &AttemptReport) {
        meters::channel_answered(channel, verb.id(), report);
        let (now, wall) = (parts.clock.now(), parts.clock.wall());
        let Some(since) = self.with(channel, |breaker| breaker.hear(verb, report, now, wall)) else { return };
        let code = fault_code(report).unwrap_or_default().to_owned();
        tracing::warn!(channel = channel.id(), %code, "the channel's breaker is open");
        let begin = BeginIncident {
            scope: IncidentScope::Channel(channel),
            source: IncidentSource::Breaker,
            code,
            since: Some(since),
            expected_end: None,
            by: None,
        };
        if let Err(error) = parts.lane.run(begin).await {
            tracing::error!(%error, "an incident could not be stored");
        }
    }

    /// Takes over the open breakers that the database knows of: a process before this one opened them.
    pub(crate) fn open(&self, channel: Channel, wall: Timestamp) {
        self.with(channel, |breaker| breaker.open_since = Some(wall));
    }

    /// Whether nothing is sent to a channel now.
    pub(crate) fn is_open(&self, channel: Channel) -> bool {
        self.with(channel, |breaker| breaker.open_since.is_some())
    }

    fn rested(&self, channel: Channel, wall: Timestamp) -> bool {
        self.with(channel, |breaker| breaker.open_since.is_some_and(|since| wall.duration_since(since) >= REST))
    }

    fn with<T>(&self, channel: Channel, change: impl FnOnce(&mut Breaker) -> T) -> T {
        let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        change(channels.entry(channel).or_default())
    }
}

/// Probes the channels whose breakers are open, and ends their incidents when they answer. The probe asks
/// about a number that nobody has: any answer that can be believed is good news.
pub(crate) async fn probe(parts: Arc<Parts>) {
    let mut tick = tokio::time::interval(PROBE);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        for (channel, connector) in &parts.channels {
            if !parts.breakers.rested(*channel, parts.clock.wall()) {
                continue;
            }
            let nobody = AttemptId::new(&*parts.ids, Shard::of(0));
            let heard = connector.charge.query(nobody).await;
            meters::channel_answered(*channel, "probe", &heard);
            if fault_code(&heard).is_some() {
                continue;
            }
            // The breaker first: an incident that ends while the breaker still rests would be reopened by nobody.
            parts.breakers.with(*channel, Breaker::close);
            match parts.lane.run(EndIncident::Breaker(IncidentScope::Channel(*channel))).await {
                Ok(_) => tracing::info!(channel = channel.id(), "the channel answers again; its breaker is closed"),
                Err(error) => {
                    tracing::error!(%error, "an incident could not be ended; it is tried again");
                    parts.breakers.open(*channel, parts.clock.wall());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::UNIX_EPOCH;

    fn hear(breaker: &mut Breaker, verb: Verb, reports: &[AttemptReport]) -> usize {
        reports.iter().filter(|report| breaker.hear(verb, report, AT, AT).is_some()).count()
    }

    #[test]
    fn three_faults_in_a_row_open_it_once() {
        use AttemptReport::{NoAnswer, NotExist};
        let mut breaker = Breaker::default();
        assert_eq!(hear(&mut breaker, Verb::Ask, &[NoAnswer, NoAnswer, NotExist, NoAnswer, NoAnswer]), 0);
        assert_eq!(hear(&mut breaker, Verb::Ask, &[NoAnswer, NoAnswer]), 1);
    }

    #[test]
    fn good_answers_to_questions_do_not_excuse_failing_charges() {
        use AttemptReport::{NoAnswer, NotExist};
        let mut breaker = Breaker::default();
        for opens in [0, 0, 1] {
            assert_eq!(hear(&mut breaker, Verb::Charge, &[NoAnswer]), opens);
            assert_eq!(hear(&mut breaker, Verb::Ask, &[NotExist]), 0);
        }
    }

    #[test]
    fn closed_on_trial_the_next_fault_opens_it_again() {
        let mut breaker = Breaker::default();
        assert_eq!(
            hear(
                &mut breaker,
                Verb::Charge,
                &[AttemptReport::NoAnswer, AttemptReport::NoAnswer, AttemptReport::NoAnswer]
            ),
            1
        );
        breaker.close();
        assert_eq!(hear(&mut breaker, Verb::Charge, &[AttemptReport::NoAnswer]), 1);
    }
}
