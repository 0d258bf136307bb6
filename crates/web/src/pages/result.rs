//! What came of a payment: paid, being asked about, given up, or refused with the way on.

use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use tantu_domain::attempt::{Attempt, AttemptState};
use tantu_domain::evidence::{Confidence, Finding, Value};
use tantu_domain::ids::InstrumentId;
use tantu_domain::payment::{Payment, PaymentState};
use tantu_explain::CauseWords;
use tantu_explain::words::{channel_label, fill, step as step_words, time};

use crate::answer::kept_causes;
use crate::app::Shared;
use crate::idempotency::ClientHeader;
use crate::pages::cashier::{Opened, open, order, path};
use crate::pages::layout::notice;
use crate::pages::steps::Steps;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;
use crate::render::Telling;

/// Seconds until an undecided payment is looked at again.
const AGAIN: u32 = 3;

/// Shows what came of a payment.
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
    let ClientHeader(client) = client?;
    let opened = open(app, visitor, id, client).await?;
    let words = visitor.words;
    Ok(match &opened.payment.state {
        PaymentState::Succeeded { .. } => visitor.page(words.paid_title, &paid(visitor, &opened)),
        PaymentState::Closed { .. } => {
            let rest = html! { (returning(visitor, &opened.payment)) (codes(visitor, &opened.payment, None)) };
            visitor.page(words.closed_title, &notice("stop", words.closed_title, &[words.closed_body], &rest))
        }
        PaymentState::Processing { .. } | PaymentState::Created => undecided(visitor, &opened),
        PaymentState::Refused { .. } => refused(visitor, &opened),
    })
}

fn paid(visitor: &Visitor, opened: &Opened) -> Markup {
    let (words, payment) = (visitor.words, &opened.payment);
    let amount = payment.amount.to_string();
    let telling = opened.telling(visitor);
    let with = payment.instrument().and_then(|id| telling.title(id));
    let PaymentState::Succeeded { at } = &payment.state else { return html! {} };
    let trade = attempts(payment).find_map(|attempt| match &attempt.state {
        AttemptState::Succeeded { trade_no, .. } => Some(trade_no),
        AttemptState::Submitted { .. }
        | AttemptState::Declined { .. }
        | AttemptState::Closed { .. }
        | AttemptState::Returning { .. }
        | AttemptState::Returned { .. } => None,
    });
    let body = fill(words.paid_body, &[("amount", &amount), ("merchant", &opened.merchant)]);
    notice(
        "done",
        words.paid_title,
        &[],
        &html! {
            p.amount { (amount) }
            p { (body) }
            dl.facts {
                dt { (words.order_label) } dd { (payment.subject) }
                @if let Some(with) = with { dt { (words.paid_with_label) } dd { (with) } }
                dt { (words.paid_at_label) } dd { (time(*at, opened.now, visitor.lang)) }
                @if let Some(trade) = trade { dt { (words.trade_no_label) } dd { code { (trade) } } }
            }
            (returning(visitor, payment))
            (codes(visitor, payment, None))
        },
    )
}

fn undecided(visitor: &Visitor, opened: &Opened) -> Response {
    let words = visitor.words;
    let attempt = opened.payment.undecided_attempt();
    let telling = Telling { undecided: true, known_by: attempt.map(Attempt::final_at), ..opened.telling(visitor) };
    let (causes, _) = kept_causes(&opened.payment);
    let channel = attempt.map_or("", |attempt| channel_label(attempt.channel, visitor.lang));
    let title = fill(words.undecided_title, &[("channel", channel)]);
    let content = html! {
        (order(words, opened))
        section.card {
            p.mark.wait aria-hidden="true" {}
            @if let Some(first) = causes.first() {
                @let said = telling.words(first, &[]);
                h1 { (said.title) }
                (four(visitor, &said))
            } @else {
                h1 { (title) }
                p { (words.undecided_body) }
                p { (words.undecided_money) }
            }
            p.quiet { (words.refreshes_by_itself) }
            p { a.button.quiet href=(path(&visitor.app, opened.payment.id, "/result")) { (words.refresh_button) } }
            (codes(visitor, &opened.payment, causes.first()))
        }
    };
    visitor.refreshing_page(&title, &content, AGAIN)
}

/// A refused payment: the present check's words while it still blocks; else the words of then, and the way
/// that is open again.
fn refused(visitor: &Visitor, opened: &Opened) -> Response {
    let words = visitor.words;
    let own = |id: &InstrumentId| opened.file.instruments.iter().any(|instrument| instrument.id == *id);
    let asked = visitor.query("instrument").parse::<InstrumentId>().ok().filter(own);
    let Some(chosen) = asked.or_else(|| opened.payment.instrument()) else {
        return visitor
            .page(words.refused_title, &notice("stop", words.refused_title, &[words.refused_body], &html! {}));
    };
    let open_now = opened.verdict.allows(chosen);
    let (then, _) = kept_causes(&opened.payment);
    let findings = if open_now { then } else { opened.verdict.findings(chosen) };
    let telling = opened.telling(visitor);
    let payable = opened.verdict.can_pay_with();
    let first = findings.first().map(|first| telling.words(first, &payable));
    let title = first.as_ref().map_or(words.refused_title, |said| said.title.as_str()).to_owned();
    let steps = Steps::new(visitor, opened);
    let content = html! {
        (order(words, opened))
        section.card {
            p.mark.stop aria-hidden="true" {}
            h1 { (title) }
            @if let Some(said) = &first { (four(visitor, said)) } @else { p { (words.refused_body) } }
        }
        @if open_now { (open_again(visitor, opened, chosen, &steps)) }
        @else { (way_on(visitor, opened, &telling, &findings, chosen, &steps)) }
        (others(visitor, &telling, &findings, &payable))
        section.card.small-print {
            p.quiet { (words.order_kept) }
            p { a href=(path(&visitor.app, opened.payment.id, "")) { (words.back_to_cashier) } }
            (returning(visitor, &opened.payment))
            (codes(visitor, &opened.payment, findings.first()))
        }
        (steps.forms())
    };
    visitor.page(&title, &content)
}

/// What happened · is the money safe · what to do now · what happens by itself.
fn four(visitor: &Visitor, said: &CauseWords) -> Markup {
    let words = visitor.words;
    html! {
        dl.four {
            dt { (words.what_happened_label) } dd { (said.happened) }
            dt { (words.money_safe_label) } dd { (said.money) }
            @if !said.now.is_empty() {
                dt { (words.what_now_label) }
                dd { @for line in &said.now { p { (line) } } }
            }
            @if let Some(line) = &said.by_itself { dt { (words.by_itself_label) } dd { (line) } }
        }
    }
}

fn open_again(visitor: &Visitor, opened: &Opened, chosen: InstrumentId, steps: &Steps<'_>) -> Markup {
    let label = opened.telling(visitor).label(chosen).unwrap_or_default();
    let pay =
        fill(visitor.words.pay_with_amount, &[("instrument", &label), ("amount", &opened.payment.amount.to_string())]);
    html! {
        section.card.open role="status" {
            p { (visitor.words.open_again) }
            (steps.pay(chosen, &pay))
        }
    }
}

fn way_on(
    visitor: &Visitor,
    opened: &Opened,
    telling: &Telling<'_>,
    findings: &[Finding],
    chosen: InstrumentId,
    steps: &Steps<'_>,
) -> Markup {
    let words = visitor.words;
    let payable = opened.verdict.can_pay_with();
    let plan = telling.plan(findings, &payable, Some(chosen));
    let context = telling.context(&payable);
    let heading = if plan.alternatives.is_empty() { words.steps_heading } else { words.or_steps_heading };
    html! {
        @if !plan.alternatives.is_empty() {
            section.card {
                h2 { (words.alternatives_heading) }
                div.actions {
                    @for step in &plan.alternatives {
                        (steps.button(step, &step_words(step, visitor.lang, &context).title, "wide"))
                    }
                }
            }
        }
        @if !plan.steps.is_empty() {
            section.card {
                h2 { (heading) }
                ol.steps {
                    @for (index, step) in plan.steps.iter().enumerate() {
                        (steps.step(index + 1, step, &step_words(step, visitor.lang, &context)))
                    }
                }
            }
        }
    }
}

/// Every further cause, folded.
fn others(visitor: &Visitor, telling: &Telling<'_>, findings: &[Finding], payable: &[InstrumentId]) -> Markup {
    let words = visitor.words;
    html! {
        @if findings.len() > 1 {
            details.card {
                summary { (fill(words.all_causes_heading, &[("number", &findings.len().to_string())])) }
                ul.causes {
                    @for finding in findings {
                        @let said = telling.words(finding, payable);
                        li {
                            h3 {
                                (said.title)
                                @if let Some(sure) = confidence(visitor, finding) { " " span.tag { (sure) } }
                            }
                            @if let Some(label) = finding.instrument.and_then(|id| telling.title(id)) { p.quiet { (label) } }
                            p { (said.happened) }
                            p.code { code { (finding.cause.id()) } }
                        }
                    }
                }
            }
        }
    }
}

fn confidence(visitor: &Visitor, finding: &Finding) -> Option<&'static str> {
    match finding.confidence {
        Confidence::Certain => None,
        Confidence::Likely => Some(visitor.words.likely),
        Confidence::Possible => Some(visitor.words.possible),
    }
}

/// Codes and numbers, small, to be copied.
fn codes(visitor: &Visitor, payment: &Payment, finding: Option<&Finding>) -> Markup {
    let words = visitor.words;
    let text = |name: &str| match finding.and_then(|finding| finding.field(name)) {
        Some(Value::Text(text)) => Some(text.as_str()),
        Some(_) | None => None,
    };
    html! {
        dl.codes {
            @if let Some(finding) = finding { dt { (words.code_small_label) } dd { code { (finding.cause.id()) } } }
            @if let Some(code) = text("code") { dt { (words.channel_code_label) } dd { code { (code) } } }
            @if let Some(case) = text("case") { dt { (words.case_label) } dd { code { (case) } } }
            dt { (words.payment_no_label) } dd { code { (payment.id) } }
            dt { (words.order_no_label) } dd { code { (payment.order_no) } }
        }
    }
}

fn attempts(payment: &Payment) -> impl Iterator<Item = &Attempt> {
    payment.legs.iter().flat_map(|leg| &leg.attempts)
}

/// Money that was taken after its attempt had ended, and goes back.
fn returning(visitor: &Visitor, payment: &Payment) -> Markup {
    let words = visitor.words;
    let told = |attempt: &Attempt| {
        let (title, body) = match &attempt.state {
            AttemptState::Returning { .. } => (words.returning_title, words.returning_body),
            AttemptState::Returned { .. } => (words.returned_title, words.returned_body),
            AttemptState::Submitted { .. }
            | AttemptState::Succeeded { .. }
            | AttemptState::Declined { .. }
            | AttemptState::Closed { .. } => return None,
        };
        let amount = attempt.amount.to_string();
        let values = [("amount", amount.as_str()), ("channel", channel_label(attempt.channel, visitor.lang))];
        Some((fill(title, &values), fill(body, &values)))
    };
    html! {
        @for (title, body) in attempts(payment).filter_map(told) {
            div.back-again { h3 { (title) } p { (body) } }
        }
    }
}
