//! The crash: the whole server killed with `kill -9` at random moments under load, and started again on the same file.
//!
//! Clients outside of it remember what they were told. At the end every told payment must be there and paid, every key
//! that was sent again must have had one effect, no order may be paid twice in the channel's own books, and the audit
//! of ours must hold. The control is a build that answers before its commit: it loses what it has promised.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use tokio::sync::watch;

use crate::failure::Failure;
use crate::gate::chance::Chance;
use crate::gate::stopwatch::{Stopwatch, percentile};
use crate::gate::traffic::api::Api;
use crate::gate::traffic::audit::Books;
use crate::gate::traffic::load::{Load, Phase};
use crate::gate::traffic::prepare::prepare;
use crate::gate::traffic::processes::{Sandbox, Server};
use crate::gate::{Measure, Outcome, binary, progress};

/// As many kills as the promise names.
const KILLS: u32 = 1_000;

/// A build that answers too early is caught within a few kills; more would only take longer.
const CONTROL_KILLS: u32 = 40;

/// The same kill moments every time.
const SEED: u64 = 20_261_122;

/// When to kill, in milliseconds after the server was ready.
const EARLIEST: u64 = 20;
const LATEST: u64 = 400;

/// The promise: ready again, for 99 of 100 starts.
const READY_AGAIN: Duration = Duration::from_secs(1);

/// The accounts that the promise of readiness names; a short run is not to spend its time on opening them.
const ACCOUNTS: u32 = 10_000;
const FEW_ACCOUNTS: u32 = 400;
const SHORT: u32 = 200;

/// The binary as people get it.
pub(crate) fn promise(measure: Measure) -> Result<Outcome, Failure> {
    let kills = measure.count.unwrap_or(KILLS);
    run(&binary::tantu()?, kills, measure.most).map(|(outcome, _)| outcome)
}

/// The build that answers before its commit. Only a loss counts as caught: a slow start would prove nothing.
pub(crate) fn control(measure: Measure) -> Result<Outcome, Failure> {
    let kills = measure.count.unwrap_or(CONTROL_KILLS).min(CONTROL_KILLS);
    let (outcome, lost) = run(&binary::answering_before_commit()?, kills, measure.most)?;
    Ok(Outcome { held: lost == 0, ..outcome })
}

/// Runs it; gives the outcome, and how many told payments were lost.
fn run(binary: &Path, kills: u32, most: Option<Duration>) -> Result<(Outcome, usize), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(attack(binary, kills, most))
}

/// What happened while the server was killed.
#[derive(Debug, Default)]
struct Kills {
    count: u32,
    ready: Vec<Duration>,
}

async fn attack(binary: &Path, kills: u32, most: Option<Duration>) -> Result<(Outcome, usize), Failure> {
    let watch = Stopwatch::start();
    let folder = tempfile::tempdir()?;
    // Payers sign up at the binary as people get it: the control would lose them before the first kill.
    let honest = binary::tantu()?;
    let sandbox = Sandbox::start(&honest).await?;
    let database = format!("sqlite:{}", folder.path().join("crash.db").display());
    let mut server = Server::new(&honest, &[database], folder.path().join("server.log"), &sandbox.control)?;
    let seeded = server.seed(if kills < SHORT { FEW_ACCOUNTS } else { ACCOUNTS })?;
    server.start().await?;
    let api = Api::new(vec![server.base.clone()], &sandbox.control, &seeded)?.with_staff().await?;
    let payers = prepare(&api, seeded.payers).await?;
    if binary != honest {
        server.kill().await?;
        server.run_as(binary);
        server.start().await?;
    }
    progress(format_args!("{} payers are ready; killing {kills} times", payers.len()));

    let (phase, phases) = watch::channel(Phase::Up);
    let load = Load::start(&api, payers.clone(), phases, SEED);
    let done = kill(&mut server, &phase, kills, most.map(|most| (watch, most))).await?;
    phase.send_replace(Phase::Draining);
    progress(format_args!("{} kills; waiting for the last answers", done.count));
    let told = load.finish().await?;
    let books = Books::close(&api, &payers, told).await?;
    let verified = server.verify()?;
    let took = watch.elapsed();
    drop(server);
    Ok((outcome(&done, &books, verified, took), books.lost.len()))
}

async fn kill(
    server: &mut Server,
    phase: &watch::Sender<Phase>,
    kills: u32,
    bound: Option<(Stopwatch, Duration)>,
) -> Result<Kills, Failure> {
    let mut chance = Chance::new(SEED);
    let mut done = Kills::default();
    while done.count < kills && bound.is_none_or(|(watch, most)| watch.elapsed() < most) {
        tokio::time::sleep(Duration::from_millis(chance.between(EARLIEST, LATEST))).await;
        server.kill().await?;
        phase.send_replace(Phase::Down);
        done.ready.push(server.start().await?);
        phase.send_replace(Phase::Up);
        done.count += 1;
        if done.count.is_multiple_of(50) {
            progress(format_args!("  {} kills", done.count));
        }
    }
    Ok(done)
}

fn outcome(kills: &Kills, books: &Books, verified: Result<(), String>, took: Duration) -> Outcome {
    let slow = percentile(&kills.ready, 99);
    let mut why = books.broken();
    if slow > READY_AGAIN {
        why.push(format!(
            "ready again after {} ms (99 of 100), more than {}",
            slow.as_millis(),
            READY_AGAIN.as_millis()
        ));
    }
    if kills.count == 0 {
        why.push("the time was over before the first kill; give it more --seconds".to_owned());
    }
    if let Err(complaint) = &verified {
        why.push(format!("the audit does not hold: {complaint}"));
    }
    let mut figures = json!({ "kills": kills.count });
    books.print_to(&mut figures);
    figures["verify_ok"] = json!(verified.is_ok());
    figures["ready_ms_p50"] = json!(percentile(&kills.ready, 50).as_millis());
    figures["ready_ms_p99"] = json!(slow.as_millis());
    figures["seconds"] = json!(took.as_secs());
    Outcome { held: why.is_empty(), figures, why }
}
