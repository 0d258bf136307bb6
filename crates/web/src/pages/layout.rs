//! What every page has around it: the head, the language switch, the foot.

use axum::http::Uri;
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use tantu_explain::Lang;
use tantu_explain::words::{PageWords, pages};

use crate::pages::style;

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
                link rel="stylesheet" href=(style::PATH);
            }
            body {
                header.top {
                    a.brand href="/" { (words.product_name) }
                    @if let Some(here) = frame.here { (switch(words, frame.lang, here)) }
                }
                main { (content) }
                footer.foot {
                    @if frame.demo { p { (words.demo_note) } }
                    p { (words.time_zone_note) }
                }
            }
        }
    };
    Html(page.into_string()).into_response()
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

/// A card with a mark, a heading and paragraphs: what most pages say.
pub(crate) fn notice(mark: &str, title: &str, paragraphs: &[&str], rest: &Markup) -> Markup {
    html! {
        section.card {
            p class={ "mark " (mark) } aria-hidden="true" {}
            h1 { (title) }
            @for paragraph in paragraphs { p { (paragraph) } }
            (rest)
        }
    }
}
