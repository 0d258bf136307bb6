//! The payer confirms at a channel: the way to its page, the way back, and what is shown while we wait.
//!
//! That a browser came back proves nothing: the channel is asked.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use maud::{Markup, html};
use tantu_channels::Screen;
use tantu_domain::attempt::Attempt;
use tantu_domain::client::Speaker;
use tantu_domain::ids::PaymentId;
use tantu_domain::payment::{Action, Payment, PaymentState};
use tantu_explain::words::{app_label, channel_label, confirm_words, fill, time};

use crate::app::{App, Shared};
use crate::pages::cashier::{Opened, open, order, path};
use crate::pages::layout::mark;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// Our address that leads on to the channel's page. It is good as long as the payment waits, because the channel's
/// own address is signed anew each time.
const THERE: &str = "/channel";

/// Where the browser comes back to.
const BACK: &str = "/returned";

/// Seconds until the page looks again.
const AGAIN: u32 = 3;

/// The path that leads to the channel's page.
pub(crate) fn page_path(app: &App, payment: PaymentId) -> String {
    path(app, payment, THERE)
}

/// Whether a payment waits for its payer on a channel's page.
pub(crate) fn waits_on_page(payment: &Payment) -> bool {
    matches!(payment.state, PaymentState::RequiresAction { action: Action::ChannelPage, .. })
}

/// Leads on to the channel's page, or, if there is nothing to confirm any more, to what came of it.
pub(crate) async fn there(
    State(app): State<Shared>,
    Path(id): Path<String>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Response {
    let done = async {
        let opened = open(&app, &visitor, &id, &Speaker::default()).await?;
        let payment = &opened.payment;
        let back = format!("{}{}", app.config.public_base, path(&app, payment.id, BACK));
        let page = app.engine.confirm_page(payment, screen(&headers), back)?;
        Ok::<Response, Problem>(visitor.redirect(&page.unwrap_or_else(|| path(&app, payment.id, "/result"))))
    };
    visitor.answer(done.await)
}

/// The browser is back: the channel is asked, and the result shown. If the channel does not answer now, it does so
/// by itself later.
pub(crate) async fn back(State(app): State<Shared>, Path(id): Path<String>, visitor: Visitor) -> Response {
    let done = async {
        let opened = open(&app, &visitor, &id, &Speaker::default()).await?;
        if let Err(error) = app.engine.refresh_payment(&opened.payment).await {
            tracing::warn!(payment = %opened.payment.id, %error, "the channel could not be asked; it is asked again");
        }
        Ok::<Response, Problem>(visitor.redirect(&path(&app, opened.payment.id, "/result")))
    };
    visitor.answer(done.await)
}

/// What a browser says of itself is only a hint: either page takes the money, and each leads to the other.
fn screen(headers: &HeaderMap) -> Screen {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let phone = ["Mobile", "Android", "iPhone"].iter().any(|word| agent.contains(word));
    if phone { Screen::Phone } else { Screen::Desktop }
}

/// The page of a payment that its payer confirms at a channel.
pub(crate) fn waiting(visitor: &Visitor, opened: &Opened, attempt: &Attempt) -> Response {
    let (lang, words) = (visitor.lang, confirm_words(visitor.lang));
    let (amount, until) = (attempt.amount.to_string(), time(attempt.expires_at, opened.now, lang));
    let on_page = waits_on_page(&opened.payment);
    let values = [
        ("channel", channel_label(attempt.channel, lang)),
        ("app", app_label(attempt.channel, lang)),
        ("amount", amount.as_str()),
        ("time", until.as_str()),
    ];
    let (title, body) = if on_page { (words.page_title, words.page_body) } else { (words.app_title, words.app_body) };
    let title = fill(title, &values);
    let content = html! {
        (order(visitor.words, opened))
        section.card {
            (mark("wait"))
            h1 { (title) }
            p { (fill(body, &values)) }
            p { (words.money) }
            @if on_page { (door(visitor, opened, &fill(words.page_button, &values))) }
            p.quiet { (fill(words.other_ways, &values)) }
            p.quiet { (visitor.words.refreshes_by_itself) }
            p { a.button.quiet href=(path(&visitor.app, opened.payment.id, "/result")) { (visitor.words.refresh_button) } }
        }
    };
    visitor.refreshing_page(&title, &content, AGAIN)
}

fn door(visitor: &Visitor, opened: &Opened, title: &str) -> Markup {
    html! { p { a.button.wide href=(page_path(&visitor.app, opened.payment.id)) { (title) } } }
}
