//! `tantu bench`: durable payments a second, and what the same database does when it is asked for less.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde_json::{Value, json};

use crate::bench::figures::{fraction, grouped, median, millis};
use crate::bench::metered::Spent;
use crate::bench::{Detail, Measured, Plan, Role, Run, Subject, before, run, serve};
use crate::output::{Failure, Output};

/// Two of the lane's largest batches: one is being saved while the other gathers.
const IN_FLIGHT: u32 = 1024;

/// Over HTTP each payment in flight is a connection.
const CONNECTIONS: u32 = 256;

/// Options of `bench`.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// A database of its own: sqlite:PATH, or postgres://… that is empty; a fresh file in a temporary folder if absent.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// How many accounts pay.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..))]
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
    /// Another build of this program: both are measured in turns, each in a fresh file, and this one is held against it.
    #[arg(long, value_name = "BINARY", conflicts_with_all = ["database", "beside"])]
    before: Option<PathBuf>,
    /// Be the second process of another bench.
    #[arg(long, hide = true)]
    beside: bool,
}

impl Bench {
    pub(crate) async fn run(self, output: &Output) -> Result<bool, Failure> {
        if self.beside {
            return serve().await.map(|()| true);
        }
        let plan = Plan {
            database: self.database,
            accounts: self.accounts,
            seconds: self.seconds,
            http: self.http,
            in_flight: self.in_flight.unwrap_or(if self.http { CONNECTIONS } else { IN_FLIGHT }),
        };
        let progress = |words: String| eprintln!("{words}");
        let measured = match &self.before {
            Some(before) => before::run(&plan, before, progress).await?,
            None => run(&plan, progress).await?,
        };
        output.document(&document(&measured));
        if !output.is_json() {
            output.say(table(&measured));
            output.say(costs(&measured));
            output.say(meaning(&measured));
        }
        if measured.forgets {
            eprintln!("nothing here is durable: the folder is in memory, or the server runs with fsync=off");
        }
        for check in measured.audit.iter().filter(|check| !check.broken.is_empty()) {
            eprintln!("the books do not hold: {}: {}", check.id, check.broken[0]);
        }
        Ok(measured.holds())
    }
}

fn document(measured: &Measured) -> Value {
    let figure = |number: usize| {
        let name = measured.subjects.get(number).map(|subject| subject.name.as_str());
        json!({ "name": name, "per_s": measured.per_second(number) })
    };
    let runs = measured.rounds.iter().zip(1_u32..).flat_map(|(round, number)| runs(measured, number, round));
    json!({
        "machine": measured.machine,
        "store": measured.store,
        "payments_per_s": measured.per_second(0),
        "latency_ms": {
            "p50": millis(measured.detail(|detail| detail.p50)),
            "p99": millis(measured.detail(|detail| detail.p99)),
        },
        "baseline": figure(1),
        "ratio": fraction(measured.ratio(0)),
        "others": (2..measured.subjects.len()).map(figure).collect::<Vec<_>>(),
        "runs": runs.collect::<Vec<_>>(),
    })
}

/// The runs of a round. A ratio says how many payments the engine made for each of a baseline's; of a variant, its share of
/// what the engine made in the same round.
fn runs(measured: &Measured, number: u32, round: &[Run]) -> Vec<Value> {
    let one = |(place, (subject, run)): (usize, (&Subject, &Run))| {
        let rate = if subject.role == Role::Baseline { "per_s" } else { "payments_per_s" };
        let mut shown = json!({
            "round": number,
            "name": subject.id,
            rate: run.per_second,
            "ratio": fraction(measured.ratio_in(round, place)),
        });
        if let (Some(detail), Some(fields)) = (&run.detail, shown.as_object_mut()) {
            let millis_of = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
            let spent = &detail.spent;
            fields.insert("latency_ms".into(), json!({ "p50": millis(detail.p50), "p99": millis(detail.p99) }));
            fields.insert("payments".into(), json!(detail.payments));
            fields.insert("commits".into(), json!(detail.commits));
            fields.insert("payments_per_commit".into(), json!(detail.batch()));
            let spent = json!({
                "load": millis_of(spent.load), "decide": millis_of(spent.decide), "commit": millis_of(spent.commit),
            });
            fields.insert("lane_ms".into(), spent);
            fields.extend(detail.logged.map(|bytes| ("log_bytes_per_payment".into(), json!(bytes))));
        }
        shown
    };
    measured.subjects.iter().zip(round).enumerate().map(one).collect()
}

fn table(measured: &Measured) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["", "per second", "ratio"]);
    for (number, subject) in measured.subjects.iter().enumerate() {
        let ratio = match subject.role {
            Role::Engine => String::new(),
            Role::Baseline => times(measured.ratio(number)),
            Role::Variant => format!("{} of them", percent(measured.ratio(number))),
        };
        table.add_row([subject.name.clone(), grouped(measured.per_second(number)), ratio]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let latency = |figure: fn(&Detail) -> u64| millis(measured.detail(figure));
    format!(
        "{table}\n\nlatency p50 {:.1} ms, p99 {:.1} ms; {} payments a commit; {}\n{}\n{}\n",
        latency(|detail| detail.p50),
        latency(|detail| detail.p99),
        measured.detail(Detail::batch),
        measured.weight,
        measured.store,
        measured.machine,
    )
}

/// Where a payment's time in the lane goes, of each subject that tells: the median of its rounds, in microseconds.
fn costs(measured: &Measured) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["in the lane, µs a payment", "load", "decide", "commit"]);
    for (place, subject) in measured.subjects.iter().enumerate() {
        let details: Vec<&Detail> =
            measured.rounds.iter().filter_map(|round| round.get(place)?.detail.as_ref()).collect();
        if details.is_empty() {
            continue;
        }
        let each = |part: fn(&Spent) -> Duration| {
            let micros = details.iter().map(|detail| per_payment(part(&detail.spent), detail.payments));
            format!("{:.1}", millis(median(micros)))
        };
        table.add_row([
            subject.name.clone(),
            each(|spent| spent.load),
            each(|spent| spent.decide),
            each(|spent| spent.commit),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    format!("{table}\n")
}

/// In nanoseconds.
fn per_payment(spent: Duration, payments: u64) -> u64 {
    u64::try_from(spent.as_nanos() / u128::from(payments.max(1))).unwrap_or(u64::MAX)
}

/// How many times a baseline the engine is: as a percentage while it is less.
fn times(parts: u64) -> String {
    if parts < 10_000 { percent(parts) } else { format!("{}.{} times", parts / 10_000, parts % 10_000 / 1_000) }
}

/// Parts of ten thousand as a percentage with one decimal.
fn percent(parts: u64) -> String {
    format!("{}.{} %", parts / 100, parts % 100 / 10)
}

/// What the ratio says, in one sentence.
fn meaning(measured: &Measured) -> String {
    let ratio = measured.ratio(0);
    let costs = 100_000_u64.checked_div(ratio).unwrap_or(0);
    let baseline = measured.subjects.get(1).map_or("", |subject| subject.name.as_str());
    format!(
        "The engine does {} of what the baseline does here ({baseline}): a decided, booked and repeatable payment costs \
         as much as {}.{} of its.",
        times(ratio),
        costs / 10,
        costs % 10
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figures::parts;
    use tantu_store::audit::AuditCheck;

    fn measured(broken: &[&str]) -> Measured {
        let engine = |per_second| {
            let spent = Spent { load: Duration::from_millis(1), ..Spent::default() };
            let detail = Detail { payments: 100, p50: 1_500, p99: 20_000, commits: 2, spent, logged: Some(900) };
            Run { per_second, detail: Some(detail) }
        };
        let baseline = |per_second| Run { per_second, detail: None };
        let round = |per_second, beside| {
            vec![engine(per_second), baseline(100_000), baseline(400_000), engine(per_second * beside / 10)]
        };
        let subject = |id, role| Subject { id, name: id.to_owned(), role };
        Measured {
            machine: "a machine".into(),
            store: "a store".into(),
            weight: "2 bytes".into(),
            subjects: vec![
                subject("payments", Role::Engine),
                subject("table", Role::Baseline),
                subject("log", Role::Baseline),
                subject("hot", Role::Variant),
            ],
            rounds: vec![round(10_000, 5), round(20_000, 9), round(90_000, 10)],
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
        assert_eq!(document["baseline"], json!({ "name": "table", "per_s": 100_000 }));
        assert_eq!(document["ratio"], 0.2);
        assert_eq!(
            document["others"],
            json!([{ "name": "log", "per_s": 400_000 }, { "name": "hot", "per_s": 18_000 }])
        );
    }

    #[test]
    fn each_round_shows_each_run() {
        let document = document(&measured(&[]));
        let runs = document["runs"].as_array().unwrap();
        let seen: Vec<_> =
            runs.iter().map(|run| (run["round"].as_u64().unwrap(), run["name"].as_str().unwrap())).collect();
        let round = |number| ["payments", "table", "log", "hot"].map(|name| (number, name));
        assert_eq!(seen, [round(1), round(2), round(3)].concat());
        assert_eq!(runs[2], json!({ "round": 1, "name": "log", "per_s": 400_000, "ratio": 0.025 }));
        assert_eq!((&runs[7]["payments_per_s"], &runs[7]["ratio"]), (&json!(18_000), &json!(0.9)));
        assert_eq!((&runs[7]["payments_per_commit"], &runs[7]["log_bytes_per_payment"]), (&json!(50), &json!(900)));
    }

    #[test]
    fn books_that_do_not_hold_fail_the_bench() {
        assert!(measured(&[]).holds());
        assert!(!measured(&["we own less than we owe"]).holds());
    }

    #[test]
    fn the_sentence_says_what_a_payment_costs() {
        let words = meaning(&measured(&[]));
        assert!(words.contains("20.0 %") && words.contains("5.0 of its"), "{words}");
        assert_eq!(percent(parts(1, 3)), "33.3 %");
        assert_eq!(times(parts(17, 2)), "8.5 times");
        let shown = table(&measured(&[]));
        assert!(shown.contains("5.0 %") && shown.contains("90.0 % of them"), "{shown}");
    }
}
