//! The help centre: own words, a search, and an article for each topic and each cause, from each of which the check begins.
//!
//! What somebody writes here is understood in memory and kept nowhere: not in a log, and not in an address. An address holds
//! only the ids of causes and replies.

use std::sync::OnceLock;

use axum::extract::Path;
use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};
use tantu_diagnosis::Taken;
use tantu_diagnosis::normal::Normaliser;
use tantu_domain::cause::Cause;
use tantu_domain::evidence::{Confidence, Finding};
use tantu_explain::words::{
    CauseWords, Context, HelpWords, check_words, group_label, heard, help_words, operation, status_words, topic,
    who_label,
};
use tantu_explain::words::{door, question, reply};
use tantu_explain::{Lang, Topic};

use crate::body::FormBody;
use crate::explanation::Explanation;
use crate::pages::check;
use crate::pages::explain::{stands_alone, step};
use crate::pages::guided::{Heard, Walk};
use crate::pages::status;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// More than this of somebody's words is not read on a page.
const LONGEST_TEXT: usize = 10_000;
/// So many bytes its form may have: each character of four bytes, each byte as a form writes it, and the form around it.
pub(crate) const LARGEST: usize = LONGEST_TEXT * 4 * 3 + 1024;
/// A page has room for so many causes.
const MOST_SHOWN: usize = 3;
/// Nobody searches for more than this.
const LONGEST_SEARCH: usize = 100;

/// The centre itself, with what a search has found.
pub(crate) async fn show(visitor: Visitor) -> Response {
    let words = help_words(visitor.lang);
    let searched: String = visitor.query("q").trim().chars().take(LONGEST_SEARCH).collect();
    // Whoever has searched is shown what was found before anything else.
    let content = html! {
        @if !searched.is_empty() { (search(words, &searched)) (found(visitor.lang, words, &searched)) }
        (own_words(words, ""))
        section.card {
            h2 { (words.check_title) }
            p { (words.check_body) }
            a.button.wide href="/help/check" { (words.check_button) }
            p.center { a href=(check::PATH) { (check_words(visitor.lang).title) } }
            p.center { a href=(status::PATH) { (status_words(visitor.lang).to_status) } }
        }
        @if searched.is_empty() { (search(words, "")) (all_articles(visitor.lang, words)) }
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
    let walk = Walk::of(Heard::of(&explanation));
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
                        a.button.quiet href=(walk.then(Taken::Replied(*one)).of_nothing()) { (reply(*one, lang)) }
                    }
                }
            }
        } @else {
            section.card {
                h2 { (words.heard_title) }
                ul.causes {
                    @for finding in explanation.findings.iter().take(MOST_SHOWN) { (suspected(lang, words, finding, now)) }
                }
                p { a.button.quiet href=(walk.of_nothing()) { (words.check_title) } }
            }
        }
        (own_words(words, ""))
    };
    visitor.page(words.title, &content)
}

/// Where somebody checks whether it is one of these that stops his own payment.
fn mine(causes: &[Cause]) -> String {
    Walk::of(Heard::among(causes)).of_nothing()
}

/// The article about one cause or one topic.
pub(crate) async fn article(visitor: Visitor, Path(id): Path<String>) -> Response {
    match (Cause::parse(&id), Topic::parse(&id)) {
        (Some(cause), _) => of_cause(&visitor, cause),
        (None, Some(topic)) => of_topic(&visitor, topic),
        (None, None) => visitor.answer(Err(Problem::not_found("article", &id))),
    }
}

fn of_cause(visitor: &Visitor, cause: Cause) -> Response {
    let words = help_words(visitor.lang);
    let now = visitor.app.engine.clock().now();
    let said = said(cause, visitor.lang, now);
    let about: Vec<Topic> = Topic::ALL.iter().copied().filter(|topic| topic.causes().contains(&cause)).collect();
    let content = html! {
        section.card {
            p.quiet { (group_label(cause.group(), visitor.lang)) }
            h1 { (said.title) }
            h2 { (words.when_title) }
            p { (said.happened) }
            p.quiet { (said.money) }
            a.button.wide href=(mine(&[cause])) { (words.mine_button) }
        }
        (way_out(visitor, words, cause))
        @if !about.is_empty() { section.card { h2 { (words.topics_title) } (topics(visitor.lang, &about)) } }
        @if status::knows_more(cause) { p.center { (status::link(visitor.lang)) } }
        p.center { a href="/help" { (words.articles_title) } }
    };
    visitor.page(&said.title, &content)
}

fn of_topic(visitor: &Visitor, about: Topic) -> Response {
    let words = help_words(visitor.lang);
    let written = topic(about, visitor.lang);
    let content = html! {
        section.card {
            p.quiet { (words.topics_title) }
            h1 { (written.title) }
            p { (written.lead) }
            a.button.wide href=(mine(about.causes())) { (words.mine_button) }
        }
        section.card {
            @for (heading, text) in written.parts { h2 { (heading) } p { (text) } }
        }
        section.card {
            h2 { (words.causes_title) }
            (list(visitor.lang, about.causes().iter().copied()))
        }
        p.center { a href="/help" { (words.articles_title) } }
    };
    visitor.page(written.title, &content)
}

fn topics(lang: Lang, shown: &[Topic]) -> Markup {
    html! {
        ul.links { @for one in shown { li { a href={ "/help/" (one.id()) } { (topic(*one, lang).title) } } } }
    }
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
                a.button.small href=(mine(&[finding.cause])) { (words.mine_button) }
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
            h2 { (words.topics_title) }
            (topics(lang, Topic::ALL))
        }
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
    let found = articles_with(searched);
    html! {
        section.card role="status" {
            @if found.is_empty() { p { (words.search_none) } }
            @else { ul.links { @for about in found { li { a href={ "/help/" (about.id()) } { (about.title(lang)) } } } } }
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
fn articles_with(searched: &str) -> Vec<About> {
    let normal = Normaliser::shared().normalise(searched);
    let wanted: Vec<&str> = normal.split_whitespace().collect();
    let has = |text: &str| !wanted.is_empty() && wanted.iter().all(|word| text.contains(word));
    let index = index();
    let titled = index.iter().filter(|article| has(&article.title));
    let others = index.iter().filter(|article| !has(&article.title) && has(&article.text));
    titled.chain(others).map(|article| article.about).collect()
}

/// What an article is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    Topic(Topic),
    Cause(Cause),
}

impl About {
    fn id(self) -> &'static str {
        match self {
            Self::Topic(topic) => topic.id(),
            Self::Cause(cause) => cause.id(),
        }
    }

    fn title(self, lang: Lang) -> String {
        match self {
            Self::Topic(about) => topic(about, lang).title.to_owned(),
            Self::Cause(cause) => said(cause, lang, Timestamp::UNIX_EPOCH).title,
        }
    }

    /// What a search reads besides the title.
    fn texts(self, lang: Lang) -> Vec<String> {
        match self {
            Self::Topic(about) => {
                let written = topic(about, lang);
                let parts = written.parts.iter().flat_map(|(heading, text)| [*heading, *text]);
                std::iter::once(written.lead).chain(parts).map(str::to_owned).collect()
            }
            Self::Cause(cause) => {
                let mut texts = vec![said(cause, lang, Timestamp::UNIX_EPOCH).happened];
                for known in cause.operations() {
                    let words = operation(*known, None, lang);
                    texts.extend([words.title, words.what, words.place]);
                }
                texts
            }
        }
    }
}

struct Article {
    about: About,
    title: String,
    text: String,
}

/// Every article in all languages, as a search sees it; the topics first.
fn index() -> &'static [Article] {
    static INDEX: OnceLock<Vec<Article>> = OnceLock::new();
    INDEX.get_or_init(|| {
        let topics = Topic::ALL.iter().map(|topic| About::Topic(*topic));
        topics.chain(Cause::ALL.iter().map(|cause| About::Cause(*cause))).map(indexed).collect()
    })
}

fn indexed(about: About) -> Article {
    let titles: Vec<String> = Lang::ALL.iter().map(|lang| about.title(*lang)).collect();
    let mut texts = vec![about.id().to_owned()];
    texts.extend(Lang::ALL.iter().flat_map(|lang| about.texts(*lang)));
    let normal =
        |texts: &[String]| texts.iter().map(|text| Normaliser::shared().normalise(text)).collect::<Vec<_>>().join(" ");
    let title = normal(&titles);
    Article { about, text: format!("{title} {}", normal(&texts)), title }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_characters_are_found_in_either_script() {
        for searched in ["限额", "限額", "limit"] {
            assert!(articles_with(searched).contains(&About::Cause(Cause::LimitDaily)), "{searched}");
        }
        let hidden = articles_with("简讯");
        assert!(hidden.contains(&About::Cause(Cause::OtpIntercepted)), "{hidden:?}");
        assert_eq!(articles_with("zzzz"), Vec::new());
        assert_eq!(articles_with("，"), Vec::new());
    }

    #[test]
    fn topics_are_found_by_two_characters_in_either_script_before_the_causes() {
        let searched = [
            (["绑卡", "綁卡"], Topic::BindingACard),
            (["验证", "驗證"], Topic::Codes),
            (["限额", "限額"], Topic::Limits),
            (["授权", "授權"], Topic::Mandates),
            (["还款", "還款"], Topic::PayLater),
            (["点数", "點數"], Topic::Points),
            (["安全", "本人"], Topic::Safety),
            (["网络", "網路"], Topic::Device),
        ];
        for (words, topic) in searched {
            for word in words {
                let found = articles_with(word);
                assert!(found.contains(&About::Topic(topic)), "{word}: {found:?}");
                let first_cause = found.iter().position(|one| matches!(one, About::Cause(_))).unwrap_or(found.len());
                let titled = topic_titles(topic).iter().any(|title| title.contains(word));
                let place = found.iter().position(|one| *one == About::Topic(topic)).unwrap();
                assert!(!titled || place < first_cause, "{word}: {found:?}");
            }
        }
    }

    fn topic_titles(about: Topic) -> Vec<&'static str> {
        Lang::ALL.iter().map(|lang| topic(about, *lang).title).collect()
    }
}
