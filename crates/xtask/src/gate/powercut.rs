//! The power cut: the store's own test with more cuts. Its controls (weaker settings) run inside it.

use serde_json::json;

use crate::failure::Failure;
use crate::gate::binary::cargo;
use crate::gate::stopwatch::Stopwatch;
use crate::gate::{Measure, Outcome, progress};

/// As many cuts as the promise names.
const CUTS: u32 = 10_000;

/// Runs the test.
pub(crate) fn promise(measure: Measure) -> Result<Outcome, Failure> {
    if measure.most.is_some() {
        return Err(Failure::new("the power cut is bounded by --count, not by --seconds"));
    }
    let cuts = measure.count.unwrap_or(CUTS);
    progress(format_args!("cutting the write log {cuts} times"));
    let watch = Stopwatch::start();
    let mut test = cargo(&["test", "--release", "-p", "tantu-store", "--test", "powercut"])?;
    let test = test.args(["--", "--nocapture"]).env("TANTU_POWERCUT_CUTS", cuts.to_string());
    let done = test.output()?;
    let said = String::from_utf8_lossy(&done.stdout);
    let lines: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).collect();
    let complaints = String::from_utf8_lossy(&done.stderr);
    let held = done.status.success();
    let why = if held { Vec::new() } else { complaints.lines().rev().take(20).map(str::to_owned).collect() };
    Ok(Outcome { held, figures: json!({ "cuts": cuts, "seconds": watch.elapsed().as_secs(), "said": lines }), why })
}
