//! `tantu causes`: the catalogue.

use clap::Args;
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::{Value, json};
use tantu_explain::Lang;
use tantu_explain::catalogue::{self, Entry};

use crate::output::{Failure, Output};

/// Options of `causes`.
#[derive(Debug, Args)]
pub(crate) struct Causes {
    /// The language of the titles: zh-Hans, zh-Hant or en.
    #[arg(long, default_value = "en")]
    lang: String,
}

impl Causes {
    pub(crate) fn run(self, output: &Output) -> Result<bool, Failure> {
        let lang = language(&self.lang)?;
        let entries = catalogue::entries();
        output.document(&entries.iter().map(document).collect());
        if !output.is_json() {
            let mut table = Table::new();
            table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
            table.set_header(["cause", "in", "what it is", "who acts", "what they do"]);
            for entry in &entries {
                table.add_row(row(entry, lang));
            }
            output.say(table);
        }
        Ok(true)
    }
}

/// The language of an option.
pub(crate) fn language(id: &str) -> Result<Lang, Failure> {
    Lang::parse(id).ok_or_else(|| {
        Failure::with_hint(format!("--lang: {id:?} is none of our languages"), "write zh-Hans, zh-Hant or en")
    })
}

fn row(entry: &Entry, lang: Lang) -> [String; 5] {
    let systems: Vec<&str> = entry.systems.iter().map(|system| system.id()).collect();
    let who: Vec<&str> = entry.who.iter().map(|who| who.id()).collect();
    let remedies: Vec<String> = entry.remedies.iter().map(|remedy| remedy.title(lang)).collect();
    [entry.id.to_owned(), systems.join(" "), entry.title(lang).to_owned(), who.join(", "), remedies.join(" · ")]
}

fn document(entry: &Entry) -> Value {
    let titles: serde_json::Map<String, Value> =
        Lang::ALL.iter().map(|lang| (lang.id().to_owned(), json!(entry.title(*lang)))).collect();
    json!({
        "id": entry.id,
        "group": entry.group.id(),
        "systems": entry.systems.iter().map(|system| system.id()).collect::<Vec<_>>(),
        "who": entry.who.iter().map(|who| who.id()).collect::<Vec<_>>(),
        "title": titles,
        "remedies": entry.remedies.iter().map(|remedy| json!({
            "operation": remedy.operation.id(),
            "who": remedy.who.id(),
            "title": Lang::ALL.iter().map(|lang| (lang.id().to_owned(), json!(remedy.title(*lang)))).collect::<serde_json::Map<_, _>>(),
        })).collect::<Vec<_>>(),
    })
}
