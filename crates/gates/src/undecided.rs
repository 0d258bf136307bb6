//! Undecided: payments whose requests and answers are lost, doubled, late, out of order, faulty and wrong. In the end our
//! state is the channel's truth for every one of them, with no more calls than promised and by the channel's own rules.
//!
//! The control is a connector for which a time-out is a refusal.

mod door;
mod payers;
mod reckoning;
mod rules;
mod traffic;
mod troubles;
mod twin;

use std::time::Duration;

use serde_json::json;

use crate::outcome::{Failure, Outcome, progress};
use crate::stage::{Stage, plain};
use crate::stopwatch::Stopwatch;
use reckoning::Reckoning;
use rules::Asked;
use traffic::Traffic;

/// As many payments as the promise names.
const PAYMENTS: u64 = 100_000;

/// A connector that takes a time-out for a refusal is caught within a few payments.
const CONTROL_PAYMENTS: u64 = 200;

/// A channel that repeats an unaccepted notification does so for some seconds of real time; the reckoning waits for it.
const LAST_NOTIFICATIONS: Duration = Duration::from_secs(6);

/// Runs it.
pub(crate) async fn run(count: Option<u64>, control: bool) -> Result<Outcome, Failure> {
    let watch = Stopwatch::start();
    let most = if control { CONTROL_PAYMENTS } else { PAYMENTS };
    let count = count.unwrap_or(most).min(if control { CONTROL_PAYMENTS } else { u64::MAX });
    let dress = if control { twin::hasty } else { plain };
    let stage = Stage::set_up(dress, door::late).await?;
    let mut traffic = Traffic::prepare(&stage).await?;
    let mut asked = Asked::default();
    while traffic.told() < count {
        traffic.wave(&stage, count).await?;
        asked.listen(&stage).await?;
        progress(format_args!("  {} payments in {} s", traffic.told(), watch.elapsed().as_secs()));
    }
    traffic.wait_for_notifications(&stage, LAST_NOTIFICATIONS).await?;
    asked.listen(&stage).await?;
    let reckoning = Reckoning::close(&stage, traffic.payments()).await?;

    let mut outcome = Outcome::default();
    outcome.found("payments whose state is not the channel's truth", &reckoning.untrue);
    outcome.found("payments that are still undecided", &reckoning.undecided);
    if control {
        let blind = traffic
            .by_channel()
            .into_keys()
            .filter(|channel| !reckoning.untrue.iter().any(|untrue| untrue.contains(&format!("{channel}: "))));
        outcome.unnoticed =
            blind.map(|channel| format!("{channel}: a time-out that counts as a refusal was not noticed")).collect();
    }
    outcome.found("findings of the audit", &reckoning.broken_books);
    let broken = asked.broken();
    outcome.found("orders with which the channel's rules were not kept", &broken);
    outcome.figures = json!({
        "payments": traffic.told(),
        "by_channel": traffic.by_channel(),
        "with_faults": traffic.faults().values().flat_map(|faults| faults.values()).sum::<u64>(),
        "faults": traffic.faults(),
        "told_undecided": traffic.told_undecided(),
        "refused_by_open_breaker": traffic.refused_by_breaker(),
        "late_notifications": door::held_up(),
    });
    reckoning.print_to(&mut outcome.figures);
    asked.print_to(&mut outcome.figures);
    outcome.figures["business_hours"] = json!(traffic.business_hours());
    outcome.figures["seconds"] = json!(watch.elapsed().as_secs());
    Ok(outcome)
}
