//! `pgbench`: PostgreSQL's own benchmark, as the baseline on the same cluster.

use std::io::ErrorKind;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use crate::output::Failure;

/// Its scale: 100,000 accounts for each.
pub(super) const SCALE: u32 = 50;

/// How many of its clients ask at once.
pub(super) const CLIENTS: u32 = 32;

const PROGRAM: &str = "pgbench";

/// The program, and the database that it works in.
pub(super) struct Pgbench {
    environment: Vec<(&'static str, String)>,
    version: String,
}

impl Pgbench {
    /// Which one is installed.
    pub(super) async fn version() -> Result<String, Failure> {
        let told = said(Command::new(PROGRAM).arg("--version")).await?;
        Ok(told.trim().replace("(PostgreSQL) ", ""))
    }

    pub(super) fn new(environment: Vec<(&'static str, String)>, version: String) -> Self {
        Self { environment, version }
    }

    /// What it does, in words.
    pub(super) fn shown(&self) -> String {
        format!("{}: TPC-B, scale {SCALE}, {CLIENTS} clients, same cluster", self.version)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(PROGRAM);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Makes its tables.
    pub(super) async fn fill(&self) -> Result<(), Failure> {
        let scale = format!("--scale={SCALE}");
        said(self.command().args(["--initialize", "--quiet", &scale])).await.map(drop)
    }

    /// Its transactions a second, over at least a second.
    pub(super) async fn run(&self, clients: u32, slice: Duration) -> Result<u64, Failure> {
        let clients = format!("--client={clients}");
        let time = format!("--time={}", slice.as_millis().div_ceil(1_000).max(1));
        let told = said(self.command().args(["--no-vacuum", "--jobs=2", &clients, &time])).await?;
        per_second(&told).ok_or_else(|| Failure::usage(format!("pgbench has told no rate: {told}")))
    }
}

/// Runs it to its end and gives what it has printed.
async fn said(command: &mut Command) -> Result<String, Failure> {
    let run = command.stdin(Stdio::null()).kill_on_drop(true).output().await;
    let output = run.map_err(|error| match error.kind() {
        ErrorKind::NotFound => Failure::with_hint(
            "the baseline is pgbench, and it is not installed here, or not in PATH",
            "it comes with PostgreSQL: apt-get install postgresql, or dnf install postgresql-contrib; \
             its folder is what `pg_config --bindir` prints",
        ),
        _ => Failure::usage(format!("pgbench cannot be run: {error}")),
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let why = String::from_utf8_lossy(&output.stderr);
    Err(Failure::usage(format!("pgbench failed: {}", why.trim())))
}

/// The last rate in a report, which is the one without the time to connect.
fn per_second(report: &str) -> Option<u64> {
    let rate = report.lines().filter_map(|line| line.trim().strip_prefix("tps = ")).next_back()?;
    rate.split(['.', ' ']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_the_one_without_the_time_to_connect() {
        let table = [
            ("latency average = 7.3 ms\ntps = 4350.971 (without initial connection time)\n", Some(4_350)),
            ("tps = 10 (including connections establishing)\ntps = 12 (excluding connections establishing)", Some(12)),
            ("pgbench: error", None),
            ("tps = many", None),
        ];
        for (report, expected) in table {
            assert_eq!(per_second(report), expected, "{report}");
        }
    }
}
