//! On the page of a refused payment that only waits for time: a button that has it resumed by itself, and one that takes
//! that back.

use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use tantu_domain::client::Speaker;
use tantu_domain::evidence::{Finding, retry_at};
use tantu_domain::ids::InstrumentId;
use tantu_domain::payment::PaymentState;
use tantu_engine::payments::schedule::SchedulePayment;
use tantu_explain::words::{fill, limit_words, time};

use crate::app::Shared;
use crate::body::FormBody;
use crate::pages::cashier::{Opened, open, path};
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// The buttons; nothing if waiting alone does not help, or another instrument is looked at than would be charged.
pub(crate) fn offer(visitor: &Visitor, opened: &Opened, findings: &[Finding], chosen: InstrumentId) -> Markup {
    let words = limit_words(visitor.lang);
    let payment = &opened.payment;
    let refused = matches!(payment.state, PaymentState::Refused { .. });
    if !refused || payment.instrument() != Some(chosen) {
        return html! {};
    }
    let said = |template: &str, at| fill(template, &[("time", &time(at, opened.now, visitor.lang))]);
    let form = |wanted: &str, title: &str| {
        html! {
            form method="post" action=(path(&visitor.app, payment.id, "/schedule")) {
                input type="hidden" name="csrf" value=(visitor.form_token());
                input type="hidden" name="wanted" value=(wanted);
                button.wide.quiet type="submit" { (title) }
            }
        }
    };
    match (payment.scheduled_at, retry_at(findings, Some(chosen))) {
        (Some(at), _) => html! {
            section.card role="status" { p { (said(words.scheduled, at)) } (form("no", words.unschedule_button)) }
        },
        (None, Some(at)) if opened.now < at => html! {
            section.card { (form("yes", &said(words.schedule_button, at))) p.quiet { (words.schedule_note) } }
        },
        (None, _) => html! {},
    }
}

/// Whoever has the link may pay, and so may agree to pay later.
pub(crate) async fn set(
    State(app): State<Shared>,
    Path(id): Path<String>,
    visitor: Visitor,
    form: Result<FormBody, Problem>,
) -> Response {
    let done = async {
        let form = form?;
        visitor.check(&form)?;
        let opened = open(&app, &visitor, &id, &Speaker::default()).await?;
        let payment = opened.payment.id;
        let wanted = form.value("wanted") == "yes";
        app.engine.run(SchedulePayment { payment, account: None, wanted }).await?;
        tracing::info!(%payment, wanted, "a payer agreed at the cashier that a payment is resumed by itself, or took that back");
        Ok(visitor.redirect(&path(&app, payment, "/result")))
    };
    visitor.answer(done.await)
}
