//! Two servers on one PostgreSQL, under load: one of them killed with `kill -9`, the database stopped at once and started again
//! on what its files have, a connection cut on either side of a commit, one server ended by SIGTERM and started again.
//!
//! Clients outside pay at both in turn, so what a dead one did not answer the other is asked, with the same key. The reckoning
//! is that of the crash. The cluster's own setting is `synchronous_commit = off`, which the servers must not trust; the
//! control takes their insistence back inside every transaction, and so loses what was promised.

mod cluster;
mod proxy;
mod strikes;

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use tokio::sync::watch;

use crate::failure::Failure;
use crate::gate::postgres::cluster::Cluster;
use crate::gate::postgres::proxy::Proxy;
use crate::gate::postgres::strikes::{Strike, Strikes};
use crate::gate::stopwatch::{Stopwatch, percentile};
use crate::gate::traffic::api::Api;
use crate::gate::traffic::audit::Books;
use crate::gate::traffic::load::{Load, Phase, Told};
use crate::gate::traffic::prepare::prepare;
use crate::gate::traffic::processes::{Sandbox, Server};
use crate::gate::{Measure, Outcome, binary, progress};

/// The promise: 50 kills of each server, 20 stops, 100 cuts and 20 rolling restarts, and 300,000 payments meanwhile.
const STRIKES: u32 = 240;
const PAYMENTS_PER_STRIKE: u64 = 1_250;

/// One stop loses what was promised since the start. Each takes the server's five seconds of patience with its sleeping
/// writer, so more would only take longer.
const CONTROL_STOPS: u32 = 2;

/// The same moments every time.
const SEED: u64 = 20_261_123;

const ACCOUNTS: u32 = 1_000;

/// The servers, which insist on the disk.
pub(crate) fn promise(measure: Measure) -> Result<Outcome, Failure> {
    let strikes = Strike::all(measure.count.unwrap_or(STRIKES));
    let plan =
        Plan { strikes, payments_per_strike: PAYMENTS_PER_STRIKE, forgetful: false, databases: measure.databases };
    run(plan, measure.most).map(|(outcome, _)| outcome)
}

/// A database that forgets, stopped every time. Only a loss counts as caught.
pub(crate) fn control(measure: Measure) -> Result<Outcome, Failure> {
    let stops = measure.count.unwrap_or(CONTROL_STOPS).min(CONTROL_STOPS);
    let strikes = (0..stops).map(|_| Strike::Stop).collect();
    let (outcome, lost) =
        run(Plan { strikes, payments_per_strike: 0, forgetful: true, databases: measure.databases }, measure.most)?;
    Ok(Outcome { held: lost == 0, ..outcome })
}

/// What is done.
#[derive(Debug)]
struct Plan {
    strikes: Vec<Strike>,
    /// So many payments are answered before each strike, and after the last.
    payments_per_strike: u64,
    forgetful: bool,
    /// How many databases share the shards.
    databases: u8,
}

/// Runs it; gives the outcome, and how many told payments were lost.
fn run(plan: Plan, most: Option<Duration>) -> Result<(Outcome, usize), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(attack(plan, most))
}

/// The two servers, what is between them and the database, and the database.
struct Stage {
    servers: [Server; 2],
    proxy: Proxy,
    cluster: Cluster,
    /// Whether the load may go on.
    phase: watch::Sender<Phase>,
    load: Load,
}

async fn attack(plan: Plan, most: Option<Duration>) -> Result<(Outcome, usize), Failure> {
    let watch = Stopwatch::start();
    let binary = binary::tantu()?;
    progress("making a PostgreSQL cluster");
    let cluster = Cluster::start(plan.databases).await?;
    let proxy = Proxy::start(cluster.port()).await?;
    let folder = tempfile::tempdir()?;
    let sandbox = Sandbox::start(&binary).await?;
    let mut servers = servers(&binary, &cluster, &proxy, folder.path(), &sandbox)?;
    let seeded = servers[0].seed(ACCOUNTS)?;
    for server in &mut servers {
        server.start().await?;
    }
    let bases = servers.iter().map(|server| server.base.clone()).collect();
    let api = Api::new(bases, &sandbox.control, &seeded)?.with_staff().await?;
    let payers = prepare(&api, seeded.payers).await?;
    if plan.forgetful {
        cluster.forget().await?;
    }
    progress(format_args!("{} payers are ready; {} strikes", payers.len(), plan.strikes.len()));

    let (phase, phases) = watch::channel(Phase::Up);
    let load = Load::start(&api, payers.clone(), phases, SEED);
    let mut stage = Stage { servers, proxy, cluster, phase, load };
    let struck = Stopwatch::start();
    let mut done = Strikes::default();
    done.carry_out(&plan, &mut stage, most.map(|most| (watch, most))).await?;
    done.loaded = struck.elapsed();
    let Stage { servers, proxy, cluster, phase, load } = stage;
    phase.send_replace(Phase::Draining);
    progress(format_args!("{} strikes; waiting for the last answers", done.count()));
    let told = load.finish().await?;
    let restarts = Restarts::of(&told.told);
    let books = Books::close(&api, &payers, told).await?;
    let verified = servers[0].verify()?;
    let took = watch.elapsed();
    // The database outlives those who use it.
    drop(servers);
    drop((proxy, cluster));
    Ok((outcome(&done, &restarts, &books, verified, took), books.lost.len()))
}

fn servers(
    binary: &Path,
    cluster: &Cluster,
    proxy: &Proxy,
    folder: &Path,
    sandbox: &Sandbox,
) -> Result<[Server; 2], Failure> {
    let server = |log: &str| {
        let mut server = Server::new(binary, &cluster.urls(), folder.join(log), &sandbox.control)?;
        server.go_through(cluster.urls_through(proxy.port()));
        Ok::<_, Failure>(server)
    };
    Ok([server("first.log")?, server("second.log")?])
}

/// The orders that were sent and answered while nothing but a rolling restart happened.
#[derive(Debug, Default)]
struct Restarts {
    answered: usize,
    /// Answered by the other server.
    moved: usize,
    /// Answered by neither at once.
    stranded: Vec<String>,
}

impl Restarts {
    fn of(told: &[Told]) -> Self {
        let mut restarts = Self::default();
        for one in told.iter().filter(|one| !one.window.is_multiple_of(2)) {
            restarts.answered += 1;
            match one.sends {
                1 => {}
                2 => restarts.moved += 1,
                sends => restarts.stranded.push(format!("order {} took {sends} sends", one.order.number)),
            }
        }
        restarts
    }
}

fn outcome(
    strikes: &Strikes,
    restarts: &Restarts,
    books: &Books,
    verified: Result<(), String>,
    took: Duration,
) -> Outcome {
    let mut why = books.broken();
    if strikes.count() == 0 {
        why.push("the time was over before the first strike; give it more --seconds".to_owned());
    }
    if let Some(first) = restarts.stranded.first() {
        let many = restarts.stranded.len();
        why.push(format!("{many} requests failed at both servers during a rolling restart: {first}"));
    }
    if let Err(complaint) = &verified {
        why.push(format!("the audit does not hold: {complaint}"));
    }
    let mut figures = json!({});
    strikes.print_to(&mut figures);
    figures["answered_in_restarts"] = json!(restarts.answered);
    figures["moved_in_restarts"] = json!(restarts.moved);
    figures["stranded_in_restarts"] = json!(restarts.stranded.len());
    books.print_to(&mut figures);
    figures["verify_ok"] = json!(verified.is_ok());
    strikes.print_waits_to(&mut figures);
    figures["load_seconds"] = json!(strikes.loaded.as_secs());
    figures["seconds"] = json!(took.as_secs());
    Outcome { held: why.is_empty(), figures, why }
}

/// Half of the waits took no longer than the first figure, 99 of 100 no longer than the second.
fn print_waits(figures: &mut serde_json::Value, name: &str, waits: &[Duration]) {
    figures[format!("{name}_ms_p50")] = json!(percentile(waits, 50).as_millis());
    figures[format!("{name}_ms_p99")] = json!(percentile(waits, 99).as_millis());
}
