//! The guided check as pages: one question at a time, each reply a link. The address is its memory.
//!
//! Whoever keeps the address goes on where he was, on any device; nothing is stored, and nothing in it is secret.

use axum::response::Response;
use maud::{Markup, html};
use tantu_diagnosis::{Fact, GuidedCheck, Next, Suspicion, Taken};
use tantu_domain::cause::Cause;
use tantu_domain::incident::IncidentScope;
use tantu_domain::question::Question;
use tantu_explain::words::{HelpWords, fill, help_words, question, reply};

use crate::explanation::Explanation;
use crate::pages::help::{said, way_out};
use crate::pages::layout::mark;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// An address holds no more than this of what was heard.
const MOST_HEARD: usize = 5;
/// What somebody who opened one article is taken to suspect, in per cent: a beginning, and no verdict.
const SUSPECTS: u8 = 12;

/// What was heard in somebody's words, as an address can hold it: causes and per cent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heard(Vec<(Cause, u8)>);

impl Heard {
    /// What an explanation of own words has found.
    pub(crate) fn of(explanation: &Explanation<'_>) -> Self {
        let heard = explanation.said.iter().flat_map(|said| &said.heard);
        Self(heard.copied().take(MOST_HEARD).collect())
    }

    /// Somebody thinks that it is this.
    pub(crate) fn only(cause: Cause) -> Self {
        Self(vec![(cause, SUSPECTS)])
    }

    fn parse(text: &str) -> Self {
        let pairs = text.split(',').filter_map(|pair| pair.split_once('~'));
        let known = pairs.filter_map(|(cause, percent)| Some((Cause::parse(cause)?, percent.parse().ok()?)));
        Self(known.take(MOST_HEARD).collect())
    }

    fn id(&self) -> String {
        self.0.iter().map(|(cause, percent)| format!("{}~{percent}", cause.id())).collect::<Vec<_>>().join(",")
    }

    fn suspicions(&self) -> Vec<Suspicion> {
        self.0.iter().map(|(cause, percent)| Suspicion::of_percent(*cause, *percent)).collect()
    }
}

/// Where a check stands that has heard this and taken these steps.
pub(crate) fn address(heard: &Heard, taken: &[String]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if !heard.0.is_empty() {
        query.append_pair("heard", &heard.id());
    }
    for step in taken {
        query.append_pair("step", step);
    }
    match query.finish() {
        query if query.is_empty() => "/help/check".to_owned(),
        query => format!("/help/check?{query}"),
    }
}

/// Shows what comes next.
pub(crate) async fn show(visitor: Visitor) -> Response {
    let found = next(&visitor).await;
    visitor.answer(found)
}

async fn next(visitor: &Visitor) -> Result<Response, Problem> {
    let words = help_words(visitor.lang);
    let heard = Heard::parse(&visitor.query("heard"));
    let steps = visitor.queries("step");
    // A step that nobody knows is left out, and with it whatever else somebody has written into an address.
    let taken: Vec<Taken> =
        steps.iter().filter_map(|step| Taken::parse(step)).take(tantu_diagnosis::MOST_STEPS).collect();
    let now = visitor.app.engine.clock().now();
    let incidents = visitor.app.engine.read(move |store| store.incidents(now)).await?;
    let ours = incidents.iter().any(|incident| incident.scope == IncidentScope::Platform && incident.stands(now));
    let known: Vec<Fact> = ours.then_some(Fact::Blocks(Cause::PlatformOutage)).into_iter().collect();
    let ids: Vec<String> = taken.iter().map(|step| step.id()).collect();
    let content = match GuidedCheck::resume(&heard.suspicions(), &known, &taken).next() {
        Next::Ask(asked) => ask(visitor, words, asked, &heard, &ids),
        Next::Named(cause) => named(visitor, words, cause, &heard, &ids),
        Next::Support => html! {
            section.card role="status" { (mark("open")) h1 { (words.support_title) } p { (words.support_body) } }
        },
    };
    let again = html! { p.center { a href="/help/check" { (words.again_button) } " · " a href="/help" { (words.articles_title) } } };
    Ok(visitor.page(words.check_title, &html! { (content) (again) }))
}

fn with(taken: &[String], step: Taken) -> Vec<String> {
    taken.iter().cloned().chain([step.id()]).collect()
}

fn ask(visitor: &Visitor, words: &HelpWords, asked: Question, heard: &Heard, taken: &[String]) -> Markup {
    let number = (taken.len() + 1).to_string();
    html! {
        section.card {
            p.quiet { (fill(words.question_of, &[("number", &number)])) }
            h1 { (question(asked, visitor.lang)) }
            div.replies {
                @for one in asked.replies() {
                    a.button.quiet href=(address(heard, &with(taken, Taken::Replied(*one)))) { (reply(*one, visitor.lang)) }
                }
            }
        }
    }
}

fn named(visitor: &Visitor, words: &HelpWords, cause: Cause, heard: &Heard, taken: &[String]) -> Markup {
    let said = said(cause, visitor.lang, visitor.app.engine.clock().now());
    html! {
        section.card role="status" {
            p.quiet { (words.named_title) }
            h1 { (said.title) }
            p { (said.happened) }
            p.quiet { (said.money) }
        }
        (way_out(visitor, words, cause))
        p.center { a.button.quiet href=(address(heard, &with(taken, Taken::StillFails(cause)))) { (words.still_button) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_what_was_heard_and_nothing_else() {
        let heard = Heard(vec![(Cause::LimitDaily, 62), (Cause::LimitMonthly, 8)]);
        assert_eq!(Heard::parse(&heard.id()), heard);
        assert_eq!(Heard::parse("6222020200000000~9,limit.daily~x,,~"), Heard(Vec::new()));
        let step = Taken::StillFails(Cause::LimitDaily).id();
        assert_eq!(
            address(&heard, &[step]),
            "/help/check?heard=limit.daily%7E62%2Climit.monthly%7E8&step=not%3Alimit.daily"
        );
        assert_eq!(address(&Heard(Vec::new()), &[]), "/help/check");
    }
}
