//! What came of a payment: paid, being asked about, given up, or refused with the way on.

use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use tantu_domain::attempt::{Attempt, AttemptState};
use tantu_domain::cause::CauseGroup;
use tantu_domain::evidence::{Confidence, Finding, Value};
use tantu_domain::ids::InstrumentId;
use tantu_domain::operation::Operation;
use tantu_domain::payment::{Action, Payment, PaymentState};
use tantu_domain::refund::Refund;
use tantu_explain::words::{card_words, channel_label, fill, help_words, step as step_words, time};
use tantu_explain::{CauseWords, Step};

use crate::answer::kept_causes;
use crate::app::Shared;
use crate::idempotency::ClientHeader;
use crate::pages::bank_code;
use crate::pages::cashier::{Opened, open, order, path};
use crate::pages::confirm;
use crate::pages::guided;
use crate::pages::layout::{mark, notice};
use crate::pages::password;
use crate::pages::pay_later;
use crate::pages::refunds::came_back;
use crate::pages::schedule;
use crate::pages::status;
use crate::pages::steps::{Steps, is_wait};
use crate::pages::trace;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;
use crate::render::Telling;

/// The parameter of an address that a recheck leads to.
pub(crate) const RECHECKED: &str = "rechecked";

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
    let opened = open(app, visitor, id, &client?.speaker()).await?;
    let words = visitor.words;
    let checked = trace::fold(visitor, &opened).await?;
    Ok(match &opened.payment.state {
        PaymentState::Succeeded { .. } => {
            let payment = opened.payment.id;
            let refunds = app.engine.read(move |store| store.refunds(payment)).await?;
            visitor.page(words.paid_title, &html! { (paid(visitor, &opened, &refunds)) (checked) })
        }
        PaymentState::Closed { .. } => {
            let rest = html! { (returning(visitor, &opened.payment)) (codes(visitor, &opened.payment, None)) };
            let closed = notice("stop", words.closed_title, &[words.closed_body], &rest);
            visitor.page(words.closed_title, &html! { (order(words, &opened)) (closed) })
        }
        PaymentState::Processing { .. } | PaymentState::Created => undecided(visitor, &opened),
        PaymentState::RequiresAction { action: Action::ChannelPage | Action::ChannelApp, .. } => {
            match opened.payment.undecided_attempt() {
                Some(attempt) => confirm::waiting(visitor, &opened, attempt),
                None => undecided(visitor, &opened),
            }
        }
        PaymentState::RequiresAction { action: Action::BankCode, .. } => bank_code::waiting(visitor, &opened),
        // A lock that came meanwhile, or an empty wallet, is told as a refusal is.
        PaymentState::RequiresAction { action: Action::PayPassword, .. } => match opened.payment.instrument() {
            Some(chosen) if opened.verdict.action(chosen).is_some() => password::waiting(visitor, &opened),
            Some(_) | None => refused(visitor, &opened, &checked),
        },
        PaymentState::Refused { .. } => refused(visitor, &opened, &checked),
    })
}

fn paid(visitor: &Visitor, opened: &Opened, refunds: &[Refund]) -> Markup {
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
    notice(
        "done",
        words.paid_title,
        &[],
        &html! {
            p.amount { (amount) }
            dl.facts {
                dt { (words.merchant_label) } dd { (opened.merchant) }
                dt { (words.order_label) } dd { (opened.subject) }
                @if let Some(with) = with { dt { (words.paid_with_label) } dd { (with) } }
                dt { (words.paid_at_label) } dd { (time(*at, opened.now, visitor.lang)) }
                @if let Some(trade) = trade { dt { (words.trade_no_label) } dd { code { (trade) } } }
            }
            @if let Some(order) = visitor.order().filter(|_| payment.is_top_up()) {
                p { a.button.wide href=(path(&visitor.app, order, "")) { (card_words(visitor.lang).top_up_onward) } }
            }
            (returning(visitor, payment))
            (came_back(visitor, &opened.merchant, refunds))
            @if let Some(link) = pay_later::to_bill(visitor, opened.bill) { p.actions { (link) } }
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
            (mark("wait"))
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
fn refused(visitor: &Visitor, opened: &Opened, checked: &Markup) -> Response {
    let words = visitor.words;
    let own = |id: &InstrumentId| opened.file.instruments.iter().any(|instrument| instrument.id == *id);
    let asked = visitor.query("instrument").parse::<InstrumentId>().ok().filter(own);
    let Some(chosen) = asked.or_else(|| opened.payment.instrument()) else {
        return visitor
            .page(words.refused_title, &notice("stop", words.refused_title, &[words.refused_body], &html! {}));
    };
    if opened.verdict.allows(chosen) {
        return open_again(visitor, opened, chosen, checked);
    }
    let findings = opened.verdict.findings(chosen);
    let telling = opened.telling(visitor);
    let payable = opened.verdict.can_pay_with();
    let first = findings.first().map(|first| telling.words(first, &payable));
    let title = first.as_ref().map_or(words.refused_title, |said| said.title.as_str()).to_owned();
    let steps = Steps::new(visitor, opened);
    let others: Vec<InstrumentId> = payable.iter().copied().filter(|id| *id != chosen).collect();
    let content = html! {
        (order(words, opened))
        section.card {
            (mark("stop"))
            h1 { (title) }
            @if !visitor.query(RECHECKED).is_empty() { p.hint role="status" { (words.recheck_still_blocked) } }
            @if let Some(said) = &first { (four(visitor, said)) } @else { p { (words.refused_body) } }
            @for (index, id) in others.iter().enumerate() {
                (steps.pay(*id, if index == 0 { "wide" } else { "wide plain" }))
            }
        }
        (schedule::offer(visitor, opened, &findings, chosen))
        (way_on(visitor, &telling, &findings, (chosen, &payable), &steps))
        (all_causes(visitor, &telling, &findings, &payable))
        @if findings.iter().any(|finding| status::knows_more(finding.cause)) { p.center { (status::link(visitor.lang)) } }
        (checked)
        (foot(visitor, opened, findings.first(), Foot { kept: true, asks: !escalated(&findings) }))
        (steps.forms())
    };
    visitor.page(&title, &content)
}

/// Whether a step of the page's own asks a person already.
fn escalated(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.cause.operations().contains(&Operation::OpenTicket))
}

/// What the end of a page depends on.
struct Foot {
    /// Whether the order is kept for what is to be done.
    kept: bool,
    /// Whether the way to a person stands here, and not among the steps.
    asks: bool,
}

/// What the page ends with: that the order is kept for what is to be done, the guided check, the way back, the numbers.
fn foot(visitor: &Visitor, opened: &Opened, finding: Option<&Finding>, foot: Foot) -> Markup {
    let words = visitor.words;
    html! {
        section.small-print {
            @if foot.kept { p.quiet { (words.order_kept) } }
            p { a.button.quiet href=(guided::of_payment(&visitor.app, opened)) { (help_words(visitor.lang).mine_button) } }
            p { a.button.quiet href=(path(&visitor.app, opened.payment.id, "")) { (words.back_to_cashier) } }
            @if foot.asks {
                p { a.button.quiet href=(path(&visitor.app, opened.payment.id, "/ticket")) { (words.open_ticket_button) } }
            }
            @if let Some(link) = pay_later::to_bill(visitor, opened.bill) { p { (link) } }
            (returning(visitor, &opened.payment))
            (codes(visitor, &opened.payment, finding))
        }
    }
}

/// What happened · is the money safe · what to do now · what happens by itself.
pub(crate) fn four(visitor: &Visitor, said: &CauseWords) -> Markup {
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

/// Nothing that we know stops the payment any more. Of what a third party said, only another attempt can tell
/// whether it is over.
fn open_again(visitor: &Visitor, opened: &Opened, chosen: InstrumentId, checked: &Markup) -> Response {
    let words = visitor.words;
    let telling = opened.telling(visitor);
    let (then, _) = kept_causes(&opened.payment);
    let told_by_others = then.iter().any(|finding| finding.field("told_at").or(finding.field("code")).is_some());
    let steps = Steps::new(visitor, opened);
    // A code is over with its charge: nothing blocks the next one, and yet this is what happened.
    let of_code = then.first().filter(|first| first.cause.group() == CauseGroup::OneTimeCode);
    let code = of_code.map(|finding| telling.words(finding, &[]));
    let content = html! {
        (order(words, opened))
        section.card.open role="status" {
            (mark("open"))
            @if let Some(said) = &code {
                h1 { (said.title) }
                (four(visitor, said))
            } @else {
                h1 { (words.open_again_title) }
                p { (if told_by_others { words.recheck_unknown } else { words.open_again }) }
            }
            (steps.pay(chosen, "wide"))
        }
        @if !then.is_empty() {
            details.card { summary { (words.earlier_reason) } (list(visitor, &telling, &then, &[])) }
        }
        (checked)
        (foot(visitor, opened, then.first(), Foot { kept: false, asks: true }))
        (steps.forms())
    };
    visitor.page(words.open_again_title, &content)
}

/// The steps by which the chosen instrument pays. A recheck pays by itself, so none follows it.
fn way_on(
    visitor: &Visitor,
    telling: &Telling<'_>,
    findings: &[Finding],
    (chosen, payable): (InstrumentId, &[InstrumentId]),
    steps: &Steps<'_>,
) -> Markup {
    let words = visitor.words;
    let plan = telling.plan(findings, payable, Some(chosen));
    let context = telling.context(payable);
    let rechecks = plan.steps.iter().any(|step| step.operation == Operation::Recheck && steps.is_here(step));
    let shown: Vec<&Step> =
        plan.steps.iter().filter(|step| !(rechecks && step.operation == Operation::Resume)).collect();
    let main = shown.iter().position(|step| step.operation != Operation::Resume && steps.is_here(step));
    let button = |index: usize, step: &Step| {
        let waits_first = shown.iter().take(index).any(|earlier| is_wait(earlier));
        if (is_wait(step) && index > 0) || waits_first {
            return None;
        }
        Some(if main == Some(index) && plan.alternatives.is_empty() { "main" } else { "small" })
    };
    let list = html! {
        ol.steps {
            @for (index, step) in shown.iter().enumerate() {
                (steps.step(index + 1, step, &step_words(step, visitor.lang, &context), button(index, step)))
            }
        }
    };
    html! {
        @if !shown.is_empty() && plan.alternatives.is_empty() {
            section.card { h2 { (words.steps_heading) } (list) }
        } @else if !shown.is_empty() {
            details.card { summary { (words.or_steps_heading) } (list) }
        }
    }
}

/// Every cause, folded, if there are several.
fn all_causes(visitor: &Visitor, telling: &Telling<'_>, findings: &[Finding], payable: &[InstrumentId]) -> Markup {
    let heading = fill(visitor.words.all_causes_heading, &[("number", &findings.len().to_string())]);
    html! {
        @if findings.len() > 1 {
            details.card { summary { (heading) } (list(visitor, telling, findings, payable)) }
        }
    }
}

fn list(visitor: &Visitor, telling: &Telling<'_>, findings: &[Finding], payable: &[InstrumentId]) -> Markup {
    html! {
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
            @if !payment.is_top_up() { dt { (words.order_no_label) } dd { code { (payment.order_no) } } }
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
