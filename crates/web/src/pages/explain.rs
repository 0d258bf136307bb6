//! A channel's code explained to whoever holds it, without signing in.
//!
//! Where channels or calls do not mean the same by a code, each reading stands by itself: one that is declined
//! somewhere must not make one that is open elsewhere look safe.

use std::collections::BTreeSet;

use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};
use tantu_codes::{CodeResult, Meaning};
use tantu_domain::channel::Channel;
use tantu_domain::evidence::{Confidence, Finding};
use tantu_domain::operation::Operation;
use tantu_explain::words::{PageWords, channel_label, fill, operation, who_label};

use crate::explanation::{Explanation, LONGEST_CODE, Outcome, Question};
use crate::pages::layout::mark;
use crate::pages::visitor::Visitor;
use crate::render::place;

/// Shows the field, and under it what the code means.
pub(crate) async fn show(visitor: Visitor) -> Response {
    let words = visitor.words;
    let code: String = visitor.query("code").trim().chars().take(LONGEST_CODE).collect();
    let channel = visitor.query("channel");
    let channel = Some(channel.as_str()).filter(|channel| !channel.is_empty());
    let content = html! {
        (field(words, &code))
        @if !code.is_empty() { (answer(&visitor, &code, channel)) }
    };
    visitor.page(words.explain_title, &content)
}

fn field(words: &PageWords, code: &str) -> Markup {
    html! {
        section.card {
            h1 { (words.explain_title) }
            p { (words.explain_body) }
            form.entry method="get" action="/explain" role="search" {
                label for="code" { (words.explain_code_label) }
                input.wide #code name="code" value=(code) required maxlength=(LONGEST_CODE)
                    autocomplete="off" autocapitalize="none" spellcheck="false" enterkeyhint="search";
                button.wide type="submit" { (words.explain_button) }
            }
        }
    }
}

fn answer(visitor: &Visitor, code: &str, channel: Option<&str>) -> Markup {
    let words = visitor.words;
    let now = visitor.app.engine.clock().now();
    let tables = visitor.app.config.codes.as_deref();
    let explanation = Explanation::of_code(tables, &Question { code, channel, family: None }, now);
    let readings = explanation.readings(now);
    html! {
        @if readings.len() > 1 {
            (verdict(words, code, explanation.result, words.explain_differs))
            @for reading in &readings { (told(visitor, reading, now, true)) }
        } @else {
            (verdict(words, code, explanation.result, result_words(words, explanation.result).1))
            (told(visitor, &explanation, now, false))
        }
        @if !explanation.meanings.is_empty() { (for_developers(visitor, &explanation)) }
        @if channel.is_some() { p.center { a href=(address(code, None)) { (words.explain_all_channels) } } }
    }
}

/// What the code says altogether.
fn verdict(words: &PageWords, code: &str, result: Outcome, body: &str) -> Markup {
    html! {
        section.card role="status" {
            (mark(sign(result)))
            h2 { (result_words(words, result).0) }
            p.code { (words.explain_code_label) " " code { (code) } }
            p { (body) }
        }
    }
}

fn sign(result: Outcome) -> &'static str {
    match result {
        Outcome::Known(CodeResult::Succeeded) => "done",
        Outcome::Known(CodeResult::Declined) => "stop",
        Outcome::Known(CodeResult::Accepted | CodeResult::Undecided) | Outcome::Unrecognised => "wait",
    }
}

fn result_words(words: &PageWords, result: Outcome) -> (&'static str, &'static str) {
    match result {
        Outcome::Known(CodeResult::Succeeded) => (words.explain_succeeded_title, words.explain_succeeded_body),
        Outcome::Known(CodeResult::Accepted) => (words.explain_accepted_title, words.explain_accepted_body),
        Outcome::Known(CodeResult::Declined) => (words.explain_declined_title, words.explain_declined_body),
        Outcome::Known(CodeResult::Undecided) => (words.explain_undecided_title, words.explain_undecided_body),
        Outcome::Unrecognised => (words.explain_unknown_title, words.explain_unknown_body),
    }
}

/// One reading: its causes with what to do, or that the merchant has to act. Under a heading of its own if there
/// are several.
fn told(visitor: &Visitor, reading: &Explanation<'_>, now: Timestamp, named: bool) -> Markup {
    let words = visitor.words;
    let theirs = reading.findings.is_empty() && reading.meanings.iter().any(|meaning| meaning.fix.is_some());
    let (title, body) = result_words(words, reading.result);
    html! {
        @if named || !reading.findings.is_empty() || theirs {
            section.card {
                @if named {
                    @if let Some(first) = reading.meanings.first() {
                        h2 { a href=(address(first.code, Some(first.channel))) { (channel_name(visitor, first.channel)) } " · " (title) }
                        p { (body) }
                    }
                }
                @if theirs { p { (words.explain_merchant_side) } }
                @if !reading.findings.is_empty() {
                    ul.causes { @for finding in &reading.findings { (cause(visitor, reading, finding, now)) } }
                }
            }
        }
    }
}

/// What happened, whether the money is safe, what to do; and, where the result is known, where to tap.
fn cause(visitor: &Visitor, reading: &Explanation<'_>, finding: &Finding, now: Timestamp) -> Markup {
    let (labels, lang) = (visitor.words, visitor.lang);
    let said = reading.words(finding, lang, &reading.context(now));
    let who: Vec<&str> = finding.cause.who().iter().map(|who| who_label(*who, lang)).collect();
    let mut steps = reading.operations(finding);
    steps.retain(|operation| stands_alone(*operation));
    html! {
        li {
            h3 { (said.title) }
            @if let Some(tag) = confidence(labels, finding.confidence) { p { span.tag { (tag) } } }
            dl.four {
                dt { (labels.what_happened_label) } dd { (said.happened) }
                // While it is open, the reading itself has said so above all its causes.
                @if !reading.result.is_open() { dt { (labels.money_safe_label) } dd { (said.money) } }
                dt { (labels.who_label) } dd { (who.join(" · ")) }
                @if !said.now.is_empty() {
                    dt { (labels.what_now_label) }
                    dd { @for line in &said.now { p { (line) } } }
                }
            }
            @if !steps.is_empty() {
                details {
                    summary { (labels.way_out) }
                    ol.steps { @for (index, known) in steps.iter().enumerate() { (step(visitor, index + 1, *known, finding)) } }
                }
            }
        }
    }
}

/// What means something without a payment of ours before one's eyes, and without a time to wait for.
pub(crate) fn stands_alone(operation: Operation) -> bool {
    !matches!(
        operation,
        Operation::Resume
            | Operation::Recheck
            | Operation::AwaitResult
            | Operation::RetrySameKey
            | Operation::Wait
            | Operation::WaitUntil
    )
}

fn confidence(words: &PageWords, confidence: Confidence) -> Option<&'static str> {
    match confidence {
        Confidence::Certain => None,
        Confidence::Likely => Some(words.likely),
        Confidence::Possible => Some(words.possible),
    }
}

/// One remedy: what it is, who does it, where to tap.
pub(crate) fn step(visitor: &Visitor, number: usize, known: Operation, finding: &Finding) -> Markup {
    let words = visitor.words;
    let said = operation(known, place(finding), visitor.lang);
    html! {
        li.step {
            span.number aria-hidden="true" { (number) }
            div {
                h3 { (said.title) }
                p { (said.what) }
                dl.facts {
                    dt { (words.who_label) } dd { (who_label(known.who(), visitor.lang)) }
                    @if !said.place.is_empty() { dt { (words.where_label) } dd { (said.place) } }
                    @if !said.takes.is_empty() { dt { (words.takes_label) } dd { (said.takes) } }
                }
            }
        }
    }
}

/// The rows themselves: what the channel's text is, whether the order may be sent again, what to change.
fn for_developers(visitor: &Visitor, explanation: &Explanation<'_>) -> Markup {
    let words = visitor.words;
    let fixes: BTreeSet<String> =
        explanation.meanings.iter().filter_map(|meaning| meaning.fix).map(|fix| fix.what().into_owned()).collect();
    html! {
        section.card {
            details open[explanation.findings.is_empty()] {
                summary { (words.explain_developer_heading) }
                // What a developer has to change is said in English alone.
                @for fix in &fixes { p lang="en" { (fix) } }
                ul.causes { @for meaning in &explanation.meanings { (row(visitor, meaning)) } }
            }
        }
    }
}

fn row(visitor: &Visitor, meaning: &Meaning) -> Markup {
    let words = visitor.words;
    let again = match (meaning.resend_same_order, meaning.result) {
        (true, CodeResult::Undecided) => words.explain_resend_after_query,
        (true, CodeResult::Succeeded | CodeResult::Accepted | CodeResult::Declined) => words.explain_resend_yes,
        (false, _) => words.explain_resend_no,
    };
    let (title, _) = result_words(words, Outcome::Known(meaning.result));
    html! {
        li {
            p { (channel_name(visitor, meaning.channel)) " · " code { (meaning.family) } " · " code { (meaning.code) } }
            p { (title) " · " (again) }
            @if !meaning.message.is_empty() { p.quiet { (words.explain_message_label) " " q lang="" { (meaning.message) } } }
            @if meaning.overridden { p.hint { (fill(words.explain_changed_here, &[("note", meaning.note)])) } }
        }
    }
}

fn channel_name(visitor: &Visitor, id: &'static str) -> &'static str {
    match (Channel::parse(id), id) {
        (Some(channel), _) => channel_label(channel, visitor.lang),
        (None, "iso8583") => visitor.words.explain_card_networks,
        (None, "stripe") => "Stripe",
        (None, "adyen") => "Adyen",
        (None, other) => other,
    }
}

fn address(code: &str, channel: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("code", code);
    if let Some(channel) = channel {
        query.append_pair("channel", channel);
    }
    format!("/explain?{}", query.finish())
}
