//! Why a tool could not do its work. That a promise does not hold is no failure: it is a finding.

use std::fmt;

/// One sentence for the person at the terminal.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An error says its sources too: "error sending request" alone helps nobody.
impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        let mut why = error.to_string();
        let mut source = error.source();
        while let Some(deeper) = source {
            why = format!("{why}: {deeper}");
            source = deeper.source();
        }
        Self(why)
    }
}
