//! A bill with its story: what is owed, why it is not repaid, what happens next, and what was tried.

use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};
use tantu_domain::cause::Cause;
use tantu_domain::evidence::Finding;
use tantu_domain::ids::{BillId, InstrumentId};
use tantu_domain::instrument::InstrumentKind;
use tantu_engine::pay_later::look::BillLook;
use tantu_explain::words::{PayLaterWords, day, fill, pay_later_words, time, title};
use tantu_paylater::prevention::{Forecast, Warning};
use tantu_paylater::schedule::{Ended, NextStep, Occasion};
use tantu_store::pay_later::Repayment;

use super::repay::form;
use super::{DONE, PATH, name, stage_words};
use crate::access::{Caller, PayerCaller};
use crate::api::pay_later::bill::look;
use crate::api::pay_later::offered;
use crate::app::Shared;
use crate::body::PathId;
use crate::pages::cards;
use crate::pages::cashier::path;
use crate::pages::steps::explained;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;
use crate::render::Telling;
use crate::secret::fresh_token;

/// Shows a bill.
pub(crate) async fn show(
    State(app): State<Shared>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
    PathId(bill): PathId<BillId>,
) -> Response {
    let shown = async {
        let look = look(&app, &Caller::Payer(payer), payer, bill).await?;
        page(&visitor, &app, &look).await
    };
    visitor.answer(shown.await)
}

async fn page(visitor: &Visitor, app: &Shared, look: &BillLook) -> Result<Response, Problem> {
    let words = pay_later_words(visitor.lang);
    let (now, product) = (app.engine.clock().now(), offered(app)?);
    let (stage, late) = stage_words(words, product, &look.bill, visitor, now);
    let settled = look.bill.settled_on.is_some();
    let note = match visitor.query(DONE).as_str() {
        "repaid" if settled => Some(words.repaid),
        "repaid" => Some(words.repaid_part),
        "amount" => Some(words.not_an_amount),
        _ => None,
    };
    let order = look.bill.payment;
    let order = app.engine.read(move |store| store.payment(order)).await?;
    let nonce = fresh_token("")?;
    let content = html! {
        section.card {
            h1 { (words.bill_title) }
            @if let Some(order) = &order { p.quiet { (order.subject) } }
            @if let Some(note) = note { p.hint role="status" { (note) } }
            (sums(words, look, visitor, now))
            p class=(if late { "hint" } else { "quiet" }) { (stage) }
        }
        @if !look.causes.is_empty() { (causes(visitor, app, look, now)) }
        @if let Some(next) = &look.next { (next_step(visitor, words, look, next, now)) }
        @if let Some(forecast) = &look.forecast { (ahead(visitor, words, look, forecast, now)) }
        @if !settled { (form(visitor, look, &nonce, now)) }
        (story(visitor, app, look, now))
        section.small-print { p { a.button.quiet href=(PATH) { (words.back_home) } } }
    };
    Ok(visitor.page(words.bill_title, &content))
}

fn sums(words: &PayLaterWords, look: &BillLook, visitor: &Visitor, now: Timestamp) -> Markup {
    let owed = &look.bill.owed;
    let total = owed.total().unwrap_or(look.bill.amount);
    let date = |on| day(on, now, visitor.lang);
    let paid = look.bill.paid.total().unwrap_or(look.bill.amount);
    html! {
        p.quiet { (words.owed) }
        p.amount { (total) }
        dl.facts {
            dt { (words.principal) } dd { (owed.principal) }
            @if owed.interest.is_positive() { dt { (words.interest) } dd { (owed.interest) } }
            @if owed.costs.is_positive() { dt { (words.costs) } dd { (owed.costs) } }
            @if !look.bill.paid.is_zero() { dt { (words.paid_part) } dd { (paid) } }
            @if look.bill.refunded.is_positive() { dt { (words.refunded) } dd { (look.bill.refunded) } }
            dt { (words.due) } dd { (date(look.bill.due_on)) }
            dt { (words.grace) } dd { (date(look.grace_ends_on)) }
        }
    }
}

fn causes(visitor: &Visitor, app: &Shared, look: &BillLook, now: Timestamp) -> Markup {
    let words = pay_later_words(visitor.lang);
    let telling = Telling {
        amount: look.bill.owed.total().ok(),
        ..Telling::new(visitor.lang, now, &look.file.instruments, None)
    };
    let said = |finding: &Finding| telling.words(finding, &look.can_repay_with);
    html! {
        section.card.alert {
            h2 { (words.why) }
            ul.causes {
                @for finding in &look.causes {
                    @let said = said(finding);
                    li {
                        h3 { (said.title) }
                        @if let Some(id) = finding.instrument { p.quiet { (name(&look.file.instruments, id, visitor)) } }
                        p { (said.happened) }
                        @if let Some(way) = way_out(words, app, look, finding) { p.actions { (way) } }
                    }
                }
            }
        }
    }
}

/// The one tap that puts it right: a page of pay-later or of the cards, or that of the repayment that was refused.
fn way_out(words: &PayLaterWords, app: &Shared, look: &BillLook, finding: &Finding) -> Option<Markup> {
    let link = |href: String, title: &str| Some(html! { a.button.small href=(href) { (title) } });
    let of_card = |id: InstrumentId| {
        let own = look.file.instruments.iter().find(|one| one.id == id);
        own.is_some_and(|one| matches!(one.kind, InstrumentKind::Card(_)))
    };
    match finding.cause {
        Cause::BnplAutopayOff => link(format!("{PATH}/auto-repay"), words.auto),
        Cause::BnplOverdue => link("#repay".to_owned(), words.repay),
        Cause::CardExpired | Cause::CardDetailsWrong | Cause::BindingStale
            if finding.instrument.is_some_and(of_card) =>
        {
            link(cards::PATH.to_owned(), words.cards)
        }
        _ => {
            let own = |one: &&Repayment| finding.instrument.is_none_or(|id| id == one.instrument);
            let refused = |one: &&Repayment| matches!(one.ended, Ended::Refused { .. });
            let last = look.repayments.iter().rev().filter(own).find(refused)?;
            link(explained(app, last.payment, last.instrument), words.handle)
        }
    }
}

fn ahead(visitor: &Visitor, words: &PayLaterWords, look: &BillLook, forecast: &Forecast, now: Timestamp) -> Markup {
    let warning = |warning: &Warning| {
        let named = warning.instrument.map(|id| name(&look.file.instruments, id, visitor)).unwrap_or_default();
        match (warning.instrument, warning.valid_to, warning.most) {
            (None, ..) => words.forecast_off.to_owned(),
            (_, Some(last), _) => {
                fill(words.forecast_ends, &[("instrument", &named), ("date", &day(last, now, visitor.lang))])
            }
            (_, None, Some(most)) => {
                fill(words.forecast_most, &[("instrument", &named), ("amount", &most.to_string())])
            }
            (_, None, None) => fill(words.forecast_other, &[("instrument", &named)]),
        }
    };
    html! {
        section.card {
            h2 { (words.forecast) }
            @if let Some(from) = forecast.collects_from {
                p { (fill(words.forecast_good, &[("instrument", &name(&look.file.instruments, from, visitor))])) }
            }
            @for one in &forecast.warnings { p.hint { (warning(one)) } }
            @if forecast.collects_from.is_none() {
                p.actions { a.button.small href={ (PATH) "/auto-repay" } { (words.auto) } }
            }
        }
    }
}

fn next_step(visitor: &Visitor, words: &PayLaterWords, look: &BillLook, next: &NextStep, now: Timestamp) -> Markup {
    let named = |id: &InstrumentId| name(&look.file.instruments, *id, visitor);
    let at = |at: &Timestamp| time(*at, now, visitor.lang);
    let said = match next {
        NextStep::Nothing => return html! {},
        NextStep::Ask { at: when, instrument, .. } => {
            fill(words.next_ask, &[("instrument", &named(instrument)), ("time", &at(when))])
        }
        NextStep::Resolve { instrument, .. } => fill(words.next_resolve, &[("instrument", &named(instrument))]),
        NextStep::AwaitChannel { look_at, .. } => fill(words.next_channel, &[("time", &at(look_at))]),
        NextStep::AskPayer { .. } if look.causes.is_empty() => return html! {},
        NextStep::AskPayer { .. } => words.next_payer.to_owned(),
    };
    html! { section.card { h2 { (words.next) } p { (said) } } }
}

fn story(visitor: &Visitor, app: &Shared, look: &BillLook, now: Timestamp) -> Markup {
    let words = pay_later_words(visitor.lang);
    let bought = [("date", day(look.bill.purchased_on, now, visitor.lang)), ("amount", look.bill.amount.to_string())];
    let bought: Vec<(&str, &str)> = bought.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let tried = |one: &Repayment| {
        let values = [
            ("time", time(one.at, now, visitor.lang)),
            ("amount", one.amount.to_string()),
            ("instrument", name(&look.file.instruments, one.instrument, visitor)),
        ];
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fill(words.tried, &values)
    };
    html! {
        section.card {
            h2 { (words.story) }
            ul.causes {
                li { p { (fill(words.bought_on, &bought)) } }
                @for one in &look.repayments {
                    li {
                        p { (tried(one)) }
                        p.quiet { (occasion(words, one.occasion)) " · " (ended(words, one.ended, visitor)) }
                        @if one.ended == Ended::Undecided {
                            p.actions {
                                a.button.small href=(path(app, one.payment, "/result")) { (words.go_on) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn ended(words: &PayLaterWords, ended: Ended, visitor: &Visitor) -> String {
    match ended {
        Ended::Taken => words.taken.to_owned(),
        Ended::Undecided => words.undecided.to_owned(),
        Ended::Refused { cause, .. } => fill(words.refused, &[("cause", &title(cause, visitor.lang))]),
    }
}

fn occasion(words: &PayLaterWords, occasion: Option<Occasion>) -> &'static str {
    match occasion {
        None => words.by_hand,
        Some(Occasion::Due) => words.by_due,
        Some(Occasion::NextInstrument) => words.by_next,
        Some(Occasion::LaterToday) => words.by_later,
        Some(Occasion::AfterPayday) => words.by_payday,
        Some(Occasion::LimitReset) => words.by_reset,
        Some(Occasion::InParts) => words.by_parts,
        Some(Occasion::ChannelBack) => words.by_channel,
        Some(Occasion::Mended) => words.by_mended,
        Some(Occasion::CapFree) => words.by_cap,
    }
}
