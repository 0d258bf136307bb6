//! The gates that run in one process with the product's own parts: they have a program of their own, because the house's
//! tools are built without the product.

use std::process::Stdio;

use serde_json::Value;

use crate::failure::Failure;
use crate::gate::{Measure, Outcome, binary};

/// Runs the promise.
pub(crate) fn promise(name: &str, measure: Measure) -> Result<Outcome, Failure> {
    run(name, measure, false)
}

/// Runs it against what is known to be broken.
pub(crate) fn control(name: &str, measure: Measure) -> Result<Outcome, Failure> {
    run(name, measure, true)
}

fn run(name: &str, measure: Measure, control: bool) -> Result<Outcome, Failure> {
    if measure.most.is_some() {
        return Err(Failure::new("this gate is bounded by --count, not by --seconds"));
    }
    let mut program = std::process::Command::new(binary::gates()?);
    program.arg(name).stdin(Stdio::null()).stderr(Stdio::inherit());
    if let Some(count) = measure.count {
        program.arg("--count").arg(count.to_string());
    }
    if control {
        program.arg("--control");
    }
    let done = program.output()?;
    if !done.status.success() {
        return Err(Failure::new(format!("the gate ended with {}; see above", done.status)));
    }
    let document: Value = serde_json::from_slice(&done.stdout)?;
    let why = document["why"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    Ok(Outcome { held: document["held"] == true, figures: document["figures"].clone(), why })
}
