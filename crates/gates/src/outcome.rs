//! What a run found, and why it could not be made.

use std::error::Error;

use serde_json::{Value, json};

/// Why a run could not be made. That a promise does not hold is no failure: it is a finding.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// Only so many of each kind of finding are printed.
const SHOWN: usize = 5;

/// What came out of one run.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// The figures, in the order in which people read them.
    pub(crate) figures: Value,
    /// What does not hold, each in a sentence.
    pub(crate) why: Vec<String>,
    /// Of a control: what was broken and was not noticed. A control that notices only a part has not been caught.
    pub(crate) unnoticed: Vec<String>,
}

impl Outcome {
    /// Adds findings of one kind: how many, and the first few.
    pub(crate) fn found(&mut self, what: &str, findings: &[String]) {
        if !findings.is_empty() {
            self.why.push(format!("{} {what}", findings.len()));
            self.why.extend(findings.iter().take(SHOWN).cloned());
        }
    }

    /// The one document that is printed.
    pub(crate) fn document(&self) -> Value {
        if self.unnoticed.is_empty() {
            json!({ "held": self.why.is_empty(), "figures": self.figures, "why": self.why })
        } else {
            json!({ "held": true, "figures": self.figures, "why": self.unnoticed })
        }
    }
}

/// A line for the person who waits.
pub(crate) fn progress(words: impl std::fmt::Display) {
    eprintln!("{words}");
}

/// An error with its sources: "error sending request" alone helps nobody.
pub(crate) fn with_sources(error: &dyn Error) -> String {
    let mut why = error.to_string();
    let mut source = error.source();
    while let Some(deeper) = source {
        why = format!("{why}: {deeper}");
        source = deeper.source();
    }
    why
}
