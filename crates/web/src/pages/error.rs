//! A problem as a page: what it means to a person, with a way on.

use axum::response::Response;
use maud::html;
use tantu_explain::Lang;
use tantu_explain::words::{PageWords, pages};

use crate::pages::layout::{Frame, layout, notice};
use crate::pages::status;
use crate::problem::{Kind, Problem};

/// The page of a problem, with its status.
pub(crate) fn page(problem: &Problem, lang: Lang) -> Response {
    within(problem, &Frame { lang, here: None, demo: false, refresh: None }, None)
}

/// The same, where more is known of the visit; `cashier` is the page of the payment that it was about.
pub(crate) fn within(problem: &Problem, frame: &Frame<'_>, cashier: Option<&str>) -> Response {
    let words = pages(frame.lang);
    let (title, body) = told(problem.kind, words);
    let (_, name, _) = problem.kind.facts();
    let way_back = html! {
        p.actions {
            @if let Some(cashier) = cashier { a.button href=(cashier) { (words.back_to_cashier) } }
            @if is_ours(problem.kind) { (status::link(frame.lang)) }
            a.button.quiet href="/" { (words.home_link) }
        }
        p.code { (words.code_small_label) " " code { (name) } }
    };
    let mut response = layout(frame, title, &notice("stop", title, &[body], &way_back));
    *response.status_mut() = problem.status();
    response
}

/// Whether it is nobody's fault who asks, so that it may be known.
fn is_ours(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Timeout | Kind::ChannelUnavailable | Kind::NotStored | Kind::Stopping | Kind::Crowded | Kind::Internal
    )
}

fn told(kind: Kind, words: &'static PageWords) -> (&'static str, &'static str) {
    match kind {
        Kind::NotFound => (words.not_found_title, words.not_found_body),
        Kind::ProofSpent | Kind::CodeSpent => (words.form_stale_title, words.form_stale_body),
        Kind::LinkSpent => (words.link_spent_title, words.link_spent_body),
        Kind::FormExpired => (words.form_stale_title, words.form_stale_body),
        Kind::NotYours => (words.not_yours_title, words.not_yours_body),
        Kind::Unauthenticated => (words.session_over_title, words.session_over_body),
        Kind::Forbidden => (words.forbidden_title, words.forbidden_body),
        Kind::KeyReused => (words.key_reused_title, words.key_reused_body),
        Kind::Timeout | Kind::TooSoon | Kind::ChannelUnavailable | Kind::NotStored | Kind::Stopping | Kind::Crowded => {
            (words.not_now_title, words.not_now_body)
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
        | Kind::DeviceUnverified
        | Kind::MethodNotAllowed
        | Kind::State
        | Kind::OrderTaken
        | Kind::TooLarge
        | Kind::MediaType
        | Kind::CodeRefused
        | Kind::IdentityUnconfirmed
        | Kind::NotificationRefused => (words.bad_request_title, words.bad_request_body),
    }
}
