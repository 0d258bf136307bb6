//! What a decision rested on, for people: a line for each check, with what was looked at and against what.

use tantu_domain::check::{Check, Decision};
use tantu_domain::evidence::Value;
use tantu_domain::ids::InstrumentId;
use tantu_explain::Lang;
use tantu_explain::words::{Context, rule_label, time};

use crate::output::Output;

pub(super) fn tell(made: &Decision, lang: Lang, context: &Context, output: Output) {
    let at = time(made.at, context.now, lang);
    output.say("");
    output.say(output.bold(format_args!("{at} · {} · {}", name(made.chosen, context), made.outcome.id())));
    for group in made.checks.chunk_by(|one, next| one.instrument == next.instrument) {
        if let Some(instrument) = group.first().and_then(|check| check.instrument) {
            output.say(format_args!("  {} {}", name(instrument, context), output.dim(instrument)));
        }
        group.iter().for_each(|check| line(check, lang, context, output));
    }
    let again = if made.is_consistent() { "the same again" } else { "SOMETHING ELSE" };
    output.say(output.dim(format_args!("  by policy {}; judged once more from what was kept: {again}", made.policy)));
}

fn line(check: &Check, lang: Lang, context: &Context, output: Output) {
    let mark = match (check.held, check.rule.can_stop()) {
        (true, _) => "✓",
        (false, true) => "✗",
        (false, false) => "·",
    };
    let looked_at = [&check.input, &check.threshold].map(|value| written(value, lang, context));
    let facts = match looked_at {
        [Some(input), Some(threshold)] if input != threshold => format!("{input} / {threshold} · "),
        [Some(input), _] => format!("{input} · "),
        [None, _] => String::new(),
    };
    let label = rule_label(check.rule, lang);
    let said = if check.held { label.to_owned() } else { output.bold(label).to_string() };
    output.say(format_args!("    {mark} {said}  {}", output.dim(format_args!("{facts}{}", check.rule.id()))));
}

fn name(instrument: InstrumentId, context: &Context) -> String {
    let known = context.labels.iter().find(|(id, _)| *id == instrument);
    known.map_or_else(|| instrument.to_string(), |(_, label)| label.clone())
}

fn written(value: &Value, lang: Lang, context: &Context) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Count(count) => Some(count.to_string()),
        Value::Money(money) => Some(money.to_string()),
        Value::Time(at) => Some(time(*at, context.now, lang)),
        Value::Day(day) => Some(day.to_string()),
        Value::Unknown => None,
    }
}
