//! Secrets: ten thousand canaries through every flow, right, refused and malformed, over HTTP against the server as people get
//! it, with its log as talkative as it can be. Afterwards they are looked for in the log, in what was answered, in the
//! metrics, in the database's files and in its write-ahead log, in every way in which they could be written. None may be there.
//!
//! The control plants leaks: one of every kind in the log and one in an answer, and three in the database, each written in
//! another way.

mod canaries;
mod cards;
mod flows;
mod holders;
mod search;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tantu_cluster::{Cluster, Plan};

use crate::failure::Failure;
use crate::gate::stopwatch::Stopwatch;
use crate::gate::traffic::api::client;
use crate::gate::traffic::processes::{Sandbox, Server};
use crate::gate::{Measure, Outcome, binary, progress};
use canaries::Canaries;
use flows::Flows;
use search::Search;

/// As many canaries as the promise names.
const CANARIES: u32 = 10_000;

/// A planted leak is found among few.
const CONTROL_CANARIES: u32 = 500;

/// As much as our own crates can say, and what the libraries say at their second most talkative.
const TALKATIVE: &str = "debug,tantu=trace,tantu_channels=trace,tantu_engine=trace,tantu_store=trace,tantu_web=trace";

/// What is not looked through: the files of keys themselves, and the configuration that names them.
const KEYS: &[&str] = &[
    "secret",
    "password_key",
    "second_factor_key",
    "vault_key",
    "registry_key",
    "sms_key",
    "config.toml",
    "gate.toml",
];

/// So many payers.
const ACCOUNTS: u32 = 40;

/// The server as people get it.
pub(crate) fn promise(measure: Measure) -> Result<Outcome, Failure> {
    run(measure.count.unwrap_or(CANARIES), false)
}

/// The same with leaks that were planted. It counts as caught only if every one of them was found.
pub(crate) fn control(measure: Measure) -> Result<Outcome, Failure> {
    run(measure.count.unwrap_or(CONTROL_CANARIES).min(CONTROL_CANARIES), true)
}

fn run(count: u32, planted: bool) -> Result<Outcome, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let watch = Stopwatch::start();
    let mut figures = json!({});
    let (mut why, mut missed) = (Vec::new(), Vec::new());
    for store in ["sqlite", "postgres"] {
        let looked = runtime.block_on(on(store, count, planted))?;
        for leak in &looked.leaks {
            why.push(format!("{store}: {leak}"));
        }
        missed.extend(looked.missed);
        figures[store] = looked.figures;
    }
    figures["seconds"] = json!(watch.elapsed().as_secs());
    if planted && !missed.is_empty() {
        // A control that finds only some of what was planted has not been caught.
        return Ok(Outcome { held: true, figures, why: missed });
    }
    Ok(Outcome { held: why.is_empty(), figures, why })
}

/// What was found on one kind of store.
#[derive(Debug)]
struct Looked {
    leaks: Vec<String>,
    /// Planted, and not found.
    missed: Vec<String>,
    figures: Value,
}

async fn on(store: &str, count: u32, planted: bool) -> Result<Looked, Failure> {
    let folder = tempfile::tempdir()?;
    let cluster = if store == "postgres" { Some(cluster().await?) } else { None };
    let database = match &cluster {
        Some(cluster) => cluster.url("postgres"),
        None => format!("sqlite:{}", folder.path().join("secrets.db").display()),
    };
    let tantu = binary::tantu()?;
    let sandbox = Sandbox::start(&tantu).await?;
    let log = folder.path().join("server.log");
    let mut canaries = Canaries::new(count);
    let mut server = Server::new(&tantu, &[database], log.clone(), &sandbox.control)?;
    let credentials = client()?.get(format!("{}/credentials", sandbox.control)).send().await?;
    let credentials: Value = credentials.json().await?;
    server.configure(canaries.write_keys(folder.path(), &credentials)?, TALKATIVE);
    let seeded = server.seed(ACCOUNTS)?;
    server.start().await?;
    let mut flows = Flows::begin(&server.base, &sandbox.control, &seeded).await?;
    flows.run(&mut canaries).await?;
    if flows.paid_by_card == 0 {
        return Err(Failure::new("no card was bound and paid with, so nothing is known of cards"));
    }
    if flows.tickets == 0 {
        return Err(Failure::new("no ticket was opened, so nothing is known of what people write to support"));
    }
    if flows.holders == 0 {
        return Err(Failure::new("no holder was verified, so nothing is known of names"));
    }
    let plants = if planted { flows.plant(&mut canaries, &log).await? } else { Vec::new() };
    progress(format_args!(
        "  {store}: {} canaries in {} requests; looking for them",
        canaries.sent(),
        flows.requests()
    ));

    let search = Search::new(&canaries);
    let mut places: Vec<(String, PathBuf)> = Vec::new();
    files(folder.path(), &mut places, KEYS)?;
    if let Some(cluster) = &cluster {
        files(cluster.home(), &mut places, &[])?;
    }
    let (mut leaks, mut bytes) = (Vec::new(), 0);
    for (name, path) in &places {
        // A file of a running database may be gone again.
        let Ok(text) = std::fs::read(path) else { continue };
        bytes += text.len();
        leaks.extend(search.look(&text, true).into_iter().map(|leak| format!("{leak} in {name}")));
    }
    for (name, text) in flows.heard() {
        bytes += text.len();
        leaks.extend(search.look(text.as_bytes(), false).into_iter().map(|leak| format!("{leak} in {name}")));
    }
    leaks.sort();
    leaks.dedup();
    let planted = plants.len();
    let missed = plants.into_iter().filter(|plant| !leaks.iter().any(|leak| leak.contains(plant.as_str())));
    let missed = missed.map(|plant| format!("{store}: what was planted as {plant} was not found")).collect();
    let figures = json!({
        "canaries": canaries.sent(), "by_kind": canaries.by_kind(), "requests": flows.requests(), "answers": flows.statuses(),
        "paid_by_card_and_code": flows.paid_by_card, "tickets": flows.tickets,
        "holders_shown": flows.holders,
        "files_searched": places.len(), "bytes_searched": bytes, "log_bytes": std::fs::metadata(&log)?.len(), "leaks": leaks.len(), "planted": planted,
    });
    Ok(Looked { leaks, missed, figures })
}

async fn cluster() -> Result<Cluster, Failure> {
    let started = tokio::task::spawn_blocking(|| Cluster::start(Plan::default())).await?;
    started.map_err(|error| Failure::new(error.to_string()))
}

/// Every file below a folder, but for those in which our own keys lie by rights.
fn files(folder: &Path, places: &mut Vec<(String, PathBuf)>, but: &[&str]) -> Result<(), Failure> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() {
            files(&path, places, but)?;
        } else if path.is_file() && !but.contains(&name.as_str()) {
            places.push((path.strip_prefix(folder).map_or(name, |path| path.display().to_string()), path.clone()));
        }
    }
    Ok(())
}
