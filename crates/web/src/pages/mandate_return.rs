//! Where the payer's browser comes back to from the channel's signing page. That it came back proves
//! nothing: the channel is asked.

use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use tantu_domain::ids::{MandateId, PaymentId};
use tantu_domain::instrument::{Mandate, MandateState};
use tantu_explain::words::{channel_label, fill};

use crate::api::mandates::show::refreshed;
use crate::app::Shared;
use crate::pages::cashier::path;
use crate::pages::layout::notice;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// Seconds until the page asks again.
const AGAIN: u32 = 3;

/// Says how the signing ended, and leads on to the waiting payment.
pub(crate) async fn show(State(app): State<Shared>, Path(id): Path<String>, visitor: Visitor) -> Response {
    visitor.answer(shown(&app, &id, &visitor).await)
}

async fn shown(app: &Shared, text: &str, visitor: &Visitor) -> Result<Response, Problem> {
    let unknown = || Problem::not_found("mandate", text);
    let id: MandateId = text.parse().map_err(|_| unknown())?;
    let waiting = waiting_payment(app, visitor).await?;
    let mandate = app.engine.read(move |store| store.mandate(id)).await?.ok_or_else(unknown)?;
    // The payer's own session, or the cashier link that the signing began from.
    let own =
        visitor.account == Some(mandate.account) || waiting.is_some_and(|(_, account)| account == mandate.account);
    if !own {
        return Err(unknown());
    }
    let (mandate, answered) = refreshed(app, mandate).await;
    let on = waiting.map(|(payment, _)| format!("{}&instrument={}", path(app, payment, ""), mandate.instrument));
    Ok(told(visitor, &mandate, answered, on.as_deref()))
}

async fn waiting_payment(
    app: &Shared,
    visitor: &Visitor,
) -> Result<Option<(PaymentId, tantu_domain::ids::AccountId)>, Problem> {
    let Ok(id) = visitor.query("payment").parse::<PaymentId>() else { return Ok(None) };
    if !app.config.secret.opens_cashier(id, &visitor.query("t")) {
        return Ok(None);
    }
    let payment = app.engine.read(move |store| store.payment(id)).await?;
    Ok(payment.map(|payment| (payment.id, payment.account)))
}

fn told(visitor: &Visitor, mandate: &Mandate, answered: bool, on: Option<&str>) -> Response {
    let words = visitor.words;
    let named = |template: &str| fill(template, &[("channel", channel_label(mandate.channel, visitor.lang))]);
    let (mark, title, body, again) = match &mandate.state {
        MandateState::Active { .. } => ("done", words.mandate_signed_title, words.mandate_signed_body, false),
        MandateState::Signing { .. } if !answered => {
            ("wait", words.mandate_returned_title, words.mandate_returned_body, true)
        }
        MandateState::Signing { .. } | MandateState::Revoked { .. } | MandateState::Expired { .. } => {
            ("stop", words.mandate_unsigned_title, words.mandate_unsigned_body, false)
        }
    };
    let title = named(title);
    let label = if mark == "done" { words.resume_button } else { words.back_to_cashier };
    let content = notice(mark, &title, &[&named(body)], &door(on, label));
    if again { visitor.refreshing_page(&title, &content, AGAIN) } else { visitor.page(&title, &content) }
}

fn door(on: Option<&str>, label: &str) -> Markup {
    html! { @if let Some(on) = on { p { a.button.wide href=(on) { (label) } } } }
}
