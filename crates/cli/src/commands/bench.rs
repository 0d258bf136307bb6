//! `tantu bench`: durable payments a second, and what a plain table and a raw log do with the same bytes.

use clap::Args;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde_json::{Value, json};

use crate::bench::figures::{fraction, grouped, millis};
use crate::bench::{Measured, Plan, Round, run};
use crate::output::{Failure, Output};

/// Two of the lane's largest batches: one is being saved while the other gathers.
const IN_FLIGHT: u32 = 1024;

/// Over HTTP each payment in flight is a connection.
const CONNECTIONS: u32 = 256;

/// Options of `bench`.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// A database of its own; a fresh one in a temporary folder if absent.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// How many accounts pay.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    accounts: u64,
    /// For how long the engine is measured; the baselines take as long again.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
    /// Through the server on loopback, with connections that stay open, instead of in process.
    #[arg(long)]
    http: bool,
    /// How many payments wait for their answers at once: 1024, or 256 with --http.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=65_536))]
    in_flight: Option<u32>,
}

impl Bench {
    pub(crate) async fn run(self, output: &Output) -> Result<bool, Failure> {
        let plan = Plan {
            database: self.database,
            accounts: self.accounts,
            seconds: self.seconds,
            http: self.http,
            in_flight: self.in_flight.unwrap_or(if self.http { CONNECTIONS } else { IN_FLIGHT }),
        };
        let measured = run(&plan, |words| eprintln!("{words}")).await?;
        output.document(&document(&measured));
        if !output.is_json() {
            output.say(table(&measured));
            output.say(meaning(&measured));
        }
        if measured.forgets {
            eprintln!("the folder is in memory: nothing here is durable; set TMPDIR or --database to a disk");
        }
        for check in measured.audit.iter().filter(|check| !check.broken.is_empty()) {
            eprintln!("the books do not hold: {}: {}", check.id, check.broken[0]);
        }
        Ok(measured.holds())
    }
}

fn table_name(measured: &Measured) -> String {
    format!("SQLite table, integer key and a blob of {} bytes, same batches", measured.bytes)
}

fn log_name(measured: &Measured) -> String {
    format!("raw preallocated log, {} bytes a payment, same batches, fdatasync", measured.bytes)
}

fn document(measured: &Measured) -> Value {
    json!({
        "machine": measured.machine,
        "store": measured.store,
        "payments_per_s": measured.median(|round| round.per_second),
        "latency_ms": {
            "p50": millis(measured.median(|round| round.p50)),
            "p99": millis(measured.median(|round| round.p99)),
        },
        "baseline": {
            "name": table_name(measured),
            "per_s": measured.median(|round| round.table_per_second),
        },
        "ratio": fraction(measured.median(Round::ratio)),
        "others": [{ "name": log_name(measured), "per_s": measured.median(|round| round.log_per_second) }],
        "runs": measured.rounds.iter().map(round).collect::<Vec<_>>(),
    })
}

fn round(round: &Round) -> Value {
    let millis_of = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    json!({
        "payments_per_s": round.per_second,
        "latency_ms": { "p50": millis(round.p50), "p99": millis(round.p99) },
        "baseline_per_s": round.table_per_second,
        "ratio": fraction(round.ratio()),
        "raw_log_per_s": round.log_per_second,
        "payments": round.payments,
        "commits": round.lane.batches.len(),
        "payments_per_commit": round.batch(),
        "lane_ms": {
            "load": millis_of(round.lane.load),
            "decide": millis_of(round.lane.decide),
            "commit": millis_of(round.lane.commit),
        },
    })
}

fn table(measured: &Measured) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["", "per second", "the engine's share"]);
    let row = |name: String, per_second: u64, share: Option<u64>| {
        [name, grouped(per_second), share.map_or_else(String::new, percent)]
    };
    table.add_row(row("durable payments".into(), measured.median(|round| round.per_second), None));
    let plain = measured.median(|round| round.table_per_second);
    table.add_row(row(table_name(measured), plain, Some(measured.median(Round::ratio))));
    let log = measured.median(|round| round.log_per_second);
    table.add_row(row(log_name(measured), log, Some(measured.median(Round::log_ratio))));
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let (p50, p99) = (measured.median(|round| round.p50), measured.median(|round| round.p99));
    format!(
        "{table}\n\nlatency p50 {:.1} ms, p99 {:.1} ms; {} payments a commit; {} bytes in a payment's rows, {} in the file with indexes\n{}\n{}\n",
        millis(p50),
        millis(p99),
        measured.median(Round::batch),
        grouped(measured.bytes),
        grouped(measured.growth),
        measured.store,
        measured.machine,
    )
}

/// Parts of ten thousand as a percentage with one decimal.
fn percent(parts: u64) -> String {
    format!("{}.{} %", parts / 100, parts % 100 / 10)
}

/// What the ratio says, in one sentence.
fn meaning(measured: &Measured) -> String {
    let ratio = measured.median(Round::ratio);
    let times = 100_000_u64.checked_div(ratio).unwrap_or(0);
    format!(
        "The engine does {} of what one plain table could take here in the same commits: a decided, booked and \
         repeatable payment costs as much as {}.{} plain rows of the same bytes.",
        percent(ratio),
        times / 10,
        times % 10
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figures::parts;
    use tantu_store::audit::AuditCheck;

    fn measured(broken: &[&str]) -> Measured {
        let round = |per_second, table_per_second| Round {
            payments: 100,
            per_second,
            p50: 1_500,
            p99: 20_000,
            lane: Default::default(),
            table_per_second,
            log_per_second: 400_000,
        };
        Measured {
            machine: "a machine".into(),
            store: "a store".into(),
            bytes: 1_000,
            growth: 2_000,
            rounds: vec![round(10_000, 100_000), round(20_000, 100_000), round(90_000, 100_000)],
            audit: vec![AuditCheck {
                id: "reserve",
                looked_at: 1,
                broken: broken.iter().map(ToString::to_string).collect(),
            }],
            forgets: false,
        }
    }

    #[test]
    fn the_document_has_the_promised_names_and_medians() {
        let document = document(&measured(&[]));
        let names: Vec<&String> = document.as_object().unwrap().keys().collect();
        let promised = ["machine", "store", "payments_per_s", "latency_ms", "baseline", "ratio", "others", "runs"];
        assert_eq!(names, promised);
        assert_eq!(document["payments_per_s"], 20_000);
        assert_eq!(document["latency_ms"], json!({ "p50": 1.5, "p99": 20.0 }));
        assert_eq!(document["baseline"]["per_s"], 100_000);
        assert_eq!(document["ratio"], 0.2);
        assert_eq!(document["others"][0]["per_s"], 400_000);
        assert_eq!(document["runs"].as_array().unwrap().len(), 3);
    }

    #[test]
    fn books_that_do_not_hold_fail_the_bench() {
        assert!(measured(&[]).holds());
        assert!(!measured(&["we own less than we owe"]).holds());
    }

    #[test]
    fn the_sentence_says_how_many_plain_rows_a_payment_costs() {
        let words = meaning(&measured(&[]));
        assert!(words.contains("20.0 %") && words.contains("5.0 plain rows"), "{words}");
        assert_eq!(percent(parts(1, 3)), "33.3 %");
    }
}
