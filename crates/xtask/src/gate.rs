//! The gates: each runs one promise and its control, prints the figures, and fails when the promise does.
//!
//! A control is the same gate against something that is known to be broken. If it passes there, the gate says nothing.

mod binary;
mod chance;
mod crash;
mod doctor;
mod in_process;
mod paylater;
mod postgres;
mod powercut;
mod schema;
mod secrets;
mod stopwatch;
mod tested;
mod traffic;

use std::time::Duration;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::failure::Failure;

/// What `gate` is asked.
#[derive(Debug, Args)]
pub(crate) struct Gate {
    /// Which promise.
    name: Name,
    /// How many: kills, strikes, cuts, bills, healthy runs, payments, forgeries, canaries, or examples of each operation.
    #[arg(long)]
    count: Option<u32>,
    /// Stop after so long, whatever the count.
    #[arg(long)]
    seconds: Option<u64>,
    /// Of the postgres gate: how many databases share the shards.
    #[arg(long, default_value_t = 1)]
    databases: u8,
    /// One JSON document on stdout; words for people go to stderr.
    #[arg(long)]
    json: bool,
    /// Only the control: passes if what is broken was caught.
    #[arg(long, conflicts_with = "promise")]
    control: bool,
    /// Only the promise, without its control.
    #[arg(long)]
    promise: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Name {
    /// The server killed with `kill -9` under load: nothing acknowledged is lost, nothing is paid twice.
    Crash,
    /// Faults of networks and devices, each named first by the doctor; no false alarm in a healthy network. Needs root.
    Doctor,
    /// Two servers on one PostgreSQL under load; one is killed, the database stopped at once, a connection cut at a commit, or
    /// one server restarted: nothing acknowledged is lost, nothing is paid twice, and a rolling restart fails nobody.
    Postgres,
    /// A population that cannot see the scheduler owes bills for two years: each balances to the fen, none is collected
    /// twice, and every failure has its cause.
    Paylater,
    /// The store's write log cut at random points, as a power cut does.
    Powercut,
    /// Random sequences of what staff and holders do: nothing that needs two persons runs with one.
    TwoPersons,
    /// Audit trails tampered with in every way: all is found.
    Audit,
    /// Codes sent, guessed at, replayed and pumped: only so many go out, and only five are looked at.
    OneTimeCodes,
    /// Every route with every role, and other people's ids.
    Authz,
    /// Payments whose requests, answers and notifications are lost, late, doubled and faulty: in the end our state is the
    /// channel's truth, by the channel's own rules and with at most twelve calls each.
    Undecided,
    /// Notifications and answers of more than twenty kinds, all forged: none is accepted, and nothing is written.
    Forge,
    /// Made-up secrets through every flow: none is in the log, the answers, the metrics, the database or its write-ahead log.
    Secrets,
    /// The API's description against its answers: Schemathesis asks every operation, right and wrong, and finds none that is not as
    /// described.
    Schema,
}

/// What a gate may use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measure {
    pub(crate) count: Option<u32>,
    pub(crate) most: Option<Duration>,
    /// How many PostgreSQL databases share the shards.
    pub(crate) databases: u8,
}

/// What came out of one run.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Whether the promise held.
    pub(crate) held: bool,
    /// The figures, in the order in which people read them.
    pub(crate) figures: Value,
    /// What does not hold, each in a sentence.
    pub(crate) why: Vec<String>,
}

impl Gate {
    /// Runs it; whether the promise holds and its control was caught.
    pub(crate) fn run(self) -> Result<bool, Failure> {
        let most = self.seconds.map(Duration::from_secs);
        let measure = Measure { count: self.count, most, databases: self.databases };
        let promise = if self.control { None } else { Some(self.promise(measure)?) };
        let control = if self.promise { None } else { self.control(measure)? };
        let held = promise.as_ref().is_none_or(|outcome| outcome.held);
        let caught = control.as_ref().is_none_or(|outcome| !outcome.held);
        let ok = held && caught;
        if self.json {
            let control =
                control.map(|outcome| json!({ "caught": caught, "figures": outcome.figures, "why": outcome.why }));
            let promise =
                promise.map(|outcome| json!({ "held": held, "figures": outcome.figures, "why": outcome.why }));
            let name = self.name.id();
            println!("{}", json!({ "gate": name, "ok": ok, "promise": promise, "control": control }));
        } else {
            promise
                .iter()
                .for_each(|outcome| show(self.name.id(), if held { "holds" } else { "DOES NOT HOLD" }, outcome));
            control.iter().for_each(|outcome| show("control", if caught { "caught" } else { "NOT CAUGHT" }, outcome));
        }
        Ok(ok)
    }

    fn promise(&self, measure: Measure) -> Result<Outcome, Failure> {
        match self.name {
            Name::Crash => crash::promise(measure),
            Name::Doctor => doctor::promise(measure),
            Name::Postgres => postgres::promise(measure),
            Name::Paylater => paylater::promise(measure),
            Name::Powercut => powercut::promise(measure),
            Name::TwoPersons => tested::promise(&tested::TWO_PERSONS, measure),
            Name::Audit => tested::promise(&tested::AUDIT, measure),
            Name::OneTimeCodes => tested::promise(&tested::ONE_TIME_CODES, measure),
            Name::Authz => tested::promise(&tested::AUTHZ, measure),
            Name::Undecided | Name::Forge => in_process::promise(self.name.id(), measure),
            Name::Secrets => secrets::promise(measure),
            Name::Schema => schema::promise(measure),
        }
    }

    /// The control of a gate that is a test runs in the same test as its promise.
    fn control(&self, measure: Measure) -> Result<Option<Outcome>, Failure> {
        match self.name {
            Name::Crash => crash::control(measure).map(Some),
            Name::Doctor => doctor::control(measure).map(Some),
            Name::Postgres => postgres::control(measure).map(Some),
            Name::Paylater => paylater::control(measure).map(Some),
            Name::Powercut | Name::TwoPersons | Name::Audit | Name::OneTimeCodes | Name::Authz if self.control => {
                Err(Failure::new("this gate runs its controls itself; leave out --control"))
            }
            Name::Powercut | Name::TwoPersons | Name::Audit | Name::OneTimeCodes | Name::Authz => Ok(None),
            Name::Undecided | Name::Forge => in_process::control(self.name.id(), measure).map(Some),
            Name::Secrets => secrets::control(measure).map(Some),
            Name::Schema => schema::control(measure).map(Some),
        }
    }
}

impl Name {
    fn id(self) -> &'static str {
        match self {
            Self::Crash => "crash",
            Self::Doctor => "doctor",
            Self::Postgres => "postgres",
            Self::Paylater => "paylater",
            Self::Powercut => "powercut",
            Self::TwoPersons => "two-persons",
            Self::Audit => "audit",
            Self::OneTimeCodes => "one-time-codes",
            Self::Authz => "authz",
            Self::Undecided => "undecided",
            Self::Forge => "forge",
            Self::Secrets => "secrets",
            Self::Schema => "schema",
        }
    }
}

fn show(title: &str, verdict: &str, outcome: &Outcome) {
    println!("{title}: {verdict}");
    for (name, value) in outcome.figures.as_object().into_iter().flatten() {
        println!("  {name:<24} {value}");
    }
    for why in &outcome.why {
        println!("  - {why}");
    }
}

/// A line for the person who waits.
pub(crate) fn progress(words: impl std::fmt::Display) {
    eprintln!("{words}");
}
