//! Another build of this program, measured in turns with this one: what a change costs.
//!
//! Both are programs of their own on fresh files of their own, so that neither has the other's rows, caches or heap.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;
use tokio::process::Command;

use crate::bench::figures::{grouped, median};
use crate::bench::metered::Spent;
use crate::bench::{Detail, Measured, Plan, ROUNDS, Role, Run, Subject, told};
use crate::output::Failure;

/// What a bench says of itself, as far as we read it.
#[derive(Deserialize)]
struct Document {
    machine: String,
    store: String,
    payments_per_s: u64,
    runs: Vec<Ridden>,
}

/// One of its runs.
#[derive(Deserialize)]
struct Ridden {
    name: String,
    latency_ms: Option<Latency>,
    payments: Option<u64>,
    commits: Option<u64>,
    lane_ms: Option<LaneMillis>,
}

#[derive(Deserialize)]
struct Latency {
    p50: f64,
    p99: f64,
}

#[derive(Deserialize)]
struct LaneMillis {
    load: u64,
    decide: u64,
    commit: u64,
}

/// Measures this program and the other in turns.
pub(crate) async fn run(plan: &Plan, before: &Path, progress: impl Fn(String)) -> Result<Measured, Failure> {
    let own = std::env::current_exe()?;
    let subjects = vec![
        Subject { id: "payments", name: "durable payments".into(), role: Role::Engine },
        Subject { id: "before", name: before.display().to_string(), role: Role::Baseline },
    ];
    let mut rounds = Vec::new();
    let mut said = None;
    for number in 1..=ROUNDS {
        let (ours, theirs) = (measure(&own, plan).await?, measure(before, plan).await?);
        let round = vec![ours.run(), theirs.run()];
        progress(told(number, &subjects, &round));
        rounds.push(round);
        said = Some(ours);
    }
    let said = said.ok_or_else(|| Failure::usage("nothing was measured"))?;
    // Each program has audited its own books, and says by its exit that they hold.
    let (audit, forgets) = (Vec::new(), false);
    let weight = format!("{} rounds of each program in turn", grouped(u64::from(ROUNDS)));
    Ok(Measured { machine: said.machine, store: said.store, subjects, rounds, weight, audit, forgets })
}

/// Has a program measure itself; its words go where ours go.
async fn measure(binary: &Path, plan: &Plan) -> Result<Document, Failure> {
    let mut command = Command::new(binary);
    command.args(["bench", "--json"]);
    command.args(["--accounts", &plan.accounts.to_string(), "--seconds", &plan.seconds.to_string()]);
    command.args(["--in-flight", &plan.in_flight.to_string()]);
    if plan.http {
        command.arg("--http");
    }
    let failed = |why: String| {
        let hint = "name a build of tantu whose own `bench --json` works";
        Failure::with_hint(format!("--before: {}: {why}", binary.display()), hint)
    };
    let command = command.stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let done = command.output().await.map_err(|error| failed(error.to_string()))?;
    if !done.status.success() {
        return Err(failed(format!("its bench ended with {}", done.status)));
    }
    serde_json::from_slice(&done.stdout).map_err(|error| failed(format!("its document cannot be read: {error}")))
}

impl Document {
    /// All its rounds as one run.
    fn run(&self) -> Run {
        let own: Vec<&Ridden> = self.runs.iter().filter(|run| run.name == "payments").collect();
        let sum = |figure: fn(&Ridden) -> Option<u64>| own.iter().filter_map(|run| figure(run)).sum();
        let lane = |part: fn(&LaneMillis) -> u64| {
            Duration::from_millis(own.iter().filter_map(|run| run.lane_ms.as_ref()).map(part).sum())
        };
        let wait = |figure: fn(&Latency) -> f64| {
            median(own.iter().filter_map(|run| run.latency_ms.as_ref()).map(|latency| micros(figure(latency))))
        };
        let detail = Detail {
            payments: sum(|run| run.payments),
            p50: wait(|latency| latency.p50),
            p99: wait(|latency| latency.p99),
            commits: sum(|run| run.commits),
            spent: Spent {
                load: lane(|lane| lane.load),
                decide: lane(|lane| lane.decide),
                commit: lane(|lane| lane.commit),
            },
            logged: None,
        };
        Run { per_second: self.payments_per_s, detail: Some(detail) }
    }
}

/// Milliseconds as whole microseconds: a thousand to one, as milliseconds are to seconds.
fn micros(millis: f64) -> u64 {
    let thousandfold = Duration::try_from_secs_f64(millis).unwrap_or_default();
    u64::try_from(thousandfold.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_rounds_of_a_program_are_one_run() {
        let ridden = |p50: f64, load: u64| {
            json!({ "round": 1, "name": "payments", "payments_per_s": 9, "payments": 100, "commits": 2, "ratio": 0.1,
                "latency_ms": { "p50": p50, "p99": 9.0 }, "payments_per_commit": 50,
                "lane_ms": { "load": load, "decide": 2, "commit": 3 } })
        };
        let plain = json!({ "round": 1, "name": "plain_table", "per_s": 70, "ratio": 0.1 });
        let document: Document = serde_json::from_value(json!({
            "machine": "m", "store": "s", "payments_per_s": 7, "ratio": 1.0,
            "runs": [ridden(1.5, 1), plain, ridden(2.5, 4)],
        }))
        .unwrap();
        let run = document.run();
        let detail = run.detail.unwrap();
        assert_eq!((run.per_second, detail.payments, detail.commits, detail.batch()), (7, 200, 4, 50));
        assert_eq!((detail.p50, detail.p99), (2_000, 9_000));
        assert_eq!(detail.spent.load, Duration::from_millis(5));
    }
}
