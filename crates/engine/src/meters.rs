//! What the engine counts of itself, for `/metrics`. The names stay: others watch them.
//!
//! Counting decides nothing, and costs a look-up in memory; while nobody collects, it costs nothing.

use std::time::Duration;

use jiff::SignedDuration;
use metrics::{Gauge, counter, gauge, histogram};
use tantu_channels::webhook::Delivery;
use tantu_codes::Tables;
use tantu_domain::attempt::AttemptReport;
use tantu_domain::channel::Channel;
use tantu_domain::ids::PaymentId;
use tantu_domain::payment::PaymentState;
use tantu_store::change::Change;
use tantu_store::world::World;

/// The payments that a batch moves: seen before the commit, counted after it.
#[derive(Debug, Default)]
pub(crate) struct Moved(Vec<Move>);

#[derive(Debug)]
struct Move {
    payment: PaymentId,
    /// The state that it came into, if it is another one than before.
    outcome: Option<&'static str>,
    /// Why it was refused, if it was: the first cause.
    cause: Option<&'static str>,
}

impl Moved {
    /// Looks at a change that the world does not show yet.
    pub(crate) fn see(&mut self, world: &World, change: &Change) {
        let Change::PutPayment(payment) = change else { return };
        let before = world.payments.get(&payment.id).map(|before| &before.state);
        let outcome = (before != Some(&payment.state)).then(|| payment.state.id());
        let cause = match &payment.state {
            PaymentState::Refused { refusal, .. } => refusal.causes.first().map(|first| first.cause.id()),
            PaymentState::Created
            | PaymentState::RequiresAction { .. }
            | PaymentState::Processing { .. }
            | PaymentState::Succeeded { .. }
            | PaymentState::Closed { .. } => None,
        };
        self.0.push(Move { payment: payment.id, outcome, cause });
    }

    /// Counts what has become durable.
    pub(crate) fn count(&self) {
        for (outcome, cause) in self.0.iter().filter_map(|moved| Some((moved.outcome?, moved.cause))) {
            counter!("tantu_payments_total", "outcome" => outcome).increment(1);
            if let Some(cause) = cause {
                counter!("tantu_refusals_total", "cause" => cause).increment(1);
            }
        }
    }

    /// Which payments.
    pub(crate) fn payments(&self) -> impl Iterator<Item = PaymentId> {
        self.0.iter().map(|moved| moved.payment)
    }
}

/// A batch is durable.
pub(crate) fn batch_committed(commands: usize, took: Duration) {
    // A batch has 512 commands at the most.
    let commands = u32::try_from(commands).unwrap_or(u32::MAX);
    counter!("tantu_commands_committed_total").increment(commands.into());
    counter!("tantu_batches_total").increment(1);
    histogram!("tantu_batch_commands").record(commands);
    histogram!("tantu_commit_seconds").record(took);
}

/// A channel was called and has answered, or has not.
pub(crate) fn channel_answered(channel: Channel, verb: &'static str, report: &AttemptReport) {
    let result = match report {
        AttemptReport::Succeeded { .. } => "succeeded",
        AttemptReport::Declined { .. } => "declined",
        AttemptReport::Fault(_) => "fault",
        AttemptReport::NoAnswer => "no_answer",
        AttemptReport::Waiting => "waiting",
        AttemptReport::NotExist => "not_exist",
        AttemptReport::ClosedThere => "closed",
        AttemptReport::Cancelled { .. } => "cancelled",
        AttemptReport::Refunded => "refunded",
    };
    counter!("tantu_channel_calls_total", "channel" => channel.id(), "verb" => verb, "result" => result).increment(1);
}

/// A channel's word goes in by the one door: a code that stands in no table of its channel is reported, because
/// somebody has to add it. Its text is in the log; here it would make a series of each.
pub(crate) fn word_heard(codes: &Tables, report: &AttemptReport) {
    let AttemptReport::Fault(word) = report else { return };
    let channel = word.channel.id();
    if !codes.meanings(&word.code).iter().any(|meaning| meaning.channel == channel) {
        counter!("tantu_unrecognised_codes_total", "channel" => channel).increment(1);
    }
}

/// A merchant was told of something.
pub(crate) fn webhook_sent(delivery: Delivery, given_up: bool) {
    let result = match delivery {
        Delivery::Taken => "taken",
        Delivery::Unwanted => "unwanted",
        Delivery::NotTaken if given_up => "given_up",
        Delivery::NotTaken => "not_taken",
    };
    counter!("tantu_webhooks_total", "result" => result).increment(1);
}

/// A merchant has what a fold took for him.
pub(crate) fn folded() {
    counter!("tantu_folds_total").increment(1);
}

/// A sweep has been round: how many clearing accounts had something in them, and how long the one had waited that was not
/// folded for the longest time.
pub(crate) fn swept(accounts: u32, longest: SignedDuration) {
    gauge!("tantu_unfolded_accounts").set(accounts);
    gauge!("tantu_unfolded_seconds").set(longest.as_secs_f64());
}

/// A round of sealing anew is done: how many rows are left that an older key has sealed.
pub(crate) fn sealed_otherwise(left: u64) {
    // Beyond four billion nobody counts them.
    gauge!("tantu_sealed_otherwise").set(u32::try_from(left).unwrap_or(u32::MAX));
}

/// A job that this process runs, until it is dropped.
pub(crate) struct RunningJob(Gauge);

/// A job begins.
pub(crate) fn job_running(fresh: bool) -> RunningJob {
    let origin = if fresh { "fresh" } else { "found" };
    counter!("tantu_jobs_taken_total", "origin" => origin).increment(1);
    // The same gauge up and down: one that nobody collected at the beginning must not be missing at the end.
    let running = gauge!("tantu_jobs_running");
    running.increment(1);
    RunningJob(running)
}

impl Drop for RunningJob {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}
