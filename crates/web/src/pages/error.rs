//! A problem as a page: what it means to a person, with a way on.

use axum::response::Response;
use maud::html;
use tantu_explain::Lang;
use tantu_explain::words::{PageWords, pages};

use crate::pages::layout::{Frame, layout, notice};
use crate::problem::{Kind, Problem};

/// The page of a problem, with its status.
pub(crate) fn page(problem: &Problem, lang: Lang) -> Response {
    let words = pages(lang);
    let (title, body) = told(problem.kind, words, lang);
    let (_, name, _) = problem.kind.facts();
    let content = notice(
        "stop",
        title,
        &[body],
        &html! {
            p.code { (words.code_small_label) " " code { (name) } }
            p { a.button.quiet href="/" { (pages(lang).home_link) } }
        },
    );
    let mut response = layout(&Frame { lang, here: None, demo: false, refresh: None }, title, &content);
    *response.status_mut() = problem.status();
    response
}

fn told(kind: Kind, words: &'static PageWords, lang: Lang) -> (&'static str, &'static str) {
    match kind {
        Kind::NotFound => (words.not_found_title, words.not_found_body),
        Kind::LinkSpent => (words.expired_link_title, words.expired_link_body),
        Kind::FormExpired => (words.form_stale_title, words.form_stale_body),
        Kind::NotYours => (words.not_yours_title, words.not_yours_body),
        Kind::Unauthenticated => (words.session_over_title, words.session_over_body),
        Kind::Forbidden => (words.forbidden_title, words.forbidden_body),
        Kind::KeyReused => (words.key_reused_title, words.key_reused_body),
        Kind::Timeout | Kind::ChannelUnavailable | Kind::NotStored | Kind::Stopping => {
            (pages(lang).not_now_title, pages(lang).not_now_body)
        }
        Kind::Internal => (words.server_error_title, words.server_error_body),
        Kind::MalformedJson
        | Kind::InvalidBody
        | Kind::UnknownField
        | Kind::MissingField
        | Kind::InvalidField
        | Kind::AmountZero
        | Kind::AmountNegative
        | Kind::AmountFractional
        | Kind::AmountOverflow
        | Kind::UnknownCurrency
        | Kind::MissingHeader
        | Kind::InvalidHeader
        | Kind::MethodNotAllowed
        | Kind::State
        | Kind::OrderTaken
        | Kind::TooLarge
        | Kind::MediaType
        | Kind::NotificationRefused => (words.bad_request_title, words.bad_request_body),
    }
}
