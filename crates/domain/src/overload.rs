//! More arrives than can be handled: whoever finds no place in time is refused before anything of his is read.

use std::borrow::Cow;

use crate::cause::Cause;
use crate::evidence::{Confidence, Field, Finding, Value};

/// A request for which there was no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overload {
    /// How many requests were being handled.
    pub at_once: u32,
    /// How long it waited for a place, in milliseconds.
    pub queue_wait_ms: u32,
    /// After how many seconds it should be sent again.
    pub retry_after_seconds: u32,
}

impl Overload {
    /// The cause with its proof.
    pub fn finding(self) -> Finding {
        let facts = [
            ("at_once", self.at_once),
            ("queue_wait_ms", self.queue_wait_ms),
            ("retry_after", self.retry_after_seconds),
        ];
        let field = |(name, count)| Field { name: Cow::Borrowed(name), value: Value::Count(i64::from(count)) };
        Finding {
            cause: Cause::PlatformOverloaded,
            confidence: Confidence::Certain,
            evidence: facts.map(field).into(),
            instrument: None,
        }
    }
}
