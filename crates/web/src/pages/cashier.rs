//! The cashier (收银台): one order, and what can pay it now. Whoever has the link may look and pay.

use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};
use tantu_domain::client::Speaker;
use tantu_domain::evaluate::Verdict;
use tantu_domain::evidence::Finding;
use tantu_domain::ids::{BillId, InstrumentId, PaymentId};
use tantu_domain::instrument::{Instrument, InstrumentKind, MandateState};
use tantu_domain::payment::Payment;
use tantu_engine::payments::resume::ResumePayment;
use tantu_explain::words::{PageWords, card_words, channel_label, confirm_words, fill, pages, pay_later_words, time};
use tantu_store::access::TokenHash;
use tantu_store::world::AccountFile;

use crate::app::{App, Shared};
use crate::body::FormBody;
use crate::idempotency::{ClientHeader, Key, request_hash};
use crate::lang::query_value;
use crate::pages::cards;
use crate::pages::confirm::{page_path, waits_on_page};
use crate::pages::pay_later;
use crate::pages::status;
use crate::pages::steps::Steps;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;
use crate::render::Telling;
use crate::secret::fresh_token;

/// The path of a payment's cashier page, or of a page under it.
pub(crate) fn path(app: &App, payment: PaymentId, under: &str) -> String {
    format!("/cashier/{payment}{under}?t={}", app.config.secret.cashier_token(payment))
}

/// The cashier page that an address under it belongs to.
pub(crate) fn cashier_of(uri: &Uri) -> Option<String> {
    let mut parts = uri.path().split('/').skip(1);
    let (first, payment) = (parts.next()?, parts.next()?);
    let token = query_value(uri, "t")?;
    let plain = token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    (first == "cashier" && plain && payment.parse::<PaymentId>().is_ok())
        .then(|| format!("/cashier/{payment}?t={token}"))
}

/// What a cashier page is made from.
pub(crate) struct Opened {
    pub(crate) payment: Payment,
    pub(crate) file: AccountFile,
    pub(crate) merchant: String,
    /// What it is for, as its payer reads it.
    pub(crate) subject: String,
    /// The bill that it repays, if it does.
    pub(crate) bill: Option<BillId>,
    pub(crate) now: Timestamp,
    /// What can pay now.
    pub(crate) verdict: Verdict,
}

impl Opened {
    /// What the words depend on.
    pub(crate) fn telling(&self, visitor: &Visitor) -> Telling<'_> {
        Telling {
            balance: Some(self.file.account.balance),
            scheduled: self.payment.scheduled_at.is_some(),
            ..Telling::new(visitor.lang, self.now, &self.file.instruments, Some(&self.payment))
        }
    }
}

/// Opens a payment by its link. A wrong token answers as an unknown payment does.
pub(crate) async fn open(app: &Shared, visitor: &Visitor, text: &str, speaker: &Speaker) -> Result<Opened, Problem> {
    let unknown = || Problem::not_found("payment", text);
    let id: PaymentId = text.parse().map_err(|_| unknown())?;
    if !app.config.secret.opens_cashier(id, &visitor.query("t")) {
        return Err(unknown());
    }
    let now = app.engine.clock().now();
    let found = app.engine.read(move |store| {
        let Some(payment) = store.payment(id)? else { return Ok(None) };
        let (file, merchant) = (store.account(payment.account, now)?, store.merchant(payment.merchant)?);
        Ok(file.map(|file| (payment, file, merchant)))
    });
    let (payment, mut file, merchant) = found.await?.ok_or_else(unknown)?;
    file.instruments.retain(|instrument| payment.may_take(instrument));
    let verdict = app.engine.preflight_of(&payment, speaker).await?;
    let merchant = match merchant {
        Some(merchant) => merchant.name,
        None if payment.is_top_up() => card_words(visitor.lang).top_up_payee.to_owned(),
        None if payment.buys_points() => pages(visitor.lang).instrument_points.to_owned(),
        None => payment.merchant.to_string(),
    };
    let bill = pay_later::bill_of(app, &payment);
    let subject = match bill {
        Some(_) => pay_later_words(visitor.lang).repayment_of.to_owned(),
        None => payment.subject.clone(),
    };
    Ok(Opened { payment, file, merchant, subject, bill, now, verdict })
}

/// Shows what can pay.
pub(crate) async fn show(
    State(app): State<Shared>,
    Path(id): Path<String>,
    visitor: Visitor,
    client: Result<ClientHeader, Problem>,
) -> Response {
    visitor.answer(shown(&app, &id, &visitor, client).await)
}

async fn shown(
    app: &Shared,
    id: &str,
    visitor: &Visitor,
    client: Result<ClientHeader, Problem>,
) -> Result<Response, Problem> {
    let opened = open(app, visitor, id, &client?.speaker()).await?;
    if !opened.payment.is_open() {
        return Ok(visitor.redirect(&path(app, opened.payment.id, "/result")));
    }
    let nonce = fresh_token("")?;
    Ok(visitor.page(visitor.words.cashier_title, &cashier(visitor, &opened, &nonce)))
}

fn cashier(visitor: &Visitor, opened: &Opened, nonce: &str) -> Markup {
    let words = visitor.words;
    let payable = opened.verdict.can_pay_with();
    let preferred = visitor.query("instrument").parse::<InstrumentId>().ok().or_else(|| opened.payment.instrument());
    let checked = preferred.filter(|id| payable.contains(id)).or_else(|| payable.first().copied());
    let amount = opened.payment.amount.to_string();
    let doors = Steps::new(visitor, opened);
    let stopped = stopped(opened);
    html! {
        h1.unseen { (words.cashier_title) }
        (order(words, opened))
        @for finding in &stopped { (stop(visitor, opened, finding, &doors)) }
        form.card method="post" action=(path(&visitor.app, opened.payment.id, "/pay")) {
            input type="hidden" name="csrf" value=(visitor.form_token());
            input type="hidden" name="nonce" value=(nonce);
            @if payable.is_empty() && stopped.is_empty() { p.hint { (words.none_can_pay) } }
            fieldset {
                legend { (words.choose_heading) }
                @for instrument in &opened.file.instruments {
                    (choice(visitor, opened, instrument, checked == Some(instrument.id), &doors))
                }
            }
            @if !payable.is_empty() {
                button.wide type="submit" { (fill(words.pay_button, &[("amount", &amount)])) }
                p.quiet.center { (words.not_charged_yet) }
            }
        }
        section.small-print {
            @if visitor.app.engine.binds_cards() {
                p { a.button.quiet href=(cards::PATH) { (card_words(visitor.lang).bind_button) } }
            }
            (numbers(visitor, &opened.payment))
        }
        (doors.forms())
    }
}

/// The numbers of a payment, small, to be copied.
fn numbers(visitor: &Visitor, payment: &Payment) -> Markup {
    html! {
        dl.codes { dt { (visitor.words.order_no_label) } dd { code { (payment.order_no) } } }
    }
}

/// The order, its amount first.
pub(crate) fn order(words: &PageWords, opened: &Opened) -> Markup {
    html! {
        section.order {
            p.merchant { (opened.merchant) }
            p.amount aria-label=(words.amount_label) { (opened.payment.amount) }
            p.subject { (opened.subject) }
        }
    }
}

/// What stops every instrument.
fn stopped(opened: &Opened) -> Vec<Finding> {
    let Some(chosen) = opened.payment.instrument() else { return Vec::new() };
    opened.verdict.findings(chosen).into_iter().filter(|finding| finding.instrument.is_none()).collect()
}

/// Said once, above the instruments.
fn stop(visitor: &Visitor, opened: &Opened, finding: &Finding, doors: &Steps<'_>) -> Markup {
    let said = opened.telling(visitor).words(finding, &[]);
    html! {
        section.card.alert role="status" {
            h2 { (said.title) }
            p { (said.happened) }
            p { (said.money) }
            @if let Some(chosen) = opened.payment.instrument() {
                p.actions { (doors.way_out(std::slice::from_ref(finding), chosen)) }
            }
            @if status::knows_more(finding.cause) { p { (status::link(visitor.lang)) } }
        }
    }
}

fn choice(visitor: &Visitor, opened: &Opened, instrument: &Instrument, checked: bool, doors: &Steps<'_>) -> Markup {
    let telling = opened.telling(visitor);
    let label = telling.title(instrument.id).unwrap_or_default();
    let payable = opened.verdict.allows(instrument.id);
    let findings: Vec<Finding> = opened
        .verdict
        .findings(instrument.id)
        .into_iter()
        .filter(|finding| finding.instrument == Some(instrument.id))
        .collect();
    let reason = findings.first().map(|finding| telling.words(finding, &opened.verdict.can_pay_with()));
    html! {
        div.choice.blocked[!payable] {
            label {
                input type="radio" name="instrument" value=(instrument.id) checked[checked] disabled[!payable] required;
                span.dot aria-hidden="true" {}
                span.what {
                    span.name { (label) }
                    @if let Some(fact) = fact(visitor, opened, instrument) { span.fact { (fact) } }
                }
            }
            @if let Some(reason) = reason {
                div.reason {
                    p { (reason.title) }
                    (doors.way_out(&findings, instrument.id))
                }
            }
        }
    }
}

/// What an instrument holds, or until when it may be charged. A mandate that has ended says so as its reason.
fn fact(visitor: &Visitor, opened: &Opened, instrument: &Instrument) -> Option<String> {
    let words = visitor.words;
    match &instrument.kind {
        InstrumentKind::Wallet => {
            Some(fill(words.available_balance, &[("amount", &opened.file.account.balance.to_string())]))
        }
        InstrumentKind::Mandate(mandate) => match &mandate.state {
            MandateState::Active { expires_at, .. } if *expires_at > opened.now => {
                Some(fill(words.mandate_valid_until, &[("time", &time(*expires_at, opened.now, visitor.lang))]))
            }
            MandateState::Signing { .. } => Some(words.mandate_signing.to_owned()),
            MandateState::Active { .. } | MandateState::Expired { .. } | MandateState::Revoked { .. } => None,
        },
        InstrumentKind::Card(card) => Some(card.face.phone.clone()),
        InstrumentKind::PayLater | InstrumentKind::Points => None,
        InstrumentKind::Confirmed { channel } => {
            let each_time = confirm_words(visitor.lang).each_time;
            Some(fill(each_time, &[("channel", channel_label(*channel, visitor.lang))]))
        }
    }
}

/// Pays with the chosen instrument, once for each form however often its button is pressed.
pub(crate) async fn pay(
    State(app): State<Shared>,
    Path(id): Path<String>,
    visitor: Visitor,
    client: Result<ClientHeader, Problem>,
    form: Result<FormBody, Problem>,
) -> Response {
    visitor.answer(paid(&app, &id, &visitor, client, form).await)
}

async fn paid(
    app: &Shared,
    text: &str,
    visitor: &Visitor,
    client: Result<ClientHeader, Problem>,
    form: Result<FormBody, Problem>,
) -> Result<Response, Problem> {
    let (form, speaker) = (form?, client?.speaker());
    let opened = open(app, visitor, text, &speaker).await?;
    visitor.check(&form)?;
    let chosen = form.value("instrument");
    let instrument = opened.file.instruments.iter().map(|instrument| instrument.id).find(|id| id.to_string() == chosen);
    let instrument = instrument.ok_or_else(|| Problem::not_found("instrument", chosen))?;
    let payment = opened.payment.id;
    let pressed = Pressed { form: "/pay", nonce: form.value("nonce"), speaker, proof: None };
    let on = resumed(app, payment, instrument, pressed).await?;
    tracing::info!(%payment, "a payer paid at the cashier");
    Ok(visitor.redirect(&on))
}

/// The press of a form's button that pays.
pub(crate) struct Pressed<'a> {
    /// The form's path under the cashier.
    pub(crate) form: &'a str,
    /// What makes a second press of the same form the first one again.
    pub(crate) nonce: &'a str,
    /// Who speaks for the payer.
    pub(crate) speaker: Speaker,
    /// The hash of a proof of the pay password.
    pub(crate) proof: Option<TokenHash>,
}

/// Pays with an instrument, once for each form however often its button is pressed; where that leads to.
pub(crate) async fn resumed(
    app: &Shared,
    payment: PaymentId,
    instrument: InstrumentId,
    pressed: Pressed<'_>,
) -> Result<String, Problem> {
    let chosen = instrument.to_string();
    let idempotency = Key::of_form(pressed.nonce, &chosen)?.of(payment);
    let what = format!("POST /cashier/{payment}{}", pressed.form);
    let command = ResumePayment {
        payment,
        instrument: Some(instrument),
        request_hash: request_hash(&what, &chosen, pressed.speaker.client.as_ref())?,
        speaker: pressed.speaker,
        proof: pressed.proof,
        shown: None,
        coded: None,
        idempotency: idempotency.clone(),
    };
    let given = app.engine.pay(command, idempotency).await?;
    Ok(if waits_on_page(&given.payment) { page_path(app, payment) } else { path(app, payment, "/result") })
}
