//! The pay password at the cashier: entered for a payment that waits for it, and set by who has none.
//! Only the payer himself, signed in, may do either; whoever else has the link is led to sign in.

use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use tantu_domain::client::Speaker;
use tantu_domain::ids::InstrumentId;
use tantu_engine::passwords::{Entered, standing};
use tantu_explain::words::{fill, holder_words};

use crate::access::PayerCaller;
use crate::api::accounts::pay_password::new_password;
use crate::app::Shared;
use crate::body::FormBody;
use crate::idempotency::ClientHeader;
use crate::pages::cashier::{Opened, Pressed, open, order, path, resumed};
use crate::pages::layout::mark;
use crate::pages::repair::own;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;
use crate::secret::{PROOF, fresh_token, hash_of};

/// The parameter of an address that says why a form is shown again.
const AGAIN: &str = "again";

type Form = Result<FormBody, Problem>;

/// The page of a payment that waits for the pay password.
pub(crate) fn waiting(visitor: &Visitor, opened: &Opened) -> Response {
    let (words, payment) = (visitor.words, &opened.payment);
    let amount = payment.amount.to_string();
    let own = visitor.account == Some(payment.account);
    let told = standing(&opened.file.account, opened.now);
    let telling = opened.telling(visitor);
    let body = fill(words.password_body, &[("amount", &amount), ("merchant", &opened.merchant)]);
    let content = html! {
        (order(words, opened))
        section.card {
            (mark("key"))
            h1 { (words.password_title) }
            p { (body) }
            @if own {
                @if let Some(said) = told.as_ref().map(|finding| telling.words(finding, &[])) {
                    p.hint role="alert" { strong { (said.title) } br; (said.happened) }
                }
                form method="post" action=(path(&visitor.app, payment.id, "/password")) {
                    (hidden(visitor))
                    (digits(words.password_label, "password", "current-password"))
                    button.wide type="submit" { (fill(words.password_button, &[("amount", &amount)])) }
                }
                p.center { a.go href=(path(&visitor.app, payment.id, "/reset-password")) { (holder_words(visitor.lang).reset_link) } }
            } @else {
                p { (words.password_needs_sign_in) }
                p { a.button.wide href=(path(&visitor.app, payment.id, "/set-password")) { (words.sign_in_button) } }
            }
        }
        section.small-print {
            p { a.button.quiet href=(path(&visitor.app, payment.id, "")) { (words.back_to_cashier) } }
        }
    };
    visitor.page(words.password_title, &content)
}

pub(super) fn hidden(visitor: &Visitor) -> Markup {
    html! {
        input type="hidden" name="csrf" value=(visitor.form_token());
        input type="hidden" name="nonce" value=(fresh_token("").unwrap_or_default());
    }
}

pub(super) fn digits(label: &str, name: &str, completed_as: &str) -> Markup {
    html! {
        label.field {
            span { (label) }
            input type="password" name=(name) inputmode="numeric" pattern="[0-9]{6}" minlength="6" maxlength="6"
                autocomplete=(completed_as) required;
        }
    }
}

/// Shows the form that sets a pay password; who has one enters it instead.
pub(crate) async fn show(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
) -> Response {
    let shown = async {
        let opened = own(open(&app, &visitor, &id, &Speaker::default()).await?, payer)?;
        if opened.file.account.password.is_some() {
            return Ok(visitor.redirect(&path(&app, opened.payment.id, "/result")));
        }
        Ok(form(&visitor, &opened))
    };
    visitor.answer(shown.await)
}

fn form(visitor: &Visitor, opened: &Opened) -> Response {
    let words = visitor.words;
    let again = match visitor.query(AGAIN).as_str() {
        "differs" => Some(words.password_differs),
        "weak" => Some(words.password_weak),
        _ => None,
    };
    let content = html! {
        (order(words, opened))
        section.card {
            (mark("key"))
            h1 { (words.password_set_title) }
            p { (words.password_set_body) }
            @if let Some(again) = again { p.hint role="alert" { (again) } }
            form method="post" action=(path(&visitor.app, opened.payment.id, "/set-password")) {
                (hidden(visitor))
                (digits(words.password_label, "password", "new-password"))
                (digits(words.password_again_label, "again", "new-password"))
                button.wide type="submit" { (words.password_set_button) }
            }
        }
        section.small-print {
            p { a.button.quiet href=(path(&visitor.app, opened.payment.id, "")) { (words.back_to_cashier) } }
        }
    };
    visitor.page(words.password_set_title, &content)
}

/// Sets the pay password, and goes on with the payment.
pub(crate) async fn set(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
    client: Result<ClientHeader, Problem>,
    form: Form,
) -> Response {
    let done = async {
        let (form, speaker) = (form?, client?.speaker());
        visitor.check(&form)?;
        let opened = own(open(&app, &visitor, &id, &speaker).await?, payer)?;
        let payment = opened.payment.id;
        let anew = |why: &str| visitor.redirect(&format!("{}&{AGAIN}={why}", path(&app, payment, "/set-password")));
        if form.value("password") != form.value("again") {
            return Ok(anew("differs"));
        }
        let Ok(password) = new_password("password", form.value("password")) else { return Ok(anew("weak")) };
        app.engine.set_password(payer, None, password).await?;
        tracing::info!(account = %payer, "a pay password was set at the cashier");
        let pressed = Pressed { form: "/set-password", nonce: form.value("nonce"), speaker, proof: None };
        resumed(&app, payment, chosen(&opened)?, pressed).await?;
        Ok(visitor.redirect(&path(&app, payment, "/result")))
    };
    visitor.answer(done.await)
}

/// Enters the pay password. If it is right the payment goes on; if not the page says how many tries are left.
pub(crate) async fn enter(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
    client: Result<ClientHeader, Problem>,
    form: Form,
) -> Response {
    let done = async {
        let (form, speaker) = (form?, client?.speaker());
        visitor.check(&form)?;
        let opened = own(open(&app, &visitor, &id, &speaker).await?, payer)?;
        let payment = opened.payment.id;
        let proof = hash_of(&fresh_token(PROOF)?);
        match app.engine.prove_password(payer, payment, form.value("password"), proof).await? {
            Entered::Right => {
                let pressed = Pressed { form: "/password", nonce: form.value("nonce"), speaker, proof: Some(proof) };
                resumed(&app, payment, chosen(&opened)?, pressed).await?;
                tracing::info!(%payment, "a payer entered his pay password at the cashier");
            }
            // What stands against it is kept with the account, and the page shows it.
            Entered::Refused(_) => {}
        }
        Ok(visitor.redirect(&path(&app, payment, "/result")))
    };
    visitor.answer(done.await)
}

pub(super) fn chosen(opened: &Opened) -> Result<InstrumentId, Problem> {
    opened.payment.instrument().ok_or_else(|| Problem::not_found("instrument", ""))
}
