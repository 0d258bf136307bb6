//! A breaker for each channel: it opens on evidence, begins an incident, and ends it when the channel
//! answers again. While it is open no charge is sent; only a probe asks.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use jiff::Timestamp;
use tantu_domain::attempt::AttemptReport;
use tantu_domain::channel::Channel;
use tantu_domain::ids::AttemptId;
use tantu_domain::incident::{IncidentScope, IncidentSource};

use crate::Parts;
use crate::incidents::begin::BeginIncident;
use crate::incidents::end::EndIncident;

/// How many faults in a row open a breaker. One lost answer is an unstable line, not a channel that is down.
const FAULTS_TO_OPEN: u32 = 3;

/// How often an open channel is probed.
const PROBE: Duration = Duration::from_millis(500);

/// What a channel's last answers were.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Faults {
    in_a_row: u32,
    since: Option<Timestamp>,
    code: String,
    open: bool,
}

/// Whether an answer speaks for the channel or against it.
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

impl Faults {
    /// Counts an answer; gives back the beginning and the code if this one opens the breaker.
    fn hear(&mut self, report: &AttemptReport, now: Timestamp) -> Option<(Timestamp, String)> {
        let Some(code) = fault_code(report) else {
            if !self.open {
                *self = Self::default();
            }
            return None;
        };
        self.in_a_row = self.in_a_row.saturating_add(1);
        let since = *self.since.get_or_insert(now);
        code.clone_into(&mut self.code);
        let opens = !self.open && self.in_a_row >= FAULTS_TO_OPEN;
        self.open |= opens;
        opens.then(|| (since, self.code.clone()))
    }
}

/// The breakers of all channels.
#[derive(Debug, Default)]
pub(crate) struct Breakers {
    faults: Mutex<HashMap<Channel, Faults>>,
}

impl Breakers {
    /// Counts what a channel answered, and begins the incident if that opens its breaker.
    pub(crate) async fn hear(&self, parts: &Parts, channel: Channel, report: &AttemptReport) {
        let opened = self.with(channel, |faults| faults.hear(report, parts.clock.now()));
        let Some((since, code)) = opened else { return };
        tracing::warn!(channel = channel.id(), %code, "the channel's breaker is open");
        let begin = BeginIncident {
            scope: IncidentScope::Channel(channel),
            source: IncidentSource::Breaker,
            code,
            since: Some(since),
            expected_end: None,
        };
        if let Err(error) = parts.lane.run(begin).await {
            tracing::error!(%error, "an incident could not be stored");
        }
    }

    /// Takes over the open breakers that the database knows of: another process, or one before us, opened them.
    pub(crate) fn open(&self, channel: Channel) {
        self.with(channel, |faults| faults.open = true);
    }

    fn is_open(&self, channel: Channel) -> bool {
        self.with(channel, |faults| faults.open)
    }

    fn with<T>(&self, channel: Channel, change: impl FnOnce(&mut Faults) -> T) -> T {
        let mut faults = self.faults.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        change(faults.entry(channel).or_default())
    }
}

/// Probes the channels whose breakers are open, and ends their incidents when they answer. The probe asks
/// about a number that nobody has: any answer that can be believed is good news.
pub(crate) async fn probe(parts: std::sync::Arc<Parts>) {
    let mut tick = tokio::time::interval(PROBE);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        for (channel, connector) in &parts.channels {
            if !parts.breakers.is_open(*channel) {
                continue;
            }
            let nobody = AttemptId::new(&*parts.ids, tantu_domain::ids::Shard::of(0));
            let report = connector.charge.query(nobody).await;
            if fault_code(&report).is_some() {
                continue;
            }
            match parts.lane.run(EndIncident::Breaker(IncidentScope::Channel(*channel))).await {
                Ok(_) => {
                    tracing::info!(channel = channel.id(), "the channel answers again; its breaker is closed");
                    parts.breakers.with(*channel, |faults| *faults = Faults::default());
                }
                Err(error) => tracing::error!(%error, "an incident could not be ended; it is tried again"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_on_three_faults_in_a_row_and_once() {
        let at = Timestamp::UNIX_EPOCH;
        let mut faults = Faults::default();
        assert_eq!(faults.hear(&AttemptReport::NoAnswer, at), None);
        assert_eq!(faults.hear(&AttemptReport::NotExist, at), None);
        for _ in 0..2 {
            assert_eq!(faults.hear(&AttemptReport::NoAnswer, at), None);
        }
        assert_eq!(faults.hear(&AttemptReport::NoAnswer, at), Some((at, "no_answer".into())));
        assert_eq!(faults.hear(&AttemptReport::NoAnswer, at), None);
        // A stray good answer does not close it: the probe does, with the incident.
        assert_eq!(faults.hear(&AttemptReport::Waiting, at), None);
        assert!(faults.open);
    }
}
