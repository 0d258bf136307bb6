//! The demo's payments. It alone may sign in as its payers: they are made up.

use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};
use tantu_domain::ids::PaymentId;
use tantu_domain::payment::Payment;
use tantu_explain::words::{state_label, title};

use crate::api::payer_links::issue_link;
use crate::app::{DemoLink, Shared};
use crate::body::FormBody;
use crate::pages::cashier::path;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// Lists the demo's payments.
pub(crate) async fn show(visitor: Visitor) -> Response {
    if !visitor.app.config.demo {
        return visitor.answer(Err(Problem::not_found("page", "/demo")));
    }
    visitor.answer(shown(&visitor).await)
}

async fn shown(visitor: &Visitor) -> Result<Response, Problem> {
    let words = visitor.words;
    let mut entries = Vec::new();
    for link in visitor.app.config.demo_links.all() {
        let id = link.payment;
        if let Some(payment) = visitor.app.engine.read(move |store| store.payment(id)).await? {
            entries.push(entry(visitor, &link, &payment));
        }
    }
    let content = html! {
        section.card {
            h1 { (words.demo_title) }
            p { (words.demo_body) }
            @if entries.is_empty() { p.quiet { (words.demo_none) } }
            @for entry in &entries { (entry) }
        }
    };
    Ok(visitor.page(words.demo_title, &content))
}

fn entry(visitor: &Visitor, link: &DemoLink, payment: &Payment) -> Markup {
    let words = visitor.words;
    let titles: Vec<String> = link.causes.iter().map(|cause| title(*cause, visitor.lang)).collect();
    html! {
        article.entry {
            div.line {
                h2 { (titles.join(" + ")) }
                span.tag { (state_label(&payment.state, visitor.lang)) }
            }
            p.line.quiet { span { (payment.subject) } span.sum { (payment.amount) } }
            div.actions {
                (as_payer(visitor, link.payment))
                a.button.quiet href=(path(&visitor.app, link.payment, "")) { (words.demo_open_cashier) }
            }
        }
    }
}

/// The button that signs in as the payer of a listed payment.
pub(crate) fn as_payer(visitor: &Visitor, payment: PaymentId) -> Markup {
    html! {
        form method="post" action="/demo/sign-in" {
            input type="hidden" name="csrf" value=(visitor.form_token());
            input type="hidden" name="payment" value=(payment);
            button type="submit" { (visitor.words.demo_open_as_payer) }
        }
    }
}

/// Whether the demo lists a payment.
pub(crate) fn lists(app: &Shared, payment: PaymentId) -> bool {
    app.config.demo && app.config.demo_links.all().iter().any(|link| link.payment == payment)
}

/// Signs in as the payer of a listed payment, by a link like any other.
pub(crate) async fn sign_in(State(app): State<Shared>, visitor: Visitor, form: Result<FormBody, Problem>) -> Response {
    visitor.answer(signed_in(&app, &visitor, form).await)
}

async fn signed_in(app: &Shared, visitor: &Visitor, form: Result<FormBody, Problem>) -> Result<Response, Problem> {
    let form = form?;
    visitor.check(&form)?;
    let unknown = || Problem::not_found("payment", form.value("payment"));
    let id: PaymentId = form.value("payment").parse().map_err(|_| unknown())?;
    let payment = app.engine.read(move |store| store.payment(id)).await?;
    let payment = payment.filter(|payment| lists(app, payment.id)).ok_or_else(unknown)?;
    let link = issue_link(app, payment.account).await?;
    let next: String = url::form_urlencoded::byte_serialize(path(app, id, "").as_bytes()).collect();
    Ok(visitor.redirect(&format!("{link}&next={next}")))
}
