//! The credit report: the score with its plot, what moved it, what would raise it, and what it is enough for.

use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};
use tantu_domain::clock::day_of;
use tantu_explain::words::{PayLaterWords, day, fill, pay_later_words};
use tantu_paylater::credit::{Change, CreditEvent, HIGHEST, LOWEST};
use tantu_paylater::report::{Need, Needed, Raise, report};

use super::{PATH, bill_path, read};
use crate::access::PayerCaller;
use crate::api::pay_later::{line_of, offered};
use crate::app::Shared;
use crate::pages::visitor::Visitor;

/// Shows the report.
pub(crate) async fn show(State(app): State<Shared>, PayerCaller(payer): PayerCaller, visitor: Visitor) -> Response {
    let shown = async {
        let (file, now) = read(&app, payer).await?;
        let known = line_of(&file)?;
        let terms = &offered(&app)?.terms;
        let report = report(&known.credit, &known.bills, terms, now);
        let words = pay_later_words(visitor.lang);
        let range = fill(words.credit_range, &[("lowest", &LOWEST.to_string()), ("highest", &HIGHEST.to_string())]);
        let content = html! {
            section.card {
                h1 { (words.credit) }
                p.amount { (report.score.unwrap_or(0)) }
                p.quiet { (range) }
                (plot(words, &report.changes, terms.score_to_use))
                p.quiet { (fill(words.needed_line, &[("needed", &terms.score_to_use.to_string())])) }
            }
            section.card { h2 { (words.raises) } (raises(words, &report.raises)) }
            section.card { h2 { (words.moved) } (changes(&visitor, words, &report.changes, now)) }
            section.card { h2 { (words.needed) } (needed(words, &report.needed)) }
            section.small-print { p { a.button.quiet href=(PATH) { (words.back_home) } } }
        };
        Ok(visitor.page(words.credit, &content))
    };
    visitor.answer(shown.await)
}

/// The plot's width and height, in its own units.
const WIDTH: i32 = 320;
const HEIGHT: i32 = 120;

/// The score after each change, as a stepped line; the score that the line needs is dotted. Equal steps, because many changes
/// fall on one day: the dates stand in the list below.
fn plot(words: &PayLaterWords, changes: &[Change], needed: u16) -> Markup {
    let scores: Vec<i32> = changes.iter().map(|change| i32::from(change.score)).collect();
    let lowest = scores.iter().copied().chain([i32::from(needed)]).min().unwrap_or(0) - 20;
    let highest = scores.iter().copied().chain([i32::from(needed)]).max().unwrap_or(1) + 20;
    let y = |score: i32| HEIGHT - (score - lowest) * HEIGHT / (highest - lowest).max(1);
    let count = i32::try_from(scores.len()).unwrap_or(1).max(1);
    let mut path = String::new();
    for (index, score) in (0..).zip(&scores) {
        let (left, right) = (index * WIDTH / count, (index + 1) * WIDTH / count);
        let step = if index == 0 { format!("M{left} {}", y(*score)) } else { format!("V{}", y(*score)) };
        path.push_str(&format!("{step}H{right}"));
    }
    let dotted = y(i32::from(needed));
    html! {
        svg.plot viewBox={ "0 -14 " (WIDTH + 34) " " (HEIGHT + 28) } role="img" aria-label=(words.plot) {
            path.needed d={ "M0 " (dotted) "H" (WIDTH) } {}
            text x=(WIDTH + 4) y=(dotted + 4) { (needed) }
            path.score d=(path) {}
        }
    }
}

fn reason(words: &PayLaterWords, event: &CreditEvent) -> String {
    match event {
        CreditEvent::Opened { .. } => words.event_opened.to_owned(),
        CreditEvent::RepaidOnTime { .. } => words.event_on_time.to_owned(),
        CreditEvent::Overdue { level, .. } => fill(words.event_overdue, &[("level", &level.number().to_string())]),
        CreditEvent::RepaidLate { .. } => words.event_late.to_owned(),
        CreditEvent::CleanMonth => words.event_month.to_owned(),
        CreditEvent::LineUse { percent } => fill(words.event_use, &[("percent", &percent.to_string())]),
    }
}

fn changes(visitor: &Visitor, words: &PayLaterWords, changes: &[Change], now: Timestamp) -> Markup {
    html! {
        @for change in changes.iter().rev() {
            div.entry {
                p.line {
                    span { (reason(words, &change.entry.event)) }
                    span.sum { (format!("{:+}", change.points)) " → " (change.score) }
                }
                p.quiet.line {
                    span { (day(day_of(change.entry.at), now, visitor.lang)) }
                    @if let Some(bill) = change.entry.event.bill() { a.go href=(bill_path(bill)) { (words.bill_title) } }
                }
                @if change.entry.struck { p.quiet { (words.is_struck) } }
            }
        }
    }
}

fn raises(words: &PayLaterWords, raises: &[Raise]) -> Markup {
    html! {
        @if raises.is_empty() { p.quiet { (words.raise_none) } }
        @for raise in raises {
            @let points = raise.points.to_string();
            @match raise.bill {
                Some(bill) => { p { a.go href=(bill_path(bill)) { (fill(words.raise_bill, &[("points", &points)])) } } }
                None => { p { (fill(words.raise_month, &[("points", &points)])) } }
            }
        }
    }
}

fn needed(words: &PayLaterWords, needed: &[Needed]) -> Markup {
    let said = |one: &Needed| match one.what {
        Need::UseLine => fill(words.need_use, &[("score", &one.score.to_string())]),
        Need::Limit(limit) => {
            fill(words.need_limit, &[("limit", &limit.to_string()), ("score", &one.score.to_string())])
        }
    };
    html! {
        @for one in needed {
            p.line { span { (said(one)) } @if one.met { span.tag { (words.reached) } } }
        }
    }
}
