//! The page of the holder's identity: what is verified and how well, what it lacks, and the forms for each: name and document,
//! a phone, a change that waits to be confirmed, and more sources for a higher tier.

use std::net::SocketAddr;

use axum::Extension;
use axum::extract::{ConnectInfo, State};
use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};
use tantu_channels::secret::Secret;
use tantu_domain::ceiling::Tier;
use tantu_domain::clock::day_of;
use tantu_domain::document::is_mobile_number;
use tantu_domain::ids::CodeId;
use tantu_domain::person::{Changed, Detail};
use tantu_engine::codes::CodeRefused;
use tantu_engine::error::{EngineError, Rejection};
use tantu_engine::people::{Shown, Verified};
use tantu_explain::words::{HolderWords, day, fill, holder_words, time};

use crate::access::PayerCaller;
use crate::api::accounts::identity::{IdentityRequest, claimed, document_in};
use crate::api::accounts::phone::{asker, digits_in};
use crate::app::Shared;
use crate::body::FormBody;
use crate::pages::visitor::{Visitor, with_order};
use crate::problem::Problem;

/// Where the page is.
pub(crate) const PATH: &str = "/identity";

/// The parameter of an address that says what came of a form.
const DONE: &str = "done";

/// The parameter of an address that names the code that was sent.
const CODE: &str = "code";

/// The parameter of an address that says from when on it is taken again, in seconds since 1970.
const FROM: &str = "from";

/// How many bank cards a form takes: as many sources as the highest tier asks beside the register and the carrier.
const CARDS: [&str; 3] = ["card1", "card2", "card3"];

type Form = Result<FormBody, Problem>;
type Peer = Option<Extension<ConnectInfo<SocketAddr>>>;

/// Shows who the holder is.
pub(crate) async fn show(State(app): State<Shared>, PayerCaller(payer): PayerCaller, visitor: Visitor) -> Response {
    let shown = async {
        let holder = app.engine.holder(payer).await?;
        Ok(page(&visitor, &holder, app.engine.clock().now()))
    };
    visitor.answer(shown.await)
}

fn page(visitor: &Visitor, holder: &Shown, now: Timestamp) -> Response {
    let words = holder_words(visitor.lang);
    let person = &holder.account.person;
    let verified = person.identity.is_some_and(|identity| identity.expired_on(day_of(now)).is_none());
    let content = html! {
        section.card {
            h1 { (words.identity_title) }
            p { (words.identity_intro) }
            @if let Some(note) = note(visitor, now) { (note) }
            (facts(visitor, holder, now))
            (visitor.back_to_order())
        }
        @if let Some(changed) = person.changed { (change(visitor, changed, now)) }
        @if !verified {
            section.card { h2 { (words.verify_heading) } (verify_form(visitor, holder, Tier::One)) }
        }
        (phone(visitor, holder))
        @if verified {
            details.card { summary { (words.anew_heading) } (verify_form(visitor, holder, Tier::One)) }
            @if holder.account.tier != Tier::Three {
                details.card { summary { (words.raise_heading) } (verify_form(visitor, holder, Tier::Two)) }
            }
        }
    };
    visitor.page(words.identity_title, &content)
}

fn note(visitor: &Visitor, now: Timestamp) -> Option<Markup> {
    let words = holder_words(visitor.lang);
    let done = match visitor.query(DONE).as_str() {
        "verified" => Some(words.verified_note),
        "bound" => Some(words.bound_note),
        "confirmed" => Some(words.confirmed_note),
        _ => None,
    };
    if let Some(done) = done {
        return Some(html! { p class="hint done" role="status" { (done) } });
    }
    let said = match visitor.query(DONE).as_str() {
        "unconfirmed" => words.unconfirmed_note,
        "few" => words.few_sources_note,
        "form" => words.identity_form_note,
        "silent" => words.no_answer,
        "number" => words.phone_form_note,
        "wrong" => words.code_wrong_note,
        "over" => words.code_over_note,
        "soon" => {
            let at = visitor.query(FROM).parse().ok().and_then(|second| Timestamp::from_second(second).ok())?;
            let soon = fill(words.too_soon, &[("time", &time(at, now, visitor.lang))]);
            return Some(html! { p.hint role="status" { (soon) } });
        }
        _ => return None,
    };
    Some(html! { p.hint role="status" { (said) } })
}

fn facts(visitor: &Visitor, holder: &Shown, now: Timestamp) -> Markup {
    let (words, person) = (holder_words(visitor.lang), &holder.account.person);
    let standing = match person.identity {
        None => words.state_unverified,
        Some(identity) if identity.expired_on(day_of(now)).is_some() => words.state_expired,
        Some(_) => words.state_verified,
    };
    let given = |text: &Option<String>| text.clone().unwrap_or_else(|| words.not_given.to_owned());
    html! {
        dl.facts {
            dt { (words.state_label) } dd { strong { (standing) } }
            @if let Some(identity) = person.identity {
                dt { (words.tier_label) } dd { (holder.account.tier.id()) }
                dt { (words.until_shown_label) }
                dd {
                    @match identity.valid_until {
                        Some(last) => { (day(last, now, visitor.lang)) }
                        None => { (words.for_ever) }
                    }
                }
            }
            dt { (words.name_shown_label) } dd { (given(&holder.name)) }
            dt { (words.document_shown_label) } dd { (given(&holder.document)) }
            dt { (words.phone_shown_label) } dd { (given(&holder.phone)) }
        }
        @if person.identity.is_none() && person.phone_bound_at.is_none() { p.quiet { (words.lacks_both) } }
        @else if person.phone_bound_at.is_none() { p.quiet { (words.lacks_phone) } }
    }
}

/// What was changed, and the form by which its holder says that it is right.
fn change(visitor: &Visitor, changed: Changed, now: Timestamp) -> Markup {
    let words = holder_words(visitor.lang);
    let what = match changed.what {
        Detail::Name => words.what_name,
        Detail::Document => words.what_document,
        Detail::Phone => words.what_phone,
    };
    let body = fill(words.changed_body, &[("what", what), ("time", &time(changed.at, now, visitor.lang))]);
    html! {
        section.card {
            h2 { (words.changed_heading) }
            p { (body) }
            form method="post" action=(with_order(visitor, "/identity/confirmation")) {
                input type="hidden" name="csrf" value=(visitor.form_token());
                (document_field(words))
                button.wide type="submit" { (words.confirm_changed_button) }
            }
        }
    }
}

/// The field of a document's number.
pub(crate) fn document_field(words: &HolderWords) -> Markup {
    html! {
        label.field {
            span { (words.document_label) }
            input type="text" name="document" pattern="[0-9]{17}[0-9Xx]" maxlength="18" autocomplete="off"
                autocapitalize="characters" required;
        }
    }
}

/// Name and document, and for a higher tier the cards whose banks are sources.
fn verify_form(visitor: &Visitor, holder: &Shown, least: Tier) -> Markup {
    let words = holder_words(visitor.lang);
    html! {
        p.quiet { (if least == Tier::One { words.verify_note } else { words.raise_note }) }
        form method="post" action=(with_order(visitor, PATH)) {
            input type="hidden" name="csrf" value=(visitor.form_token());
            label.field {
                span { (words.name_label) }
                input type="text" name="name" maxlength="40" autocomplete="name" required;
            }
            (document_field(words))
            label.field {
                span { (words.until_label) }
                // No calendar: it would have to be turned ten or twenty years ahead.
                input type="text" name="valid_until" inputmode="numeric" pattern="[0-9]{4}-[0-9]{2}-[0-9]{2}" maxlength="10"
                    placeholder="2036-08-31" autocomplete="off";
            }
            @if least == Tier::One {
                input type="hidden" name="tier" value=(Tier::One.id());
            } @else {
                label.field {
                    span { (words.tier_label) }
                    select name="tier" {
                        @for tier in [Tier::Two, Tier::Three] {
                            @if tier > holder.account.tier { option value=(tier.id()) { (tier.id()) } }
                        }
                    }
                }
                @for card in CARDS {
                    label.field {
                        span { (words.card_label) }
                        input type="text" name=(card) inputmode="numeric" maxlength="19" autocomplete="off";
                    }
                }
            }
            button.wide type="submit" { (words.verify_button) }
        }
    }
}

/// The phone: the form that has a code sent, or the one that takes it.
fn phone(visitor: &Visitor, holder: &Shown) -> Markup {
    let words = holder_words(visitor.lang);
    let sent: Option<CodeId> = visitor.query(CODE).parse().ok();
    let number = html! {
        form method="post" action=(with_order(visitor, "/identity/phone")) {
            input type="hidden" name="csrf" value=(visitor.form_token());
            label.field {
                span { (words.phone_label) }
                input type="tel" name="phone" inputmode="numeric" pattern="1[0-9]{10}" maxlength="11" autocomplete="tel-national" required;
            }
            button.wide type="submit" { (words.phone_button) }
        }
    };
    html! {
        @if let Some(code) = sent {
            section.card {
                h2 { (words.phone_heading) }
                p { (words.phone_code_sent) }
                form method="post" action=(with_order(visitor, "/identity/phone/code")) {
                    input type="hidden" name="csrf" value=(visitor.form_token());
                    input type="hidden" name="code" value=(code);
                    label.field {
                        span { (words.code_label) }
                        input type="text" name="digits" inputmode="numeric" pattern="[0-9]{6}" maxlength="6"
                            autocomplete="one-time-code" required;
                    }
                    button.wide type="submit" { (words.bind_button) }
                }
            }
        } @else if holder.phone.is_none() {
            section.card { h2 { (words.phone_heading) } p.quiet { (words.phone_note) } (number) }
        } @else {
            details.card { summary { (words.another_phone_heading) } p.quiet { (words.phone_note) } (number) }
        }
    }
}

/// The page again, with what came of it.
fn done(visitor: &Visitor, what: &str) -> Response {
    let to = with_order(visitor, PATH);
    let mark = if to.contains('?') { '&' } else { '?' };
    visitor.redirect(&format!("{to}{mark}{what}"))
}

/// What a refusal that time or another try removes becomes on the page.
fn why(error: EngineError) -> Result<String, Problem> {
    match error {
        EngineError::Rejected(Rejection::TooSoon(soon)) => Ok(format!("{DONE}=soon&{FROM}={}", soon.at.as_second())),
        EngineError::Rejected(Rejection::State(_)) => Ok(format!("{DONE}=few")),
        EngineError::Channel(_) => Ok(format!("{DONE}=silent")),
        other => Err(other.into()),
    }
}

/// Verifies who the holder is.
pub(crate) async fn verify(
    State(app): State<Shared>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
    form: Form,
) -> Response {
    let verified = async {
        let form = form?;
        visitor.check(&form)?;
        let field = |name: &str| form.value(name).trim().to_owned();
        let asked = IdentityRequest {
            name: field("name"),
            document: field("document"),
            valid_until: Some(field("valid_until")).filter(|day| !day.is_empty()),
            tier: field("tier"),
            cards: CARDS.iter().map(|card| field(card)).filter(|card| !card.is_empty()).collect(),
        };
        let Ok(claimed) = claimed(asked, day_of(app.engine.clock().now())) else {
            return Ok(done(&visitor, "done=form"));
        };
        match app.engine.verify_identity(payer, claimed).await {
            Ok(Verified::Yes(_)) => {
                tracing::info!(account = %payer, "a holder verified his identity on its page");
                Ok(done(&visitor, "done=verified"))
            }
            Ok(Verified::No) => Ok(done(&visitor, "done=unconfirmed")),
            Err(error) => Ok(done(&visitor, &why(error)?)),
        }
    };
    visitor.answer(verified.await)
}

/// Confirms a change, by the whole number of the document.
pub(crate) async fn confirm(
    State(app): State<Shared>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
    form: Form,
) -> Response {
    let confirmed = async {
        let form = form?;
        visitor.check(&form)?;
        let today = day_of(app.engine.clock().now());
        let Ok(document) = document_in(form.value("document").trim().to_owned(), today) else {
            return Ok(done(&visitor, "done=form"));
        };
        match app.engine.confirm_details(payer, &document).await {
            Ok(Verified::Yes(_)) => Ok(done(&visitor, "done=confirmed")),
            Ok(Verified::No) => Ok(done(&visitor, "done=unconfirmed")),
            Err(error) => Ok(done(&visitor, &why(error)?)),
        }
    };
    visitor.answer(confirmed.await)
}

/// Sends a code to the phone that is to be bound.
pub(crate) async fn send(
    State(app): State<Shared>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
    peer: Peer,
    form: Form,
) -> Response {
    let sent = async {
        let form = form?;
        visitor.check(&form)?;
        let phone = Secret::new(form.value("phone").trim());
        if !is_mobile_number(phone.reveal()) {
            return Ok(done(&visitor, "done=number"));
        }
        let asker = asker(peer.map(|Extension(peer)| peer));
        match app.engine.begin_phone(payer, &phone, &asker).await {
            Ok(sent) => Ok(done(&visitor, &format!("{CODE}={}", sent.code.id))),
            Err(error) => Ok(done(&visitor, &why(error)?)),
        }
    };
    visitor.answer(sent.await)
}

/// Binds the phone that a code was sent to.
pub(crate) async fn bind(
    State(app): State<Shared>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
    form: Form,
) -> Response {
    let bound = async {
        let form = form?;
        visitor.check(&form)?;
        let code: CodeId = form.value("code").parse().map_err(|_| Problem::not_found("code", ""))?;
        let Ok(digits) = digits_in("digits", form.value("digits").trim().to_owned()) else {
            return Ok(done(&visitor, &format!("{DONE}=wrong&{CODE}={code}")));
        };
        match app.engine.bind_phone(payer, code, &digits).await {
            Ok(Ok(_)) => {
                tracing::info!(account = %payer, "a holder bound his phone on its page");
                Ok(done(&visitor, "done=bound"))
            }
            Ok(Err(CodeRefused::Wrong(_))) => Ok(done(&visitor, &format!("{DONE}=wrong&{CODE}={code}"))),
            Ok(Err(CodeRefused::Over)) => Ok(done(&visitor, "done=over")),
            Err(error) => Ok(done(&visitor, &why(error)?)),
        }
    };
    visitor.answer(bound.await)
}
