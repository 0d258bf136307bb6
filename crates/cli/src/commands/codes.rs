//! `tantu codes`: the channels' codes, what each lets us conclude, and what the operator has overridden.

use std::path::PathBuf;

use clap::Args;
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::{Value, json};
use tantu_codes::{CodeResult, Meaning, Tables};
use tantu_domain::evidence::Confidence;

use crate::config::Config;
use crate::output::{Failure, Output};

/// Options of `codes`.
#[derive(Debug, Args)]
pub(crate) struct Codes {
    /// Only this channel's.
    #[arg(long)]
    channel: Option<String>,
    /// The configuration file; its [[codes]] override what is published.
    #[arg(long)]
    config: Option<PathBuf>,
}

impl Codes {
    pub(crate) fn run(self, output: &Output) -> Result<bool, Failure> {
        let tables = Config::load(self.config.as_deref())?.tables()?;
        let wanted = |meaning: &&Meaning| self.channel.as_deref().is_none_or(|channel| channel == meaning.channel);
        let found: Vec<&Meaning> = tables.all().iter().filter(wanted).collect();
        if found.is_empty() {
            return Err(unknown(&self.channel.unwrap_or_default(), &tables));
        }
        if output.is_json() {
            for meaning in found {
                output.document(&document(meaning));
            }
            return Ok(true);
        }
        Listing::new(&found, *output).say();
        Ok(true)
    }
}

fn unknown(channel: &str, tables: &Tables) -> Failure {
    let known: std::collections::BTreeSet<&str> = tables.all().iter().map(|meaning| meaning.channel).collect();
    let hint = format!("the tables hold {}", known.into_iter().collect::<Vec<_>>().join(", "));
    Failure::with_hint(format!("--channel: {channel:?} has no codes here"), hint)
}

/// How wide the columns of the result and of *same order again* are, with what stands between them.
const RESULT: usize = 9;
const AGAIN: usize = 16;
const GAPS: usize = 6;

/// The rows for people: by family, a line for each code, and under it what it speaks for and what to do. A table
/// would break either the codes, which one copies, or the sentences, which one reads.
struct Listing<'m> {
    groups: Vec<Vec<&'m Meaning>>,
    code_width: usize,
    output: Output,
}

impl<'m> Listing<'m> {
    fn new(found: &[&'m Meaning], output: Output) -> Self {
        let mut groups: Vec<Vec<&Meaning>> = Vec::new();
        for meaning in found {
            // A row that the operator has added stands at the end of the tables, and here with its family.
            let same = |group: &&mut Vec<&Meaning>| {
                group.first().is_some_and(|first| (first.channel, first.family) == (meaning.channel, meaning.family))
            };
            match groups.iter_mut().find(same) {
                Some(group) => group.push(meaning),
                None => groups.push(vec![meaning]),
            }
        }
        let longest = found.iter().map(|meaning| meaning.code.len()).max().unwrap_or_default();
        let terminal = Table::new().width().map(usize::from);
        let room = terminal.map_or(longest, |width| width.saturating_sub(RESULT + AGAIN + GAPS));
        Self { groups, code_width: longest.min(room), output }
    }

    fn say(&self) {
        let output = self.output;
        self.line("code", "result", "same order again", |text| output.dim(text));
        for group in &self.groups {
            let Some(first) = group.first() else { continue };
            output.say("");
            output.say(output.bold(format_args!("{} · {}", first.channel, first.family)));
            group.iter().for_each(|meaning| self.row(meaning));
        }
        let all = || self.groups.iter().flatten();
        let overridden = all().filter(|meaning| meaning.overridden).count();
        output.say("");
        output.say(output.dim(format_args!("{} rows, {overridden} overridden by the operator", all().count())));
    }

    fn row(&self, meaning: &Meaning) {
        let output = self.output;
        self.line(meaning.code, meaning.result.id(), again(meaning), |text| text.to_owned());
        if !meaning.when.is_empty() {
            self.under(&when(meaning), |text| text.to_owned());
        }
        if meaning.overridden {
            self.under(&overridden(meaning), |text| output.bold(text));
        }
        if !meaning.causes.is_empty() {
            self.under(&causes(meaning), |text| text.to_owned());
        }
        if let Some(fix) = meaning.fix {
            self.under(&fix.what(), |text| output.dim(text));
        }
    }

    /// A code that is longer than its column has a line of its own: it is never broken.
    fn line(&self, code: &str, result: &str, again: &str, paint: impl Fn(&str) -> String) {
        let width = self.code_width;
        let rest = format!("{result:<RESULT$}  {again}");
        if code.len() > width {
            self.output.say(paint(&format!("  {code}")));
            self.output.say(paint(&format!("  {:<width$}  {rest}", "")));
        } else {
            self.output.say(paint(&format!("  {code:<width$}  {rest}")));
        }
    }

    /// A text below its code, broken between words where the terminal ends.
    fn under(&self, text: &str, paint: impl Fn(&str) -> String) {
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).add_row([text]);
        if let Some(column) = table.column_mut(0) {
            column.set_padding((6, 0));
        }
        for line in table.trim_fmt().lines() {
            self.output.say(paint(line));
        }
    }
}

fn again(meaning: &Meaning) -> &'static str {
    match (meaning.resend_same_order, meaning.result) {
        (true, CodeResult::Undecided) => "after a query",
        (true, CodeResult::Succeeded | CodeResult::Accepted | CodeResult::Declined) => "yes",
        (false, _) => "no",
    }
}

/// The message that tells this row from others of its code.
fn when(meaning: &Meaning) -> String {
    match meaning.when {
        "*" => "with any other message".to_owned(),
        text => format!("if its message holds {text}"),
    }
}

/// That the operator has changed or added a row, and why.
pub(crate) fn overridden(meaning: &Meaning) -> String {
    format!("overridden by the operator: {}", meaning.note)
}

fn causes(meaning: &Meaning) -> String {
    let said = |(cause, confidence): &(tantu_domain::cause::Cause, Confidence)| match confidence {
        Confidence::Certain => cause.id().to_owned(),
        Confidence::Likely | Confidence::Possible => format!("{} ({})", cause.id(), confidence.id()),
    };
    meaning.causes.iter().map(said).collect::<Vec<_>>().join(", ")
}

fn document(meaning: &Meaning) -> Value {
    json!({
        "channel": meaning.channel,
        "family": meaning.family,
        "code": meaning.code,
        "when": meaning.when,
        "result": meaning.result.id(),
        "resend_same_order": meaning.resend_same_order,
        "causes": meaning.causes.iter().map(|(cause, _)| cause.id()).collect::<Vec<_>>(),
        "fix": meaning.fix.map(|fix| json!({ "id": fix.id(), "what": fix.what() })),
        "overridden": meaning.overridden,
        "note": meaning.note,
    })
}
