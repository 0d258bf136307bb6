//! Two servers on one PostgreSQL, under load: one of them killed with `kill -9`, or the database stopped at once and started
//! again on what its files have.
//!
//! Clients outside pay at both in turn, so what a dead one did not answer the other is asked, with the same key. The reckoning
//! is that of the crash. The cluster's own setting is `synchronous_commit = off`, which the servers must not trust; the
//! control takes their insistence back inside every transaction, and so loses what was promised.

mod cluster;

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use tokio::sync::watch;

use crate::failure::Failure;
use crate::gate::chance::Chance;
use crate::gate::postgres::cluster::Cluster;
use crate::gate::stopwatch::{Stopwatch, percentile};
use crate::gate::traffic::api::Api;
use crate::gate::traffic::audit::Books;
use crate::gate::traffic::load::{Load, Phase};
use crate::gate::traffic::prepare::prepare;
use crate::gate::traffic::processes::{Sandbox, Server};
use crate::gate::{Measure, Outcome, binary, progress};

/// A short run. The promise names 50 kills of each server and 20 stops, which 134 rounds are.
const ROUNDS: u32 = 12;

/// Every such round stops the database; the others kill the servers in turn.
const STOP_EVERY: u32 = 4;

/// One stop loses what was promised since the start. Each takes the server's five seconds of patience with its sleeping
/// writer, so more would only take longer.
const CONTROL_STOPS: u32 = 2;

/// The same moments every time.
const SEED: u64 = 20_261_123;

/// When to strike, in milliseconds after everything was ready.
const EARLIEST: u64 = 50;
const LATEST: u64 = 600;

/// How long the other server is alone after a kill, in milliseconds, at most.
const ALONE: u64 = 300;

/// How long the load goes on after a stop was ordered: longer, and it only gathers refusals.
const INTO_THE_STOP: Duration = Duration::from_millis(40);

const ACCOUNTS: u32 = 400;

/// The servers, which insist on the disk.
pub(crate) fn promise(measure: Measure) -> Result<Outcome, Failure> {
    let plan = Plan { rounds: measure.count.unwrap_or(ROUNDS), stop_every: STOP_EVERY, forgetful: false };
    run(plan, measure.most).map(|(outcome, _)| outcome)
}

/// A database that forgets, stopped every time. Only a loss counts as caught.
pub(crate) fn control(measure: Measure) -> Result<Outcome, Failure> {
    let rounds = measure.count.unwrap_or(CONTROL_STOPS).min(CONTROL_STOPS);
    let (outcome, lost) = run(Plan { rounds, stop_every: 1, forgetful: true }, measure.most)?;
    Ok(Outcome { held: lost == 0, ..outcome })
}

/// What is done.
#[derive(Debug, Clone, Copy)]
struct Plan {
    rounds: u32,
    stop_every: u32,
    forgetful: bool,
}

/// Runs it; gives the outcome, and how many told payments were lost.
fn run(plan: Plan, most: Option<Duration>) -> Result<(Outcome, usize), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(attack(plan, most))
}

/// What happened under the load.
#[derive(Debug, Default)]
struct Strikes {
    rounds: u32,
    kills: [u32; 2],
    stops: u32,
    /// How long each killed server took until it was ready.
    server_ready: Vec<Duration>,
    /// How long each stopped database took until it took calls, and how long the servers then took until they were ready.
    database_up: Vec<Duration>,
    servers_follow: Vec<Duration>,
}

async fn attack(plan: Plan, most: Option<Duration>) -> Result<(Outcome, usize), Failure> {
    let watch = Stopwatch::start();
    let binary = binary::tantu()?;
    progress("making a PostgreSQL cluster");
    let cluster = Cluster::start().await?;
    let folder = tempfile::tempdir()?;
    let sandbox = Sandbox::start(&binary).await?;
    let mut servers = servers(&binary, &cluster, folder.path(), &sandbox)?;
    let seeded = servers[0].seed(ACCOUNTS)?;
    for server in &mut servers {
        server.start().await?;
    }
    let bases = servers.iter().map(|server| server.base.clone()).collect();
    let api = Api::new(bases, &sandbox.control, &seeded)?;
    let payers = prepare(&api, seeded.payers).await?;
    if plan.forgetful {
        cluster.forget().await?;
    }
    progress(format_args!("{} payers are ready; {} rounds", payers.len(), plan.rounds));

    let (phase, phases) = watch::channel(Phase::Up);
    let load = Load::start(&api, payers.clone(), phases, SEED);
    let done = strike(plan, &cluster, &mut servers, &phase, most.map(|most| (watch, most))).await?;
    phase.send_replace(Phase::Draining);
    progress(format_args!("{} rounds; waiting for the last answers", done.rounds));
    let told = load.finish().await?;
    let books = Books::close(&api, &payers, told).await?;
    let verified = servers[0].verify()?;
    let took = watch.elapsed();
    // The database outlives those who use it.
    drop(servers);
    drop(cluster);
    Ok((outcome(&done, &books, verified, took), books.lost.len()))
}

fn servers(binary: &Path, cluster: &Cluster, folder: &Path, sandbox: &Sandbox) -> Result<[Server; 2], Failure> {
    let server = |log: &str| Server::new(binary, &cluster.url(), folder.join(log), &sandbox.control);
    Ok([server("first.log")?, server("second.log")?])
}

async fn strike(
    plan: Plan,
    cluster: &Cluster,
    servers: &mut [Server; 2],
    phase: &watch::Sender<Phase>,
    bound: Option<(Stopwatch, Duration)>,
) -> Result<Strikes, Failure> {
    let mut chance = Chance::new(SEED);
    let mut done = Strikes::default();
    while done.rounds < plan.rounds && bound.is_none_or(|(watch, most)| watch.elapsed() < most) {
        if plan.forgetful {
            // It is another process after every start.
            cluster.suspend_writer().await?;
        }
        tokio::time::sleep(Duration::from_millis(chance.between(EARLIEST, LATEST))).await;
        done.rounds += 1;
        if done.rounds.is_multiple_of(plan.stop_every) {
            let (up, follow) = stop(cluster, servers, phase).await?;
            done.database_up.push(up);
            done.servers_follow.push(follow);
            done.stops += 1;
        } else {
            let which = usize::from(done.kills[0] > done.kills[1]);
            servers[which].kill().await?;
            tokio::time::sleep(Duration::from_millis(chance.between(0, ALONE))).await;
            done.server_ready.push(servers[which].start().await?);
            done.kills[which] += 1;
        }
        if done.rounds.is_multiple_of(10) {
            progress(format_args!("  {} rounds", done.rounds));
        }
    }
    Ok(done)
}

/// Stops the database under load and starts it again; gives how long its start took, and then the servers.
async fn stop(
    cluster: &Cluster,
    servers: &mut [Server; 2],
    phase: &watch::Sender<Phase>,
) -> Result<(Duration, Duration), Failure> {
    let hold = async {
        tokio::time::sleep(INTO_THE_STOP).await;
        phase.send_replace(Phase::Down);
    };
    tokio::join!(cluster.stop(), hold).0?;
    let watch = Stopwatch::start();
    cluster.start_again().await?;
    let up = watch.elapsed();
    for server in servers {
        server.ready().await?;
    }
    phase.send_replace(Phase::Up);
    Ok((up, watch.elapsed().saturating_sub(up)))
}

fn outcome(strikes: &Strikes, books: &Books, verified: Result<(), String>, took: Duration) -> Outcome {
    let mut why = books.broken();
    if strikes.rounds == 0 {
        why.push("the time was over before the first round; give it more --seconds".to_owned());
    }
    if let Err(complaint) = &verified {
        why.push(format!("the audit does not hold: {complaint}"));
    }
    let [first, second] = strikes.kills;
    let mut figures = json!({ "kills_first": first, "kills_second": second, "stops": strikes.stops });
    books.print_to(&mut figures);
    figures["verify_ok"] = json!(verified.is_ok());
    let waits = [
        ("server_ready", &strikes.server_ready),
        ("database_up", &strikes.database_up),
        ("servers_follow", &strikes.servers_follow),
    ];
    for (name, waits) in waits {
        figures[format!("{name}_ms_p50")] = json!(percentile(waits, 50).as_millis());
        figures[format!("{name}_ms_p99")] = json!(percentile(waits, 99).as_millis());
    }
    figures["seconds"] = json!(took.as_secs());
    Outcome { held: why.is_empty(), figures, why }
}
