//! The help centre: own words, a search, and an article for each cause, from each of which the check begins.
//!
//! What somebody writes here is understood in memory and kept nowhere: not in a log, and not in an address. An address holds
//! only the ids of causes and replies.

use std::sync::OnceLock;

use axum::extract::Path;
use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};
use tantu_diagnosis::normal::Normaliser;
use tantu_domain::cause::Cause;
use tantu_domain::evidence::{Confidence, Finding};
use tantu_explain::Lang;
use tantu_explain::words::{
    CauseWords, Context, HelpWords, check_words, group_label, heard, help_words, operation, status_words, who_label,
};
use tantu_explain::words::{door, question, reply};

use crate::body::FormBody;
use crate::explanation::Explanation;
use crate::pages::check;
use crate::pages::explain::{stands_alone, step};
use crate::pages::guided::{Heard, address};
use crate::pages::status;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// More than this of somebody's words is not read on a page.
const LONGEST_TEXT: usize = 10_000;
/// A page has room for so many causes.
const MOST_SHOWN: usize = 3;
/// Nobody searches for more than this.
const LONGEST_SEARCH: usize = 100;

/// The centre itself, with what a search has found.
pub(crate) async fn show(visitor: Visitor) -> Response {
    let words = help_words(visitor.lang);
    let searched: String = visitor.query("q").trim().chars().take(LONGEST_SEARCH).collect();
    let content = html! {
        (own_words(words, ""))
        section.card {
            h2 { (words.check_title) }
            p { (words.check_body) }
            a.button.wide href="/help/check" { (words.check_button) }
            p.center { a href=(check::PATH) { (check_words(visitor.lang).title) } }
            p.center { a href=(status::PATH) { (status_words(visitor.lang).to_status) } }
        }
        (search(words, &searched))
        @if searched.is_empty() { (all_articles(visitor.lang, words)) } @else { (found(visitor.lang, words, &searched)) }
    };
    visitor.page(words.title, &content)
}

/// Answers somebody's own words. Nothing changes by it and nothing is kept, so that any page may send it.
pub(crate) async fn hear(visitor: Visitor, form: Result<FormBody, Problem>) -> Response {
    let form = match form {
        Ok(form) => form,
        Err(problem) => return visitor.answer(Err(problem)),
    };
    let (lang, words) = (visitor.lang, help_words(visitor.lang));
    let text: String = form.value("text").chars().take(LONGEST_TEXT).collect();
    let now = visitor.app.engine.clock().now();
    let explanation = Explanation::of_text(visitor.app.config.codes.as_deref(), &text, &[], now);
    let heard = Heard::of(&explanation);
    let (asked, shown) = explanation.said.as_ref().map_or((None, None), |said| (said.question, said.door));
    let content = html! {
        @if let Some(shown) = shown {
            section.card role="status" { h1 { (words.door_title) } p { (door(shown, lang)) } }
        }
        @if let Some(asked) = asked {
            section.card role="status" {
                h1 { (words.ask_title) }
                p { (question(asked, lang)) }
                div.replies {
                    @for one in asked.replies() {
                        a.button.quiet href=(address(&heard, &[one.id().to_owned()])) { (reply(*one, lang)) }
                    }
                }
            }
        } @else {
            section.card {
                h2 { (words.heard_title) }
                ul.causes {
                    @for finding in explanation.findings.iter().take(MOST_SHOWN) { (suspected(lang, words, finding, now)) }
                }
                p { a.button.quiet href=(address(&heard, &[])) { (words.check_title) } }
            }
        }
        (own_words(words, ""))
    };
    visitor.page(words.title, &content)
}

/// The article about one cause.
pub(crate) async fn article(visitor: Visitor, Path(id): Path<String>) -> Response {
    let Some(cause) = Cause::parse(&id) else {
        return visitor.answer(Err(Problem::not_found("article", &id)));
    };
    let words = help_words(visitor.lang);
    let now = visitor.app.engine.clock().now();
    let said = said(cause, visitor.lang, now);
    let content = html! {
        section.card {
            p.quiet { (group_label(cause.group(), visitor.lang)) }
            h1 { (said.title) }
            h2 { (words.when_title) }
            p { (said.happened) }
            p.quiet { (said.money) }
            a.button.wide href=(address(&Heard::only(cause), &[])) { (words.mine_button) }
        }
        (way_out(&visitor, words, cause))
        p.center { a href="/help" { (words.articles_title) } }
    };
    visitor.page(&said.title, &content)
}

/// What to do about a cause: each remedy, who does it, where to tap.
pub(crate) fn way_out(visitor: &Visitor, words: &HelpWords, cause: Cause) -> Markup {
    let finding = plain(cause, Confidence::Certain);
    let mut operations = cause.operations().to_vec();
    operations.retain(|operation| stands_alone(*operation));
    let who: Vec<&str> = cause.who().iter().map(|who| who_label(*who, visitor.lang)).collect();
    html! {
        section.card {
            h2 { (words.steps_title) }
            p.quiet { (visitor.words.who_label) " " (who.join(" · ")) }
            @if !operations.is_empty() {
                ol.steps { @for (index, known) in operations.iter().enumerate() { (step(visitor, index + 1, *known, &finding)) } }
            }
            @for line in said(cause, visitor.lang, Timestamp::UNIX_EPOCH).now.iter().filter(|_| operations.is_empty()) { p { (line) } }
        }
    }
}

/// What is said of a cause where nothing else is known.
pub(crate) fn said(cause: Cause, lang: Lang, now: Timestamp) -> CauseWords {
    heard(&plain(cause, Confidence::Certain), lang, &Context::at(now))
}

fn plain(cause: Cause, confidence: Confidence) -> Finding {
    Finding { cause, confidence, evidence: Vec::new(), instrument: None }
}

/// The field for own words.
fn own_words(words: &HelpWords, written: &str) -> Markup {
    html! {
        section.card {
            form.entry method="post" action="/help/words" {
                label for="text" { h1 { (words.own_words_label) } }
                textarea #text name="text" rows="3" maxlength=(LONGEST_TEXT) required autocomplete="off" aria-describedby="text-hint" { (written) }
                p.quiet #text-hint { (words.own_words_hint) }
                button.wide type="submit" { (words.own_words_button) }
            }
        }
    }
}

fn suspected(lang: Lang, words: &HelpWords, finding: &Finding, now: Timestamp) -> Markup {
    let said = heard(finding, lang, &Context::at(now));
    html! {
        li {
            h3 { (said.title) }
            p { (said.happened) }
            p.actions {
                a.button.small href={ "/help/" (finding.cause.id()) } { (words.read_button) }
                a.button.small href=(address(&Heard::only(finding.cause), &[])) { (words.mine_button) }
            }
        }
    }
}

fn search(words: &HelpWords, searched: &str) -> Markup {
    html! {
        section.card {
            form.entry method="get" action="/help" role="search" {
                label for="q" { (words.search_label) }
                input.wide #q name="q" value=(searched) required maxlength=(LONGEST_SEARCH) enterkeyhint="search";
                button type="submit" { (words.search_button) }
            }
        }
    }
}

fn all_articles(lang: Lang, words: &HelpWords) -> Markup {
    let mut groups: Vec<_> = Cause::ALL.iter().map(|cause| cause.group()).collect();
    groups.dedup();
    html! {
        section.card {
            h2 { (words.articles_title) }
            @for group in groups {
                details {
                    summary { (group_label(group, lang)) }
                    (list(lang, Cause::ALL.iter().copied().filter(|cause| cause.group() == group)))
                }
            }
        }
    }
}

fn found(lang: Lang, words: &HelpWords, searched: &str) -> Markup {
    let causes = articles_with(searched);
    html! {
        section.card role="status" {
            @if causes.is_empty() { p { (words.search_none) } } @else { (list(lang, causes.into_iter())) }
        }
    }
}

fn list(lang: Lang, causes: impl Iterator<Item = Cause>) -> Markup {
    html! {
        ul.links {
            @for cause in causes {
                li { a href={ "/help/" (cause.id()) } { (said(cause, lang, Timestamp::UNIX_EPOCH).title) } }
            }
        }
    }
}

/// The articles that have every one of the words, in whatever language and script; those that have them in the title first.
fn articles_with(searched: &str) -> Vec<Cause> {
    let normal = Normaliser::shared().normalise(searched);
    let wanted: Vec<&str> = normal.split_whitespace().collect();
    let has = |text: &str| !wanted.is_empty() && wanted.iter().all(|word| text.contains(word));
    let index = index();
    let titled = index.iter().filter(|article| has(&article.title));
    let others = index.iter().filter(|article| !has(&article.title) && has(&article.text));
    titled.chain(others).map(|article| article.cause).collect()
}

struct Article {
    cause: Cause,
    title: String,
    text: String,
}

/// Every article in all languages, as a search sees it.
fn index() -> &'static [Article] {
    static INDEX: OnceLock<Vec<Article>> = OnceLock::new();
    INDEX.get_or_init(|| Cause::ALL.iter().map(|cause| indexed(*cause)).collect())
}

fn indexed(cause: Cause) -> Article {
    let (mut titles, mut texts) = (Vec::new(), vec![cause.id().to_owned()]);
    for lang in Lang::ALL {
        let said = said(cause, *lang, Timestamp::UNIX_EPOCH);
        titles.push(said.title);
        texts.push(said.happened);
        for known in cause.operations() {
            let words = operation(*known, None, *lang);
            texts.extend([words.title, words.what, words.place]);
        }
    }
    let normal =
        |texts: &[String]| texts.iter().map(|text| Normaliser::shared().normalise(text)).collect::<Vec<_>>().join(" ");
    let title = normal(&titles);
    Article { cause, text: format!("{title} {}", normal(&texts)), title }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_characters_are_found_in_either_script() {
        for searched in ["限额", "限額", "limit"] {
            assert!(articles_with(searched).contains(&Cause::LimitDaily), "{searched}");
        }
        assert!(articles_with("简讯").contains(&Cause::OtpIntercepted), "{:?}", articles_with("简讯"));
        assert_eq!(articles_with("zzzz"), Vec::new());
        assert_eq!(articles_with("，"), Vec::new());
    }
}
