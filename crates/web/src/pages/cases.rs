//! What stands against the holder's account or his points, with the reason that is safe to tell, and what answers it: an appeal
//! with evidence, his document, another pay password.

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};
use tantu_channels::secret::Secret;
use tantu_domain::account::{Account, AccountState, SafeReason};
use tantu_domain::audit::Appeal;
use tantu_domain::clock::day_of;
use tantu_domain::evidence::{Confidence, Evidence, Finding};
use tantu_domain::ids::CaseId;
use tantu_domain::points::{Lot, LotState};
use tantu_engine::accounts::show_case::ShowCase;
use tantu_engine::error::{EngineError, Rejection};
use tantu_engine::people::Verified;
use tantu_explain::words::{fill, holder_words, time};
use tantu_store::world::AccountFile;

use crate::access::PayerCaller;
use crate::api::accounts::identity::document_in;
use crate::api::accounts::notices::{AppealRequest, appealed};
use crate::api::accounts::pay_password::new_password;
use crate::app::Shared;
use crate::body::FormBody;
use crate::pages::identity::document_field;
use crate::pages::layout::mark;
use crate::pages::password::digits;
use crate::pages::visitor::{Visitor, with_order};
use crate::problem::{Kind, Problem};
use crate::render::Telling;

/// Where the page is.
pub(crate) const PATH: &str = "/cases";

/// The parameter of an address that says what came of a form.
const DONE: &str = "done";

type Form = Result<FormBody, Problem>;

/// Shows what stands against the account.
pub(crate) async fn show(State(app): State<Shared>, PayerCaller(payer): PayerCaller, visitor: Visitor) -> Response {
    let shown = async {
        let now = app.engine.clock().now();
        let file = app.engine.read(move |store| store.account(payer, now)).await?;
        let file = file.ok_or_else(|| Problem::not_found("account", &payer.to_string()))?;
        let case = file.account.case().map(|case| case.id);
        let appeal = app.engine.run(ShowCase { account: payer, case }).await?.appeal;
        let mut lots = Vec::new();
        for lot in file.points.iter().flat_map(|points| &points.lots) {
            if let LotState::Quarantined(against) = &lot.state {
                let own = app.engine.run(ShowCase { account: payer, case: Some(against.case) }).await?.appeal;
                lots.push((lot.clone(), against.case, own));
            }
        }
        Ok(page(&visitor, &file, appeal.as_ref(), &lots, now))
    };
    visitor.answer(shown.await)
}

fn page(
    visitor: &Visitor,
    file: &AccountFile,
    appeal: Option<&Appeal>,
    lots: &[(Lot, CaseId, Option<Appeal>)],
    now: Timestamp,
) -> Response {
    let words = holder_words(visitor.lang);
    let stands = standing(&file.account, now);
    let content = html! {
        @if let Some((class, said)) = note(visitor) { section.card { p class=(class) role="status" { (said) } } }
        @if let Some(finding) = &stands {
            (against_the_account(visitor, file, finding, appeal, now))
        } @else if lots.is_empty() {
            section.card { h1 { (words.cases_title) } p { (words.cases_none) } (visitor.back_to_order()) }
        } @else {
            h1.unseen { (words.cases_title) }
        }
        @for (lot, case, own) in lots {
            section.card {
                h2 { (words.points_heading) }
                p { (fill(words.points_body, &[("amount", &lot.bought.to_string())])) }
                (answer_form(visitor, *case, own.as_ref(), now))
            }
        }
    };
    visitor.page(words.cases_title, &content)
}

/// What stands against the account, as every refusal tells it.
fn standing(account: &Account, now: Timestamp) -> Option<Finding> {
    let evidence = match &account.state {
        AccountState::Active => return None,
        AccountState::Restricted(case, _) if case.reason == SafeReason::ConfirmItIsYou => {
            Evidence::RiskBlock { case: case.id, since: case.since }
        }
        AccountState::Restricted(_, Some(until)) if *until <= now => return None,
        AccountState::Restricted(case, until) => {
            let (case, since, reason) = (case.id, case.since, case.reason.id());
            Evidence::AccountRestricted { case, since, reason, until: *until }
        }
        AccountState::Frozen(case) if case.reason == SafeReason::Compromised => {
            Evidence::AccountCompromised { case: case.id, since: case.since }
        }
        AccountState::Frozen(case) => Evidence::AccountFrozen {
            case: case.id,
            since: case.since,
            reason: case.reason.id(),
            unfreeze_requested_at: case.unfreeze_requested_at,
        },
    };
    let (cause, evidence) = (evidence.cause(), evidence.fields());
    Some(Finding { cause, confidence: Confidence::Certain, evidence, instrument: None })
}

fn against_the_account(
    visitor: &Visitor,
    file: &AccountFile,
    finding: &Finding,
    appeal: Option<&Appeal>,
    now: Timestamp,
) -> Markup {
    let words = holder_words(visitor.lang);
    let said = Telling::new(visitor.lang, now, &file.instruments, None).words(finding, &[]);
    let Some(case) = file.account.case() else { return html! {} };
    let (id, reason) = (case.id, case.reason);
    html! {
        section.card {
            (mark("stop"))
            h1 { (said.title) }
            p { (said.happened) }
            @if !case.waiting.is_empty() { p.quiet { (words.waiting_note) } }
            dl.facts { dt { (visitor.words.case_label) } dd { code { (id) } } }
            (visitor.back_to_order())
        }
        @match reason {
            SafeReason::Compromised => {
                section.card {
                    h2 { (words.secure_heading) }
                    form method="post" action=(with_order(visitor, "/cases/secure")) {
                        input type="hidden" name="csrf" value=(visitor.form_token());
                        (document_field(words))
                        (digits(words.new_password_label, "password", "new-password"))
                        (digits(visitor.words.password_again_label, "again", "new-password"))
                        button.wide type="submit" { (words.secure_button) }
                    }
                }
            }
            SafeReason::ConfirmItIsYou => {
                section.card {
                    h2 { (words.confirm_heading) }
                    form method="post" action=(with_order(visitor, &format!("{PATH}/{id}/confirmation"))) {
                        input type="hidden" name="csrf" value=(visitor.form_token());
                        (document_field(words))
                        button.wide type="submit" { (words.confirm_button) }
                    }
                }
            }
            _ => {}
        }
        section.card {
            h2 { (words.appeal_heading) }
            (answer_form(visitor, id, appeal, now))
        }
    }
}

/// The appeal that was sent, or the form for one.
fn answer_form(visitor: &Visitor, case: CaseId, appeal: Option<&Appeal>, now: Timestamp) -> Markup {
    let words = holder_words(visitor.lang);
    html! {
        @if let Some(appeal) = appeal {
            p role="status" { (fill(words.appeal_sent, &[("time", &time(appeal.made_at, now, visitor.lang))])) }
            p.said { (appeal.said) }
            @if !appeal.evidence.is_empty() { ul { @for line in &appeal.evidence { li { (line) } } } }
        } @else {
            form method="post" action=(with_order(visitor, &format!("{PATH}/{case}"))) {
                input type="hidden" name="csrf" value=(visitor.form_token());
                p.quiet { (words.appeal_note) }
                label.field {
                    span { (words.appeal_label) }
                    textarea name="text" rows="4" maxlength="2000" required {}
                }
                label.field {
                    span { (words.evidence_label) }
                    textarea name="evidence" rows="3" maxlength="2000" {}
                }
                button.wide type="submit" { (words.appeal_button) }
            }
        }
    }
}

fn note(visitor: &Visitor) -> Option<(&'static str, &'static str)> {
    let words = holder_words(visitor.lang);
    let said = match visitor.query(DONE).as_str() {
        "sent" => return Some(("hint done", words.appeal_taken)),
        "form" => words.appeal_form_note,
        "number" => words.reset_form,
        "unconfirmed" => words.unconfirmed_note,
        "silent" => words.no_answer,
        "often" => words.too_often,
        "over" => words.case_over,
        "differs" => visitor.words.password_differs,
        "weak" => visitor.words.password_weak,
        _ => return None,
    };
    Some(("hint", said))
}

/// The page again, with what came of it.
fn done(visitor: &Visitor, what: &str) -> Response {
    let to = with_order(visitor, PATH);
    let mark = if to.contains('?') { '&' } else { '?' };
    visitor.redirect(&format!("{to}{mark}{DONE}={what}"))
}

/// What a refusal that time or another try removes becomes on the page.
fn why(error: EngineError) -> Result<&'static str, Problem> {
    match error {
        EngineError::Rejected(Rejection::TooSoon(_)) => Ok("often"),
        EngineError::Rejected(Rejection::State(_)) => Ok("over"),
        EngineError::Channel(_) => Ok("silent"),
        other => Err(other.into()),
    }
}

/// Appeals against a case, once.
pub(crate) async fn appeal(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
    form: Form,
) -> Response {
    let sent = async {
        let form = form?;
        visitor.check(&form)?;
        let case: CaseId = id.parse().map_err(|_| Problem::not_found("case", ""))?;
        // A browser sends what was written with its line breaks; each line of the evidence is one.
        let lines = form.value("evidence").lines().map(str::trim).filter(|line| !line.is_empty());
        let text = form.value("text").split_whitespace().collect::<Vec<_>>().join(" ");
        let asked = AppealRequest { text, evidence: lines.map(str::to_owned).collect() };
        match appealed(&app, payer, case, &asked).await {
            Ok(_) => Ok(done(&visitor, "sent")),
            Err(problem) if problem.kind == Kind::InvalidField => Ok(done(&visitor, "form")),
            Err(problem) if problem.kind == Kind::State => Ok(done(&visitor, "over")),
            Err(problem) => Err(problem),
        }
    };
    visitor.answer(sent.await)
}

/// Confirms by the document that it is the holder.
pub(crate) async fn confirm(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
    form: Form,
) -> Response {
    let confirmed = async {
        let form = form?;
        visitor.check(&form)?;
        let case: CaseId = id.parse().map_err(|_| Problem::not_found("case", ""))?;
        let today = day_of(app.engine.clock().now());
        let Ok(document) = document_in(form.value("document").trim().to_owned(), today) else {
            return Ok(done(&visitor, "number"));
        };
        match app.engine.confirm_it_is_you(payer, case, &document).await {
            Ok(Verified::Yes(_)) => Ok(on(&visitor)),
            Ok(Verified::No) => Ok(done(&visitor, "unconfirmed")),
            Err(error) => Ok(done(&visitor, why(error)?)),
        }
    };
    visitor.answer(confirmed.await)
}

/// Takes the account back that somebody else seemed to use.
pub(crate) async fn secure(
    State(app): State<Shared>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
    form: Form,
) -> Response {
    let secured = async {
        let form = form?;
        visitor.check(&form)?;
        if form.value("password") != form.value("again") {
            return Ok(done(&visitor, "differs"));
        }
        let Ok(password) = new_password("password", form.value("password")) else { return Ok(done(&visitor, "weak")) };
        let document = Secret::new(form.value("document").trim().to_ascii_uppercase());
        match app.engine.secure(payer, &document, password).await {
            Ok(Verified::Yes(_)) => {
                tracing::info!(account = %payer, "a holder took his account back on its page");
                Ok(on(&visitor))
            }
            Ok(Verified::No) => Ok(done(&visitor, "unconfirmed")),
            Err(error) => Ok(done(&visitor, why(error)?)),
        }
    };
    visitor.answer(secured.await)
}

/// On with the order, if one waits; else the page, which has nothing more to say.
fn on(visitor: &Visitor) -> Response {
    visitor.redirect(&visitor.order_page().unwrap_or_else(|| PATH.to_owned()))
}
