//! `tantu matrix`: every cause, made to happen over the real protocols, explained, fixed and paid.

use clap::Args;
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::Value;
use tantu_domain::cause::{Cause, System};

use crate::matrix::{CASES, Case, run, table};
use crate::output::{Failure, Output};
use crate::stage::{Stage, StagePlan};

/// Options of `matrix`.
#[derive(Debug, Args)]
pub(crate) struct MatrixCommand {
    /// Only this system's rows.
    #[arg(long, value_name = "A|D|B|W")]
    system: Option<String>,
    /// Only this cause's rows, and combinations that hold it.
    #[arg(long, value_name = "ID")]
    cause: Option<String>,
    /// The database; a fresh one in a temporary folder if absent. Several PostgreSQL databases hold the shards in their order.
    #[arg(long)]
    database: Vec<String>,
}

impl MatrixCommand {
    pub(crate) async fn run(self, output: &Output) -> Result<bool, Failure> {
        let system = self.system.as_deref().map(parse_system).transpose()?;
        let cause = self.cause.as_deref().map(parse_cause).transpose()?;
        let folder = tempfile::tempdir()?;
        let own = || vec![format!("sqlite:{}", folder.path().join("matrix.db").display())];
        let databases = if self.database.is_empty() { own() } else { self.database };
        let any = ([127, 0, 0, 1], 0).into();
        let stage = Stage::set_up(StagePlan {
            databases,
            listen: any,
            sandbox_listen: any,
            language: "en",
            demo: false,
            certificates: false,
        })
        .await?;
        let wanted = |case: &&Case| {
            system.is_none_or(|only| case.system == only) && cause.is_none_or(|only| case.causes.contains(&only))
        };
        let mut stories = Vec::new();
        for case in CASES.iter().filter(wanted) {
            let story = run(&stage, case).await;
            let mark = if story.ok() { output.green("✓") } else { output.red("✗") };
            let causes: Vec<&str> = story.causes.iter().map(|cause| cause.id()).collect();
            output.say(format_args!("{mark} {} {:<28} {}", story.system.id(), causes.join(" + "), story.name));
            for fault in &story.faults {
                output.say(format_args!("    {fault}"));
            }
            stories.push(story);
        }
        stage.take_down().await;
        let (document, holds) = table(&stories, system, cause);
        output.document(&document);
        if !output.is_json() {
            output.say(summary(&document));
        }
        Ok(holds)
    }
}

fn parse_system(text: &str) -> Result<System, Failure> {
    System::parse(text)
        .ok_or_else(|| Failure::with_hint(format!("--system: {text:?} is no system"), "write A, D, B or W"))
}

fn parse_cause(text: &str) -> Result<Cause, Failure> {
    Cause::parse(text)
        .ok_or_else(|| Failure::with_hint(format!("--cause: {text:?} is no cause"), "`tantu causes` lists them"))
}

/// The built rows as a table, and how many there are of all.
fn summary(document: &Value) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["", "row", "failed", "named first", "fixed", "paid", "balanced"]);
    let rows =
        document["rows"].as_array().into_iter().flatten().chain(document["combined"].as_array().into_iter().flatten());
    for row in rows.filter(|row| row["built"] == true) {
        let mark = |field: &str| if row[field] == true { "✓" } else { "✗" };
        let name =
            format!("{} {}", row["system"].as_str().unwrap_or_default(), row["cause"].as_str().unwrap_or_default());
        table.add_row([
            mark("ok"),
            &name,
            mark("failed"),
            mark("named_first"),
            mark("fixed"),
            mark("paid"),
            mark("balanced"),
        ]);
    }
    format!(
        "\n{table}\n{} of {} rows of the catalogue hold; the others are not built yet.",
        document["ok_count"], document["total"]
    )
}
