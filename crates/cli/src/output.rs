//! What the binary prints: JSON on stdout where it is asked for, words for people otherwise, and failures
//! with a hint. Colours only on a terminal that wants them.

use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use serde_json::Value;
use tantu_store::error::StoreError;

/// Why a command could not run. It is wrong usage or configuration; what does not hold is no failure.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    hint: Option<String>,
}

impl Failure {
    /// Something is wrong with what was asked.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    /// The database cannot be used; its words name the way out, and show no password. `field` is where its address was given.
    pub(crate) fn of_database(field: &str, error: &StoreError) -> Self {
        Self::usage(format!("{field}: {error}"))
    }

    /// What is wrong.
    pub(crate) fn message(&self) -> String {
        self.message.clone()
    }

    /// The same, with the way out.
    pub(crate) fn with_hint(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: Some(hint.into()) }
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::usage(error.to_string())
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "\nhint: {hint}"))
    }
}

/// Where the words go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    json: bool,
    colour: bool,
}

impl Output {
    #[expect(clippy::disallowed_methods, reason = "the command line is the reader of the environment")]
    pub(crate) fn new(json: bool) -> Self {
        let colour = !json && std::io::stdout().is_terminal() && std::env::var("NO_COLOR").is_err();
        Self { json, colour }
    }

    pub(crate) fn is_json(self) -> bool {
        self.json
    }

    /// Logs go to stderr; `RUST_LOG` chooses how much.
    pub(crate) fn log(self) {
        let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "error".into());
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(self.colour).init();
    }

    /// The one JSON document.
    pub(crate) fn document(self, value: &Value) {
        if self.json {
            line(&mut std::io::stdout(), value);
        }
    }

    /// A line for people: on stdout, or on stderr beside JSON.
    pub(crate) fn say(self, words: impl Display) {
        if self.json {
            line(&mut std::io::stderr(), words);
        } else {
            line(&mut std::io::stdout(), words);
        }
    }

    pub(crate) fn bold(self, words: impl Display) -> String {
        self.paint("1", words)
    }

    pub(crate) fn dim(self, words: impl Display) -> String {
        self.paint("2", words)
    }

    pub(crate) fn green(self, words: impl Display) -> String {
        self.paint("32", words)
    }

    pub(crate) fn red(self, words: impl Display) -> String {
        self.paint("31", words)
    }

    fn paint(self, code: &str, words: impl Display) -> String {
        if self.colour { format!("\u{1b}[{code}m{words}\u{1b}[0m") } else { words.to_string() }
    }

    pub(crate) fn fail(self, failure: &Failure) -> ExitCode {
        line(&mut std::io::stderr(), format_args!("error: {failure}"));
        ExitCode::from(2)
    }
}

/// A closed pipe ends the reader, not us: `tantu causes | head` is no failure.
fn line(to: &mut dyn Write, words: impl Display) {
    drop(writeln!(to, "{words}"));
}
