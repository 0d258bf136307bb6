//! A cause with its proof, flattened to names and values: what is stored, shown and explained.

use jiff::Timestamp;

use crate::cause::Cause;
use crate::evidence::{Confidence, Field, Value};
use crate::ids::InstrumentId;

/// A cause with its proof, flattened: what is stored with a refused payment and rendered by everyone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Why.
    pub cause: Cause,
    /// How sure.
    pub confidence: Confidence,
    /// The proof.
    pub evidence: Vec<Field>,
    /// The instrument it blocks; `None` if it blocks every one.
    pub instrument: Option<InstrumentId>,
}

impl Finding {
    /// The value of a field, if the finding has it.
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.evidence.iter().find(|field| field.name == name).map(|field| &field.value)
    }

    /// When waiting alone removes the cause, if that is known.
    pub fn retry_at(&self) -> Option<Timestamp> {
        ["resets_at", "until", "locked_until", "expected_end", "next_code_at"].iter().find_map(|name| {
            match self.field(name) {
                Some(Value::Time(at)) => Some(*at),
                Some(_) | None => None,
            }
        })
    }
}

/// When waiting alone will have removed all that stops the chosen instrument, if that is known of each.
pub fn retry_at(findings: &[Finding], chosen: Option<InstrumentId>) -> Option<Timestamp> {
    let stops = |finding: &&Finding| finding.instrument.is_none() || finding.instrument == chosen;
    let times: Option<Vec<Timestamp>> = findings.iter().filter(stops).map(Finding::retry_at).collect();
    times?.into_iter().max()
}
