//! The bank's code for a payment by card: where it went, when another can be sent, and what to do when it does not come.
//! Only the payer himself, signed in, may enter it; whoever else has the link is led to sign in.

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};
use tantu_channels::card::OneTimeCode;
use tantu_domain::client::Speaker;
use tantu_domain::instrument::InstrumentKind;
use tantu_engine::error::{EngineError, Rejection};
use tantu_engine::payments::report_missing_code::{ReportMissingCode, Search};
use tantu_engine::payments::resume::ResumePayment;
use tantu_explain::words::{bank_label, card_words, fill, time};

use crate::access::PayerCaller;
use crate::app::Shared;
use crate::body::FormBody;
use crate::idempotency::{ClientHeader, Key, request_hash};
use crate::pages::cards::press;
use crate::pages::cashier::{Opened, open, order, path};
use crate::pages::layout::mark;
use crate::pages::repair::own;
use crate::pages::visitor::Visitor;
use crate::problem::{Kind, Problem};
use crate::secret::fresh_token;

/// The longest time that is counted down in seconds.
const COUNTED_DOWN: i64 = 60;

type Form = Result<FormBody, Problem>;

/// When another code can be sent: counted down, and then a button.
pub(crate) fn next_code(visitor: &Visitor, next_at: Timestamp, now: Timestamp, action: &str) -> Markup {
    let words = card_words(visitor.lang);
    let left = next_at.as_second().saturating_sub(now.as_second());
    let again = press(visitor, action, words.resend_button, &[]);
    html! {
        @if left <= COUNTED_DOWN {
            div.resend {
                // The style sheet counts, so that no script is needed. Who presses too early sees this page again.
                @if left > 0 { p class={ "quiet countdown in-" (left) } { span.left {} " " (words.next_code_in) } }
                (again)
            }
        } @else {
            p.quiet { (fill(words.next_code_at, &[("time", &time(next_at, now, visitor.lang))])) }
        }
    }
}

/// What to do when it does not come.
pub(crate) fn what_to_do(visitor: &Visitor, phone: &str, rest: &Markup) -> Markup {
    let words = card_words(visitor.lang);
    html! {
        details.card {
            summary { (words.missing_summary) }
            div {
                ol.hints {
                    li { (words.missing_blocked) }
                    li { (fill(words.missing_phone, &[("phone", phone)])) }
                    li { (words.missing_signal) }
                }
                (rest)
            }
        }
    }
}

/// The page of a payment that waits for the bank's code.
pub(crate) fn waiting(visitor: &Visitor, opened: &Opened) -> Response {
    let (words, payment) = (card_words(visitor.lang), &opened.payment);
    let Some(code) = payment.awaited_code() else { return visitor.redirect(&path(&visitor.app, payment.id, "")) };
    let card = opened.file.instruments.iter().find_map(|instrument| match &instrument.kind {
        InstrumentKind::Card(card) if instrument.id == code.instrument => Some(card),
        _ => None,
    });
    let (bank, phone) =
        card.map_or(("", ""), |card| (bank_label(card.face.bank.id(), visitor.lang), card.face.phone.as_str()));
    let until = time(code.ends_at(), opened.now, visitor.lang);
    let body = fill(words.code_body, &[("bank", bank), ("phone", phone), ("time", &until)]);
    let under = |under: &str| path(&visitor.app, payment.id, under);
    let own = visitor.account == Some(payment.account);
    let content = html! {
        (order(visitor.words, opened))
        section.card {
            (mark("key"))
            h1 { (words.code_title) }
            p { (body) }
            @if own {
                form method="post" action=(under("/bank-code")) {
                    input type="hidden" name="csrf" value=(visitor.form_token());
                    input type="hidden" name="nonce" value=(fresh_token("").unwrap_or_default());
                    label.field {
                        span { (words.code_label) }
                        input type="text" name="code" inputmode="numeric" pattern="[0-9]{4,8}" maxlength="8"
                            autocomplete="one-time-code" autofocus required;
                    }
                    button.wide type="submit" {
                        (fill(words.pay_code_button, &[("amount", &payment.amount.to_string())]))
                    }
                }
                (next_code(visitor, code.sendings.next_at(opened.now), opened.now, &under("/bank-code/resend")))
            } @else {
                p { (words.code_needs_sign_in) }
                p { a.button.wide href=(under("/bank-code")) { (visitor.words.sign_in_button) } }
            }
        }
        @if own {
            (what_to_do(visitor, phone, &html! {
                div.actions {
                    (press(visitor, &under("/bank-code/missing"), words.missing_intercepted, &[("search", "intercepted")]))
                    (press(visitor, &under("/bank-code/missing"), words.missing_not_found, &[("search", "not_found")]))
                }
            }))
        }
        section.small-print {
            p { a.button.quiet href=(under("")) { (visitor.words.back_to_cashier) } }
        }
    };
    visitor.page(words.code_title, &content)
}

/// Whoever was led to sign in comes back to the page with the form.
pub(crate) async fn show(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
) -> Response {
    let shown = async {
        let opened = own(open(&app, &visitor, &id, &Speaker::default()).await?, payer)?;
        Ok(visitor.redirect(&path(&app, opened.payment.id, "/result")))
    };
    visitor.answer(shown.await)
}

/// Enters the code: the card is charged with it.
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
        let payment = own(open(&app, &visitor, &id, &speaker).await?, payer)?.payment;
        let attempt = payment.awaited_code().map(|code| code.attempt).ok_or(Rejection::CodeSpent)?;
        let digits = form.value("code").trim();
        if !(4..=8).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Problem::field(Kind::InvalidField, "code", "the bank's code has four to eight digits"));
        }
        let idempotency = Key::of_form(form.value("nonce"), "bank-code")?.of(payment.id);
        let mark = app.config.secret.code_mark(payment.id, digits);
        let what = format!("POST /cashier/{}/bank-code", payment.id);
        let command = ResumePayment {
            payment: payment.id,
            instrument: None,
            request_hash: request_hash(&what, &mark, speaker.client.as_ref())?,
            speaker,
            proof: None,
            shown: None,
            coded: Some(attempt),
            idempotency: idempotency.clone(),
        };
        app.engine.pay_by_bank_code(attempt, OneTimeCode::new(digits), command, idempotency).await?;
        tracing::info!(payment = %payment.id, "a payer entered his bank's code at the cashier");
        Ok(visitor.redirect(&path(&app, payment.id, "/result")))
    };
    visitor.answer(done.await)
}

/// Has another code sent.
pub(crate) async fn resend(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
    form: Form,
) -> Response {
    let done = async {
        visitor.check(&form?)?;
        let payment = own(open(&app, &visitor, &id, &Speaker::default()).await?, payer)?.payment.id;
        match app.engine.ask_code_again(payment).await {
            // The page counts down to the next one.
            Ok(_) | Err(EngineError::Rejected(Rejection::TooSoon(_))) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(visitor.redirect(&path(&app, payment, "/result")))
    };
    visitor.answer(done.await)
}

/// The code did not come: the payer says what he found.
pub(crate) async fn missing(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
    form: Form,
) -> Response {
    let done = async {
        let form = form?;
        visitor.check(&form)?;
        let payment = own(open(&app, &visitor, &id, &Speaker::default()).await?, payer)?.payment.id;
        let search = match form.value("search") {
            "intercepted" => Search::Intercepted,
            "not_found" => Search::NotFound,
            _ => Search::NotSearched,
        };
        app.engine.run(ReportMissingCode { payment, search }).await?;
        Ok(visitor.redirect(&path(&app, payment, "/result")))
    };
    visitor.answer(done.await)
}
