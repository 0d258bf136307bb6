//! Another pay password at the cashier, for its holder who has forgotten his or has locked it: a code to his phone, his name
//! and his document; then the order goes on with the new one. The page tells nobody which of them did not fit.

use std::net::SocketAddr;

use axum::Extension;
use axum::extract::{ConnectInfo, Path, State};
use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};
use tantu_domain::client::Speaker;
use tantu_domain::clock::day_of;
use tantu_domain::evidence::Finding;
use tantu_domain::ids::CodeId;
use tantu_engine::codes::payment::Asked;
use tantu_engine::error::{EngineError, Rejection};
use tantu_engine::people::Shown;
use tantu_engine::people::reset_password::Reset;
use tantu_explain::words::{fill, holder_words, time};

use crate::access::PayerCaller;
use crate::api::accounts::pay_password::new_password;
use crate::api::accounts::phone::asker;
use crate::api::accounts::reset_pay_password::ResetRequest;
use crate::app::Shared;
use crate::body::FormBody;
use crate::idempotency::ClientHeader;
use crate::pages::cards::press;
use crate::pages::cashier::{Opened, Pressed, open, order, path, resumed};
use crate::pages::layout::mark;
use crate::pages::password::{chosen, digits, hidden};
use crate::pages::repair::own;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;
use crate::secret::{PROOF, fresh_token, hash_of};

/// The path under the cashier.
const UNDER: &str = "/reset-password";

/// The parameter of an address that names the code that was sent.
const CODE: &str = "code";

/// The parameter of an address that says why the form is shown again.
const AGAIN: &str = "again";

/// The parameter of an address that says from when on it is taken again, in seconds since 1970.
const FROM: &str = "from";

type Form = Result<FormBody, Problem>;
type Peer = Option<Extension<ConnectInfo<SocketAddr>>>;

/// Shows the button that has a code sent, or the form that takes it.
pub(crate) async fn show(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
) -> Response {
    let shown = async {
        let opened = own(open(&app, &visitor, &id, &Speaker::default()).await?, payer)?;
        if opened.file.account.password.is_none() {
            return Ok(visitor.redirect(&path(&app, opened.payment.id, "/set-password")));
        }
        if !opened.payment.is_open() {
            return Ok(visitor.redirect(&path(&app, opened.payment.id, "/result")));
        }
        let holder = app.engine.holder(payer).await?;
        Ok(page(&visitor, &opened, &holder, None))
    };
    visitor.answer(shown.await)
}

fn page(visitor: &Visitor, opened: &Opened, holder: &Shown, stands: Option<&Finding>) -> Response {
    let words = holder_words(visitor.lang);
    let sent: Option<CodeId> = visitor.query(CODE).parse().ok();
    let phone = holder.phone.as_deref().unwrap_or_default();
    let send = path(&visitor.app, opened.payment.id, &format!("{UNDER}/code"));
    let content = html! {
        (order(visitor.words, opened))
        section.card {
            (mark("key"))
            h1 { (words.reset_title) }
            p { (words.reset_body) }
            @if let Some(why) = again(visitor, opened.now) { p.hint role="alert" { (why) } }
            @if let Some(finding) = stands { (first(visitor, opened, finding)) }
            @if let Some(code) = sent {
                p.quiet { (fill(words.code_sent, &[("phone", phone)])) }
                (form(visitor, opened, code))
                (press(visitor, &send, words.code_again, &[]))
            } @else if stands.is_none() {
                form method="post" action=(send) {
                    input type="hidden" name="csrf" value=(visitor.form_token());
                    button.wide type="submit" { (fill(words.reset_send, &[("phone", phone)])) }
                }
            }
        }
        section.small-print {
            p { a.button.quiet href=(path(&visitor.app, opened.payment.id, "/result")) { (visitor.words.back_to_cashier) } }
        }
    };
    visitor.page(words.reset_title, &content)
}

/// What stands against it, and what removes that.
fn first(visitor: &Visitor, opened: &Opened, finding: &Finding) -> Markup {
    let said = opened.telling(visitor).words(finding, &[]);
    html! {
        p { (holder_words(visitor.lang).reset_first) }
        p.hint role="status" { strong { (said.title) } br; (said.happened) @for act in &said.now { br; (act) } }
    }
}

/// Why the form is shown again.
fn again(visitor: &Visitor, now: Timestamp) -> Option<String> {
    let words = holder_words(visitor.lang);
    match visitor.query(AGAIN).as_str() {
        "unproven" => Some(words.reset_unproven.to_owned()),
        "form" => Some(words.reset_form.to_owned()),
        "silent" => Some(words.no_answer.to_owned()),
        "differs" => Some(visitor.words.password_differs.to_owned()),
        "weak" => Some(visitor.words.password_weak.to_owned()),
        "soon" => {
            let at = visitor.query(FROM).parse().ok().and_then(|second| Timestamp::from_second(second).ok())?;
            Some(fill(words.too_soon, &[("time", &time(at, now, visitor.lang))]))
        }
        _ => None,
    }
}

fn form(visitor: &Visitor, opened: &Opened, code: CodeId) -> Markup {
    let words = holder_words(visitor.lang);
    let amount = opened.payment.amount.to_string();
    html! {
        form method="post" action={ (path(&visitor.app, opened.payment.id, UNDER)) "&" (CODE) "=" (code) } {
            (hidden(visitor))
            input type="hidden" name="code" value=(code);
            label.field {
                span { (words.code_label) }
                input type="text" name="digits" inputmode="numeric" pattern="[0-9]{6}" maxlength="6"
                    autocomplete="one-time-code" required;
            }
            label.field {
                span { (words.name_label) }
                input type="text" name="name" maxlength="40" autocomplete="name" required;
            }
            label.field {
                span { (words.document_label) }
                input type="text" name="document" pattern="[0-9]{17}[0-9Xx]" maxlength="18" autocomplete="off"
                    autocapitalize="characters" required;
            }
            (digits(words.new_password_label, "password", "new-password"))
            (digits(visitor.words.password_again_label, "again", "new-password"))
            button.wide type="submit" { (fill(words.reset_pay_button, &[("amount", &amount)])) }
        }
    }
}

/// The page again, with why.
fn shown_again(visitor: &Visitor, opened: &Opened, why: &str) -> Response {
    let code: Option<CodeId> = visitor.query(CODE).parse().ok();
    let code = code.map_or_else(String::new, |code| format!("&{CODE}={code}"));
    let to = path(&visitor.app, opened.payment.id, UNDER);
    visitor.redirect(&format!("{to}{code}&{AGAIN}={why}"))
}

/// What a page says of a refusal that time or another try removes.
fn why(error: &EngineError) -> Option<String> {
    match error {
        EngineError::Rejected(Rejection::TooSoon(soon)) => Some(format!("soon&{FROM}={}", soon.at.as_second())),
        EngineError::Channel(_) => Some("silent".to_owned()),
        _ => None,
    }
}

/// Has a code sent.
pub(crate) async fn send(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
    peer: Peer,
    form: Form,
) -> Response {
    let done = async {
        visitor.check(&form?)?;
        let opened = own(open(&app, &visitor, &id, &Speaker::default()).await?, payer)?;
        match app.engine.begin_reset(payer, &asker(peer.map(|Extension(peer)| peer))).await {
            Ok(Asked::Sent(sent)) => {
                let to = path(&app, opened.payment.id, UNDER);
                Ok(visitor.redirect(&format!("{to}&{CODE}={}", sent.code.id)))
            }
            Ok(Asked::Refused(finding)) => {
                let holder = app.engine.holder(payer).await?;
                Ok(page(&visitor, &opened, &holder, Some(&finding)))
            }
            Err(error) => match why(&error) {
                Some(why) => Ok(shown_again(&visitor, &opened, &why)),
                None => Err(error.into()),
            },
        }
    };
    visitor.answer(done.await)
}

/// Sets it, and goes on with the payment.
pub(crate) async fn set(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
    client: Result<ClientHeader, Problem>,
    peer: Peer,
    form: Form,
) -> Response {
    let done = async {
        let (form, speaker) = (form?, client?.speaker());
        visitor.check(&form)?;
        let opened = own(open(&app, &visitor, &id, &speaker).await?, payer)?;
        let payment = opened.payment.id;
        let again = |why: &str| shown_again(&visitor, &opened, why);
        if form.value("password") != form.value("again") {
            return Ok(again("differs"));
        }
        if new_password("password", form.value("password")).is_err() {
            return Ok(again("weak"));
        }
        let field = |name: &str| form.value(name).trim().to_owned();
        let asked = ResetRequest {
            code: field("code"),
            digits: field("digits"),
            name: field("name"),
            document: field("document"),
            password: field("password"),
            payment: Some(payment.to_string()),
        };
        let proof = hash_of(&fresh_token(PROOF)?);
        let Ok(claim) = asked.claim(day_of(opened.now), proof) else { return Ok(again("form")) };
        match app.engine.reset_password(payer, claim, &asker(peer.map(|Extension(peer)| peer))).await {
            Ok(Reset::Done) => {
                let nonce = form.value("nonce");
                let pressed = Pressed { form: UNDER, nonce, speaker, proof: Some(proof) };
                let on = resumed(&app, payment, chosen(&opened)?, pressed).await?;
                tracing::info!(%payment, "a payer set another pay password at the cashier");
                Ok(visitor.redirect(&on))
            }
            Ok(Reset::Unproven) => Ok(again("unproven")),
            Err(error) => match why(&error) {
                Some(why) => Ok(again(&why)),
                None => Err(error.into()),
            },
        }
    };
    visitor.answer(done.await)
}
