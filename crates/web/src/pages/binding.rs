//! The pages on which a bank card is bound, one step after the other; each shows the step that is due. The card's details
//! are with the holder's browser, in a box that only we can open, until the bank's code is there.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};
use tantu_channels::card::OneTimeCode;
use tantu_channels::secret::Secret;
use tantu_domain::account::Account;
use tantu_domain::binding::{Binding, BindingState, Step};
use tantu_domain::cause::Cause;
use tantu_domain::evidence::{Confidence, Finding, Value};
use tantu_domain::ids::{BindingId, InstrumentId};
use tantu_domain::one_time_code::LIFE;
use tantu_engine::bindings::abandon::AbandonBinding;
use tantu_engine::bindings::accept_terms::AcceptTerms;
use tantu_engine::bindings::begin::BeginBinding;
use tantu_engine::bindings::single_out::SingleOutBinding;
use tantu_engine::bindings::{DetailsTaken, Holder, Stepped};
use tantu_engine::cards::CardDetails;
use tantu_explain::words::{bank_label, card_label, card_words, fill, time};

use crate::access::PayerCaller;
use crate::api::bindings::account_of;
use crate::app::Shared;
use crate::body::FormBody;
use crate::cookies;
use crate::idempotency::ClientHeader;
use crate::pages::bank_code::{next_code, what_to_do};
use crate::pages::cards::{self, banks, press};
use crate::pages::layout::{mark, notice};
use crate::pages::result::four;
use crate::pages::visitor::{Visitor, with_cookie};
use crate::problem::{Kind, Problem};
use crate::render::Telling;

/// As long as the box may be opened.
const BOX_SECONDS: u32 = 10 * 60;

/// Seconds until a page that waits for the bank looks again.
const AGAIN: u32 = 2;

type Form = Result<FormBody, Problem>;
type Client = Result<ClientHeader, Problem>;

fn path(binding: BindingId, under: &str) -> String {
    format!("{}/bindings/{binding}{under}", cards::PATH)
}

fn binding_of(text: &str) -> Result<BindingId, Problem> {
    text.parse().map_err(|_| Problem::not_found("binding", text))
}

/// What a page of a binding is made from.
struct Seen<'a> {
    visitor: &'a Visitor,
    binding: &'a Binding,
    account: Account,
    now: Timestamp,
    /// Whether this browser holds the box with the details.
    boxed: bool,
}

async fn seen<'a>(visitor: &'a Visitor, binding: &'a Binding, boxed: bool) -> Result<Seen<'a>, Problem> {
    let account = account_of(&visitor.app, binding.account).await?;
    Ok(Seen { visitor, binding, account, now: visitor.app.engine.clock().now(), boxed })
}

fn boxed(headers: &HeaderMap) -> Option<&str> {
    cookies::value(headers, cookies::CARD_BOX)
}

/// Begins a binding.
pub(crate) async fn begin(
    State(app): State<Shared>,
    PayerCaller(account): PayerCaller,
    visitor: Visitor,
    client: Client,
    form: Form,
) -> Response {
    let done = async {
        let (form, speaker) = (form?, client?.speaker());
        visitor.check(&form)?;
        let asked = Some(form.value("instrument")).filter(|text| !text.is_empty());
        let unknown = |text: &str| Problem::not_found("card", text);
        let instrument = asked.map(|text| text.parse::<InstrumentId>().map_err(|_| unknown(text))).transpose()?;
        let command = BeginBinding { account, instrument, holder: Holder { speaker, power: None } };
        Ok(match app.engine.run(command).await? {
            Ok(binding) => visitor.redirect(&path(binding.id, "")),
            Err(causes) => {
                let words = card_words(visitor.lang);
                visitor.page(words.terms_title, &html! { (refusal(&visitor, &causes)) (to_cards(&visitor)) })
            }
        })
    };
    visitor.answer(done.await)
}

/// Shows the step that is due.
pub(crate) async fn show(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(account): PayerCaller,
    headers: HeaderMap,
    visitor: Visitor,
) -> Response {
    let shown = async {
        let binding = app.engine.own(account, binding_of(&id)?).await?;
        let told = binding.refusal.as_ref().map_or(&[][..], |refusal| &refusal.causes);
        Ok(page(&seen(&visitor, &binding, boxed(&headers).is_some()).await?, told))
    };
    visitor.answer(shown.await)
}

/// The step that is due, under what stands against it.
fn page(seen: &Seen<'_>, causes: &[Finding]) -> Response {
    let (visitor, binding) = (seen.visitor, seen.binding);
    let words = card_words(visitor.lang);
    let waits = |title: &str| {
        let rest = html! { p { a.button.quiet href=(path(binding.id, "")) { (visitor.words.refresh_button) } } };
        visitor.refreshing_page(title, &notice("wait", title, &[words.opening_body], &rest), AGAIN)
    };
    match (&binding.state, binding.due(seen.now)) {
        (BindingState::Bound { .. }, _) => {
            let card = binding.face.as_ref().map(|face| card_label(face, visitor.lang)).unwrap_or_default();
            let body = fill(words.bound_body, &[("card", &card)]);
            visitor.page(words.bound_title, &notice("done", words.bound_title, &[&body], &to_cards(visitor)))
        }
        (BindingState::Abandoned { .. }, _) => {
            let title = words.abandoned_title;
            visitor.page(title, &notice("stop", title, &[words.abandoned_body], &to_cards(visitor)))
        }
        (BindingState::Opening { .. }, _) => waits(words.opening_title),
        (BindingState::Sending { .. }, None) => waits(words.sending_title),
        (_, Some(Step::Terms)) => {
            visitor.page(words.terms_title, &html! { (told(seen, causes)) (terms(seen, causes)) })
        }
        (_, Some(Step::Code)) if seen.boxed => {
            visitor.page(words.code_title, &html! { (told(seen, causes)) (code(seen, causes)) })
        }
        (_, Some(Step::Code)) => {
            let again = html! { section.card.alert role="status" { p { (words.details_again) } } };
            visitor.page(words.details_title, &html! { (again) (details(seen, &[])) })
        }
        (_, Some(Step::Details) | None) => {
            visitor.page(words.details_title, &html! { (told(seen, causes)) (details(seen, causes)) })
        }
    }
}

fn to_cards(visitor: &Visitor) -> Markup {
    html! { p { a.button.quiet href=(cards::PATH) { (card_words(visitor.lang).to_cards) } } }
}

fn hidden(visitor: &Visitor) -> Markup {
    html! { input type="hidden" name="csrf" value=(visitor.form_token()); }
}

/// What stands at the end of every step.
fn foot(seen: &Seen<'_>) -> Markup {
    let words = card_words(seen.visitor.lang);
    html! {
        section.small-print {
            div.actions {
                (press(seen.visitor, &path(seen.binding.id, "/abandon"), words.abandon_button, &[]))
            }
            (to_cards(seen.visitor))
        }
    }
}

/// Why it did not go on; of several causes, the holder may say which it is.
fn told(seen: &Seen<'_>, causes: &[Finding]) -> Markup {
    let (visitor, words) = (seen.visitor, card_words(seen.visitor.lang));
    let telling = Telling::new(visitor.lang, seen.now, &[], None);
    let kept = seen.binding.refusal.is_some();
    let open = causes.len() > 1 && causes.iter().any(|cause| cause.confidence != Confidence::Certain);
    html! {
        (refusal(visitor, causes))
        @if kept && open {
            details.card {
                summary { (words.single_out_heading) }
                div {
                    p { (words.single_out_body) }
                    div.actions {
                        @for cause in causes {
                            @let title = telling.words(cause, &[]).title;
                            (press(visitor, &path(seen.binding.id, "/single-out"), &title, &[("cause", cause.cause.id())]))
                        }
                    }
                }
            }
        }
    }
}

fn refusal(visitor: &Visitor, causes: &[Finding]) -> Markup {
    let telling = Telling::new(visitor.lang, visitor.app.engine.clock().now(), &[], None);
    html! {
        @if let Some(first) = causes.first() {
            @let said = telling.words(first, &[]);
            section.card role="alert" {
                (mark("stop"))
                h1 { (said.title) }
                (four(visitor, &said))
                p.code { code { (first.cause.id()) } }
            }
        }
    }
}

/// What a step is called: the page's first heading, unless what stands against it is.
fn heading(title: &str, causes: &[Finding]) -> Markup {
    html! { @if causes.is_empty() { h1 { (title) } } @else { h2 { (title) } } }
}

fn terms(seen: &Seen<'_>, causes: &[Finding]) -> Markup {
    let (visitor, words) = (seen.visitor, card_words(seen.visitor.lang));
    let edition = &visitor.app.engine.policy().cards.terms;
    html! {
        section.card {
            (heading(words.terms_title, causes))
            p { (words.terms_shared) }
            p { (words.terms_kept) }
            p { (words.terms_free) }
            p.quiet { (fill(words.terms_edition, &[("edition", edition)])) }
            form method="post" action=(path(seen.binding.id, "/terms")) {
                (hidden(visitor))
                input type="hidden" name="edition" value=(edition);
                button.wide type="submit" { (words.terms_button) }
            }
        }
        (banks(visitor))
        (foot(seen))
    }
}

/// A field of the form: what it is called, how it is filled in, and with which keyboard.
struct Field {
    label: &'static str,
    name: &'static str,
    keyboard: &'static str,
    fill: &'static str,
    most: u32,
    required: bool,
}

fn field(one: &Field) -> Markup {
    html! {
        label.field.text {
            span { (one.label) }
            input type="text" name=(one.name) inputmode=(one.keyboard) autocomplete=(one.fill) maxlength=(one.most)
                autocapitalize="characters" spellcheck="false" required[one.required];
        }
    }
}

fn details(seen: &Seen<'_>, causes: &[Finding]) -> Markup {
    let (visitor, words) = (seen.visitor, card_words(seen.visitor.lang));
    let needed =
        |label, name, keyboard, fill, most| field(&Field { label, name, keyboard, fill, most, required: true });
    let extra =
        |label, name, most| field(&Field { label, name, keyboard: "numeric", fill: "off", most, required: false });
    html! {
        section.card {
            (heading(words.details_title, causes))
            p { (words.details_body) }
            form method="post" action=(path(seen.binding.id, "/details")) autocomplete="on" {
                (hidden(visitor))
                (needed(words.name_label, "name", "text", "name", 64))
                (needed(words.document_label, "document_no", "text", "off", 18))
                (needed(words.number_label, "card_no", "numeric", "cc-number", 23))
                (needed(words.phone_label, "phone", "tel", "tel-national", 13))
                details {
                    summary { (words.credit_summary) }
                    div {
                        (extra(words.expiry_label, "expiry", 5))
                        (extra(words.cvn_label, "cvn", 3))
                    }
                }
                button.wide type="submit" { (words.send_code_button) }
            }
        }
        (banks(visitor))
        (foot(seen))
    }
}

fn code(seen: &Seen<'_>, causes: &[Finding]) -> Markup {
    let (visitor, words) = (seen.visitor, card_words(seen.visitor.lang));
    let Some(face) = &seen.binding.face else { return html! {} };
    let ends_at = seen.binding.code_sent_at.and_then(|sent| sent.checked_add(LIFE).ok()).unwrap_or(seen.now);
    let until = time(ends_at, seen.now, visitor.lang);
    let bank = bank_label(face.bank.id(), visitor.lang);
    let body = fill(words.code_body, &[("bank", bank), ("phone", &face.phone), ("time", &until)]);
    let next_at = seen.account.codes.next_at(seen.now);
    html! {
        section.card {
            (mark("key"))
            (heading(words.code_title, causes))
            p { (body) }
            form method="post" action=(path(seen.binding.id, "/code")) {
                (hidden(visitor))
                label.field {
                    span { (words.code_label) }
                    input type="text" name="code" inputmode="numeric" pattern="[0-9]{4,8}" maxlength="8"
                        autocomplete="one-time-code" autofocus required;
                }
                button.wide type="submit" { (words.bind_confirm_button) }
            }
            (next_code(visitor, next_at, seen.now, &path(seen.binding.id, "/resend")))
        }
        (what_to_do(visitor, &face.phone, &html! {}))
        (foot(seen))
    }
}

/// Agrees to the terms.
pub(crate) async fn agree(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(account): PayerCaller,
    visitor: Visitor,
    form: Form,
) -> Response {
    let done = async {
        let form = form?;
        visitor.check(&form)?;
        let binding = binding_of(&id)?;
        app.engine.run(AcceptTerms { account, binding, edition: form.value("edition").to_owned() }).await?;
        Ok(visitor.redirect(&path(binding, "")))
    };
    visitor.answer(done.await)
}

/// A detail as it was typed: digits often come in groups.
fn typed(form: &FormBody, name: &'static str, grouped: bool) -> Result<Secret, Problem> {
    let text = form.value(name).trim();
    let plain = !text.is_empty() && text.chars().count() <= 64 && !text.chars().any(char::is_control);
    if !plain {
        return Err(Problem::field(Kind::InvalidField, name, "write 1 to 64 characters"));
    }
    if !grouped {
        return Ok(Secret::new(text));
    }
    let joined: String = text.chars().filter(|letter| !matches!(letter, ' ' | '-')).collect();
    Ok(Secret::new(joined))
}

fn given(form: &FormBody) -> Result<CardDetails, Problem> {
    let some = |name: &'static str| Some(name).filter(|name| !form.value(name).trim().is_empty());
    // The keyboard of digits has no stroke.
    let expiry = some("expiry").map(|name| typed(form, name, true)).transpose()?.map(|text| {
        match (text.reveal().get(..2), text.reveal().get(2..)) {
            (Some(month), Some(year)) if year.len() == 2 => Secret::new(format!("{month}/{year}")),
            _ => text,
        }
    });
    Ok(CardDetails {
        name: typed(form, "name", false)?,
        document_no: Secret::new(typed(form, "document_no", true)?.reveal().to_uppercase()),
        card_no: typed(form, "card_no", true)?,
        phone: typed(form, "phone", true)?,
        expiry,
        cvn: some("cvn").map(|name| typed(form, name, true)).transpose()?,
    })
}

/// What a step came to: the next page, or this one with what stands against it.
async fn stepped(visitor: &Visitor, stepped: &Stepped, has_box: bool) -> Result<Response, Problem> {
    match stepped {
        Stepped::Taken(binding) => Ok(visitor.redirect(&path(binding.id, ""))),
        Stepped::Refused(binding, causes) => Ok(page(&seen(visitor, binding, has_box).await?, causes)),
    }
}

async fn sent(visitor: &Visitor, taken: DetailsTaken, has_box: bool) -> Result<Response, Problem> {
    let base = &visitor.app.config.public_base;
    let cookie = taken.sealed.as_deref();
    let cookie = cookie.and_then(|sealed| cookies::set(cookies::CARD_BOX, sealed, BOX_SECONDS, base));
    Ok(with_cookie(stepped(visitor, &taken.stepped, has_box || cookie.is_some()).await?, cookie))
}

/// Gives the details; the bank sends its code.
pub(crate) async fn give(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(account): PayerCaller,
    visitor: Visitor,
    client: Client,
    form: Form,
) -> Response {
    let done = async {
        let (form, speaker) = (form?, client?.speaker());
        visitor.check(&form)?;
        let holder = Holder { speaker, power: None };
        let taken = app.engine.give_details(account, binding_of(&id)?, given(&form)?, holder).await?;
        sent(&visitor, taken, false).await
    };
    visitor.answer(done.await)
}

fn too_soon(finding: &Finding) -> bool {
    finding.field("state") == Some(&Value::Text("too_soon".to_owned()))
}

/// Has another code sent.
pub(crate) async fn resend(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(account): PayerCaller,
    headers: HeaderMap,
    visitor: Visitor,
    client: Client,
    form: Form,
) -> Response {
    let done = async {
        let (form, speaker) = (form?, client?.speaker());
        visitor.check(&form)?;
        let holder = Holder { speaker, power: None };
        let sealed = boxed(&headers).unwrap_or("");
        let taken = app.engine.resend_binding_code(account, binding_of(&id)?, sealed, holder).await?;
        if let Stepped::Refused(binding, causes) = &taken.stepped
            && causes.first().is_some_and(too_soon)
        {
            // The page counts down to the next one.
            return Ok(visitor.redirect(&path(binding.id, "")));
        }
        sent(&visitor, taken, !sealed.is_empty()).await
    };
    visitor.answer(done.await)
}

/// Enters the code.
pub(crate) async fn enter(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(account): PayerCaller,
    headers: HeaderMap,
    visitor: Visitor,
    client: Client,
    form: Form,
) -> Response {
    let done = async {
        let (form, speaker) = (form?, client?.speaker());
        visitor.check(&form)?;
        let (holder, sealed) = (Holder { speaker, power: None }, boxed(&headers).unwrap_or(""));
        let code = OneTimeCode::new(typed(&form, "code", true)?.reveal());
        let came = app.engine.enter_binding_code(account, binding_of(&id)?, code, sealed, holder).await?;
        stepped(&visitor, &came, !sealed.is_empty()).await
    };
    visitor.answer(done.await)
}

/// Says which of the causes it is.
pub(crate) async fn single_out(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(account): PayerCaller,
    visitor: Visitor,
    form: Form,
) -> Response {
    let done = async {
        let form = form?;
        visitor.check(&form)?;
        let binding = binding_of(&id)?;
        let cause = Cause::parse(form.value("cause")).ok_or_else(|| Problem::not_found("cause", ""))?;
        app.engine.run(SingleOutBinding { account, binding, cause }).await?;
        Ok(visitor.redirect(&path(binding, "")))
    };
    visitor.answer(done.await)
}

/// Gives it up.
pub(crate) async fn abandon(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(account): PayerCaller,
    visitor: Visitor,
    form: Form,
) -> Response {
    let done = async {
        visitor.check(&form?)?;
        let binding = binding_of(&id)?;
        app.engine.run(AbandonBinding { account, binding }).await?;
        Ok(visitor.redirect(&path(binding, "")))
    };
    visitor.answer(done.await)
}
