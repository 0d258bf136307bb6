//! `tantu codes`: the channels' published codes, and what each lets us conclude.

use clap::Args;
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::{Value, json};
use tantu_codes::Meaning;

use crate::output::{Failure, Output};

/// Options of `codes`.
#[derive(Debug, Args)]
pub(crate) struct Codes {
    /// Only this channel's.
    #[arg(long)]
    channel: Option<String>,
}

impl Codes {
    pub(crate) fn run(self, output: &Output) -> Result<bool, Failure> {
        let wanted = |meaning: &&Meaning| self.channel.as_deref().is_none_or(|channel| channel == meaning.channel);
        let found: Vec<&Meaning> = tantu_codes::all().iter().filter(wanted).collect();
        if found.is_empty() {
            let known: std::collections::BTreeSet<&str> =
                tantu_codes::all().iter().map(|meaning| meaning.channel).collect();
            let hint = format!("the tables hold {}", known.into_iter().collect::<Vec<_>>().join(", "));
            return Err(Failure::with_hint(
                format!("--channel: {:?} has no codes here", self.channel.unwrap_or_default()),
                hint,
            ));
        }
        if output.is_json() {
            for meaning in found {
                output.document(&document(meaning));
            }
            return Ok(true);
        }
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_header(["family", "code", "result", "same order again", "causes"]);
        for meaning in found {
            let again = if meaning.resend_same_order { "yes" } else { "no" };
            table.add_row([meaning.family, meaning.code, meaning.result.id(), again, &causes(meaning).join(", ")]);
        }
        output.say(table);
        Ok(true)
    }
}

fn causes(meaning: &Meaning) -> Vec<String> {
    meaning.causes.iter().map(|(cause, _)| cause.id().to_owned()).collect()
}

fn document(meaning: &Meaning) -> Value {
    json!({
        "channel": meaning.channel,
        "family": meaning.family,
        "code": meaning.code,
        "result": meaning.result.id(),
        "resend_same_order": meaning.resend_same_order,
        "causes": causes(meaning),
    })
}
