//! What every page has around it: the head, the language switch, the foot.

use axum::http::Uri;
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use tantu_explain::Lang;
use tantu_explain::words::{PageWords, help_words, pages};

use crate::pages::{status, style};

/// What the frame of a page depends on.
pub(crate) struct Frame<'a> {
    pub(crate) lang: Lang,
    /// The page's own address, if it can be opened again in another language.
    pub(crate) here: Option<&'a Uri>,
    pub(crate) demo: bool,
    /// Seconds after which the page looks again.
    pub(crate) refresh: Option<u32>,
}

/// A whole page.
pub(crate) fn layout(frame: &Frame<'_>, title: &str, content: &Markup) -> Response {
    let words = pages(frame.lang);
    let page = html! {
        (DOCTYPE)
        html lang=(frame.lang.id()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                meta name="color-scheme" content="light dark";
                @if let Some(seconds) = frame.refresh { meta http-equiv="refresh" content=(seconds); }
                title { (title) " · " (words.product_name) }
                link rel="stylesheet" href=(style::address());
                (status::alternate(frame.lang))
            }
            body {
                header.top {
                    a.brand href="/" { (words.product_name) }
                    @if let Some(here) = frame.here { (switch(words, frame.lang, here)) }
                }
                main { (content) }
                (help(frame.lang))
                footer.foot {
                    @if frame.demo { p { (words.demo_note) } }
                    p { (words.time_zone_note) }
                }
            }
        }
    };
    Html(page.into_string()).into_response()
}

/// Under every page: a line for own words. It changes nothing, so it needs no token of the form.
fn help(lang: Lang) -> Markup {
    let words = help_words(lang);
    html! {
        form.say method="post" action="/help/words" {
            label.unseen for="say" { (words.bar_label) }
            input #say name="text" required maxlength="1000" autocomplete="off" placeholder=(words.bar_label) enterkeyhint="send";
            button.small type="submit" { (words.own_words_button) }
        }
    }
}

fn switch(words: &PageWords, current: Lang, here: &Uri) -> Markup {
    html! {
        nav.languages aria-label=(words.language_label) {
            @for lang in Lang::ALL {
                a lang=(lang.id()) hreflang=(lang.id()) href=(in_language(here, *lang)) aria-current=[(*lang == current).then_some("true")] {
                    (name(words, *lang))
                }
            }
        }
    }
}

fn name(words: &PageWords, lang: Lang) -> &'static str {
    match lang {
        Lang::ZhHans => words.language_zh_hans,
        Lang::ZhHant => words.language_zh_hant,
        Lang::En => words.language_en,
    }
}

/// The same address in another language.
fn in_language(here: &Uri, lang: Lang) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in url::form_urlencoded::parse(here.query().unwrap_or("").as_bytes()) {
        if name != "lang" {
            query.append_pair(&name, &value);
        }
    }
    format!("{}?{}", here.path(), query.append_pair("lang", lang.id()).finish())
}

/// A sign over a page's heading: done, stop, wait, open or key.
pub(crate) fn mark(kind: &str) -> Markup {
    let drawn = match kind {
        "done" => "M5 12.5l4.5 4.5L19 7.5",
        "wait" => "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M12 7.5v5l3.2 2",
        "open" => "M5 12h14M13 6l6 6-6 6",
        "key" => "M7.5 10.5V8a4.5 4.5 0 0 1 9 0v2.5M5.5 10.5h13v9.5h-13zM12 14v2.5",
        _ => "M12 5.5v8M12 18v.1",
    };
    html! { p class={ "mark " (kind) } aria-hidden="true" { svg viewBox="0 0 24 24" { path d=(drawn); } } }
}

/// A card with a mark, a heading and paragraphs: what most pages say.
pub(crate) fn notice(mark: &str, title: &str, paragraphs: &[&str], rest: &Markup) -> Markup {
    html! {
        section.card {
            (self::mark(mark))
            h1 { (title) }
            @for paragraph in paragraphs { p { (paragraph) } }
            (rest)
        }
    }
}
