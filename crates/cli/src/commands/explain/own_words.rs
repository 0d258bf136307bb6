//! `tantu explain --text-file` and `--folds`: how well people's own words are understood, in figures.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;
use tantu_diagnosis::corpus::Label;
use tantu_diagnosis::{Diagnoser, Diagnosis, Score, five_folds};
use tantu_domain::door::Door;
use tantu_explain::Lang;
use tantu_explain::words::{door, question, reply};
use tantu_web::explanation::Understood;

use crate::output::{Failure, Output};

/// One text of a file.
struct Asked {
    id: String,
    text: String,
    /// What somebody has written beside it.
    label: Option<Label>,
}

/// Explains every text of a file with the columns `text` and, if it has them, `id` and `primary` (a cause, `vague` or
/// `out_of_scope`): a line of JSON for each, and in the end how many were right. Whether the promise holds.
pub(crate) fn file(path: &Path, output: Output) -> Result<bool, Failure> {
    let read = std::fs::read_to_string(path);
    let asked = texts(&read.map_err(|error| Failure::usage(format!("--text-file {}: {error}", path.display())))?)?;
    let diagnoser = Diagnoser::shared();
    // The first one waits for the training, and the first hundred for the machine to have everything at hand.
    asked.iter().take(100).for_each(|one| drop(diagnoser.diagnose(&one.text, &[])));
    let (mut score, mut times) = (Score::default(), Vec::new());
    for one in &asked {
        let (diagnosis, took) = timed(|| diagnoser.diagnose(&one.text, &[]));
        times.push(took);
        if let Some(label) = one.label {
            score.count(label, &diagnosis);
        }
        output.document(&line(&one.id, &diagnosis));
    }
    if score != Score::default() {
        tell(&score, output);
    }
    times.sort_unstable();
    let p99 = times.get((times.len() * 99 / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default();
    let micros = p99.as_micros();
    output.say(format_args!("p99 {}.{:03} ms over {} texts", micros / 1000, micros % 1000, times.len()));
    Ok(score == Score::default() || score.holds())
}

/// What is asked back, or where it belongs, before the causes.
pub(crate) fn answer(said: &Understood, lang: Lang, output: Output) {
    if let Some(shown) = said.door {
        output.say(door(shown, lang));
        output.say("");
    }
    if let Some(asked) = said.question {
        output.say(output.bold(question(asked, lang)));
        asked.replies().iter().for_each(|one| output.say(format_args!("· {}", reply(*one, lang))));
        output.say("");
    }
}

/// The same over our own texts, each judged by one that has not learnt from it.
pub(crate) fn folds(output: Output) {
    let score = five_folds();
    output.document(&json!({
        "causes": score.causes, "first": score.first, "among_three": score.among_three, "vague": score.vague,
        "asked_back": score.asked_back, "elsewhere": score.elsewhere, "shown_door": score.shown_door,
        "disturbed": score.disturbed,
    }));
    tell(&score, output);
}

fn line(id: &str, diagnosis: &Diagnosis) -> serde_json::Value {
    let causes: Vec<&str> = diagnosis.causes.iter().map(|one| one.cause.id()).collect();
    json!({
        "id": id,
        "causes": causes,
        "ask_back": diagnosis.question.is_some(),
        "out_of_scope": diagnosis.door.is_some(),
    })
}

fn tell(score: &Score, output: Output) {
    let share = |part: u32, whole: u32| match whole {
        0 => "none".to_owned(),
        _ => {
            let permille = u64::from(part) * 1000 / u64::from(whole);
            format!("{part} of {whole} ({}.{} %)", permille / 10, permille % 10)
        }
    };
    output.say(format_args!("cause named first          {}", share(score.first, score.causes)));
    output.say(format_args!("cause among the first three {}", share(score.among_three, score.causes)));
    output.say(format_args!("vague, asked back          {}", share(score.asked_back, score.vague)));
    output.say(format_args!("something else, shown door {}", share(score.shown_door, score.elsewhere)));
    output.say(format_args!("a cause, disturbed         {}", share(score.disturbed, score.causes)));
}

#[expect(clippy::disallowed_methods, reason = "the edge measures how long it took; nothing is decided by it")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    let done = work();
    (done, began.elapsed())
}

fn texts(file: &str) -> Result<Vec<Asked>, Failure> {
    let mut lines = file.trim_start_matches('\u{feff}').lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| header.iter().position(|known| *known == name);
    let Some(text) = column("text") else {
        let hint = "the first line names the columns, parted by tabs: text, and id and primary if there are any";
        return Err(Failure::with_hint("--text-file: there is no column text", hint));
    };
    let (id, primary) = (column("id"), column("primary"));
    let asked = lines.enumerate().filter(|(_, line)| !line.trim().is_empty()).map(|(number, line)| {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |column: Option<usize>| column.and_then(|column| cells.get(column)).copied();
        Asked {
            id: cell(id).map_or_else(|| (number + 1).to_string(), str::to_owned),
            text: cell(Some(text)).unwrap_or_default().to_owned(),
            label: cell(primary).and_then(label),
        }
    });
    Ok(asked.collect())
}

fn label(name: &str) -> Option<Label> {
    if name == "out_of_scope" { Some(Label::OutOfScope(Door::Other)) } else { Label::parse(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_by_its_columns() {
        let read =
            texts("id\ttext\tprimary\nq1\tcannot pay\tvague\nq2\t\tcard.expired\nq3\thi\tout_of_scope\n").unwrap();
        let labels: Vec<Option<Label>> = read.iter().map(|one| one.label).collect();
        assert_eq!(read[0].id, "q1");
        assert_eq!(labels[0], Some(Label::Vague));
        assert_eq!(labels[2], Some(Label::OutOfScope(Door::Other)));
        assert_eq!(texts("text\na\n\nb\n").unwrap().len(), 2);
        assert!(texts("id\tquestion\n").is_err());
    }
}
