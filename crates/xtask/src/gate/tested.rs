//! Promises that a test keeps by itself, with its control inside: the gate runs it with more, and shows what it printed.

use serde_json::json;

use crate::failure::Failure;
use crate::gate::binary::cargo;
use crate::gate::stopwatch::Stopwatch;
use crate::gate::{Measure, Outcome, progress};

/// A test that is a gate.
pub(crate) struct Tested {
    /// The test's file.
    pub(crate) test: &'static str,
    /// The environment's name for how many, and what the promise names.
    pub(crate) count: Option<(&'static str, u32)>,
    /// Only tests whose names hold this.
    pub(crate) filter: &'static str,
}

/// Nothing that needs two persons runs with one.
pub(crate) const TWO_PERSONS: Tested =
    Tested { test: "two_persons", count: Some(("TANTU_TWO_PERSONS_SEQUENCES", 20_000)), filter: "" };

/// Every tampering with an audit trail is found.
pub(crate) const AUDIT: Tested =
    Tested { test: "audit_trails", count: Some(("TANTU_AUDIT_TAMPERINGS", 10_000)), filter: "" };

/// Codes and pay passwords: counted before they are looked at, sent so often and no more.
pub(crate) const ONE_TIME_CODES: Tested =
    Tested { test: "people", count: Some(("TANTU_CODE_SENDS", 100_000)), filter: "code" };

/// Every route with every role, and other people's ids.
pub(crate) const AUTHZ: Tested =
    Tested { test: "web", count: Some(("TANTU_FOREIGN_IDS", 100_000)), filter: "access::" };

/// Runs the test.
pub(crate) fn promise(tested: &Tested, measure: Measure) -> Result<Outcome, Failure> {
    if measure.most.is_some() {
        return Err(Failure::new("this gate is bounded by --count, not by --seconds"));
    }
    let mut test = cargo(&["test", "--release", "--workspace", "--test", tested.test])?;
    let mut test = test.args(["--", "--nocapture", tested.filter]);
    let count = tested.count.map(|(name, usual)| (name, measure.count.unwrap_or(usual)));
    if let Some((name, count)) = count {
        progress(format_args!("{}: {count} times", tested.test));
        test = test.env(name, count.to_string());
    }
    let watch = Stopwatch::start();
    let done = test.output()?;
    let said = String::from_utf8_lossy(&done.stdout);
    let lines: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).collect();
    let complaints = String::from_utf8_lossy(&done.stderr);
    let held = done.status.success();
    let why = if held { Vec::new() } else { complaints.lines().rev().take(20).map(str::to_owned).collect() };
    let figures =
        json!({ "count": count.map(|(_, count)| count), "seconds": watch.elapsed().as_secs(), "said": lines });
    Ok(Outcome { held, figures, why })
}
