//! The doctor: faults of networks and devices, made with the kernel's own means in network namespaces, each of which it
//! must name first; and a healthy network, of which it must say nothing.
//!
//! Loss, refusals and large packets that vanish are nftables' doing, a slow line a token bucket's, and a clock that is off
//! `libfaketime`'s. The control is the same with thresholds that are off: a healthy line is then called too slow.

mod certificates;
mod faults;
mod network;
mod world;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::gate::stopwatch::{Stopwatch, percentile};
use crate::gate::{Measure, Outcome, binary, progress};
use faults::{FAULTS, Fault};
use network::Network;
use world::World;

/// As many healthy runs as the promise names.
const HEALTHY: u32 = 100;

/// A doctor with thresholds that are off is caught at once.
const CONTROL_RUNS: u32 = 3;

/// So many faults at once, each on a network of its own: an examination mostly waits.
const AT_ONCE: usize = 5;

/// The promise: no examination takes longer.
const LONGEST_SECONDS: u64 = 30;

/// What is different about one examination.
#[derive(Debug, Default)]
pub(crate) struct Device {
    /// Variables of its environment.
    environment: Vec<(&'static str, String)>,
    /// How its clock is off, as `faketime` writes it.
    clock: Option<&'static str>,
    /// More options.
    options: Vec<String>,
}

/// Every fault once, and healthy runs.
pub(crate) fn promise(measure: Measure) -> Result<Outcome, Failure> {
    run(measure.count.unwrap_or(HEALTHY), measure)
}

/// The same healthy network, seen by a doctor to whom no line is fast enough.
pub(crate) fn control(_: Measure) -> Result<Outcome, Failure> {
    let off = ["--round-trip-ms".to_owned(), "0".to_owned()];
    let stage = Stage::build(&binary::tantu()?)?;
    let mut alarms = Vec::new();
    for _ in 0..CONTROL_RUNS {
        let seen = stage.examine(&Device { options: off.to_vec(), ..Device::default() })?;
        alarms.extend(first(&seen.0));
    }
    let why = alarms.iter().map(|cause| format!("a healthy network was said to have {cause}")).collect();
    Ok(Outcome { held: alarms.is_empty(), figures: json!({ "runs": CONTROL_RUNS, "false_alarms": alarms.len() }), why })
}

/// The network, everything in it, and the doctor.
pub(crate) struct Stage {
    pub(crate) network: Network,
    pub(crate) world: World,
    tantu: PathBuf,
}

impl Stage {
    fn build(tantu: &Path) -> Result<Self, Failure> {
        let network = Network::build()?;
        let world = World::open(&network)?;
        Ok(Self { network, world, tantu: tantu.to_owned() })
    }

    /// One examination: its document, and how long it took.
    fn examine(&self, device: &Device) -> Seen {
        let mut command = self.network.command_on_device(device.clock);
        command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        for (name, value) in &device.environment {
            command.env(name, value);
        }
        self.doctor(&mut command).args(&device.options);
        let watch = Stopwatch::start();
        let done = command.output()?;
        let said = String::from_utf8_lossy(&done.stdout);
        let document = serde_json::from_str(&said).map_err(|_| {
            let complaint = String::from_utf8_lossy(&done.stderr);
            Failure::new(format!("the doctor said nothing: {}", complaint.lines().last().unwrap_or_default()))
        })?;
        Ok((document, watch.elapsed()))
    }

    fn doctor<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.arg(&self.tantu).args(["--json", "doctor", "https://pay.tantu.test"]);
        command.args(["--resolver", network::OTHER_RESOLVER, "--ntp", &format!("{}:123", network::TIME_SERVER)]);
        command.arg("--ca").arg(self.world.authority())
    }
}

/// The cause that is named first.
fn first(document: &Value) -> Option<String> {
    document["causes"][0]["id"].as_str().map(str::to_owned)
}

/// What the doctor said of one fault, and how long it took; or why the fault could not be made.
type Seen = Result<(Value, Duration), Failure>;

/// Every fault, a few at a time; in the order of the list.
fn examined(tantu: &Path) -> Vec<(&'static Fault, Seen)> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(fault) = FAULTS.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let seen = one(fault, tantu);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((fault, seen));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(fault, _)| FAULTS.iter().position(|known| known.name == fault.name));
    done
}

/// Whether the fault was named first; if not, what was said instead.
fn judged(fault: &Fault, seen: &Seen) -> Result<(), String> {
    let (document, lasted) = seen.as_ref().map_err(|failure| format!("{}: {failure}", fault.name))?;
    let named = first(document);
    let shown = named.as_deref().unwrap_or("nothing");
    progress(format_args!("  {:<44} {shown:<34} {} ms", fault.name, lasted.as_millis()));
    if shown == fault.cause {
        return Ok(());
    }
    Err(format!("{}: {} expected, {shown} named; {}", fault.name, fault.cause, brief(document)))
}

fn run(healthy: u32, measure: Measure) -> Result<Outcome, Failure> {
    let (watch, mut why, mut took) = (Stopwatch::start(), Vec::new(), Vec::new());
    let within = || measure.most.is_none_or(|most| watch.elapsed() < most);
    let tantu = binary::tantu()?;
    let seen = examined(&tantu);
    why.extend(seen.iter().filter_map(|(fault, seen)| judged(fault, seen).err()));
    let named = FAULTS.len().saturating_sub(why.len());
    took.extend(seen.iter().filter_map(|(_, seen)| seen.as_ref().ok().map(|(_, lasted)| *lasted)));
    let stage = Stage::build(&tantu)?;
    let (mut runs, mut alarms) = (0, 0);
    while runs < healthy && within() {
        let (document, lasted) = stage.examine(&Device::default())?;
        took.push(lasted);
        runs += 1;
        if first(&document).is_some() || document["checks"].as_array().is_none_or(Vec::is_empty) {
            alarms += 1;
            why.push(format!("healthy, yet {:?}; {}", first(&document), brief(&document)));
        }
    }
    let slowest = percentile(&took, 100);
    if slowest.as_secs() >= LONGEST_SECONDS {
        why.push(format!("one examination took {} ms", slowest.as_millis()));
    }
    let figures = json!({
        "kinds_of_fault": FAULTS.len(), "named_first": named, "healthy_runs": runs, "false_alarms": alarms,
        "slowest_ms": slowest.as_millis(), "median_ms": percentile(&took, 50).as_millis(), "seconds": watch.elapsed().as_secs(),
    });
    Ok(Outcome { held: why.is_empty(), figures, why })
}

/// A fault on a network of its own, so that none is left behind.
fn one(fault: &Fault, tantu: &Path) -> Seen {
    let mut stage = Stage::build(tantu)?;
    let device = (fault.make)(&mut stage)?;
    stage.examine(&device)
}

fn brief(document: &Value) -> String {
    let causes: Vec<&str> =
        document["causes"].as_array().into_iter().flatten().filter_map(|one| one["id"].as_str()).collect();
    let broken = document["checks"].as_array().into_iter().flatten().filter(|check| check["ok"] == false);
    format!("causes {causes:?}, checks {:?}", broken.map(|check| check["measured"].to_string()).collect::<Vec<_>>())
}
