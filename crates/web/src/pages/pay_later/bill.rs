//! A bill with its story: what is owed, why it is not repaid, what happens next; and the form that repays it.

use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};
use tantu_domain::answer::Answer;
use tantu_domain::client::Speaker;
use tantu_domain::evidence::Finding;
use tantu_domain::ids::{BillId, InstrumentId};
use tantu_domain::money::{Currency, Money};
use tantu_engine::pay_later::look::BillLook;
use tantu_engine::pay_later::repay_bill::RepayBill;
use tantu_engine::payments::answer::answer_of;
use tantu_explain::words::{PayLaterWords, day, fill, pay_later_words, time, title};
use tantu_paylater::prevention::{Forecast, Warning};
use tantu_paylater::schedule::{Ended, NextStep, Occasion};
use tantu_store::pay_later::Repayment;

use super::{DONE, bill_path, name, payers, stage_words};
use crate::access::{Caller, PayerCaller};
use crate::answer::cashier_url;
use crate::api::pay_later::bill::look;
use crate::api::pay_later::offered;
use crate::app::Shared;
use crate::body::{FormBody, PathId, id_in};
use crate::idempotency::{Key, request_hash};
use crate::pages::visitor::Visitor;
use crate::problem::Problem;
use crate::render::{Telling, title_of};
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
        page(&visitor, &app, &look)
    };
    visitor.answer(shown.await)
}

/// Repays it.
pub(crate) async fn repay(
    State(app): State<Shared>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
    PathId(bill): PathId<BillId>,
    form: Result<FormBody, Problem>,
) -> Response {
    let done = async {
        let form = form?;
        visitor.check(&form)?;
        let look = look(&app, &Caller::Payer(payer), payer, bill).await?;
        let again = |why: &str| visitor.redirect(&format!("{}?{DONE}={why}", bill_path(bill)));
        let owed = look.bill.owed.total().unwrap_or(look.bill.amount);
        let asked = Money::parse_decimal(form.value("amount").trim(), Currency::Cny);
        let Some(amount) = asked.filter(|amount| amount.is_positive() && amount.minor() <= owed.minor()) else {
            return Ok(again("amount"));
        };
        let instrument: InstrumentId = id_in("instrument", form.value("instrument"))?;
        let key = Key::of_form(form.value("nonce"), &format!("{}{amount}", form.value("instrument")))?;
        let idempotency = key.of(payer);
        let body = (instrument.to_string(), amount.minor());
        let command = RepayBill {
            bill,
            account: payer,
            instrument,
            amount: Some(amount),
            occasion: None,
            lender: offered(&app)?.lender,
            speaker: Speaker::default(),
            idempotency: idempotency.clone(),
            request_hash: request_hash(&format!("POST {}", bill_path(bill)), &body, None)?,
        };
        let given = app.engine.pay(command, idempotency).await?;
        match answer_of(&given.payment) {
            Answer::Succeeded => Ok(again("repaid")),
            // It waits for its payer: the cashier's page knows for what, or why not.
            _ => Ok(visitor.redirect(&cashier_url(&app, given.payment.id))),
        }
    };
    visitor.answer(done.await)
}

fn page(visitor: &Visitor, app: &Shared, look: &BillLook) -> Result<Response, Problem> {
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
    let nonce = fresh_token("")?;
    let content = html! {
        section.card {
            h1 { (words.bill_title) }
            @if let Some(note) = note { p.hint role="status" { (note) } }
            (sums(words, look, visitor, now))
            p class=[late.then_some("hint")] { (stage) }
        }
        @if !look.causes.is_empty() { (causes(visitor, words, look, now)) }
        @if let Some(forecast) = &look.forecast { (ahead(visitor, words, look, forecast, now)) }
        @if let Some(next) = &look.next { (next_step(visitor, words, look, next, now)) }
        @if !settled { (form(visitor, words, look, &nonce)) }
        (story(visitor, words, look, now))
    };
    Ok(visitor.page(words.bill_title, &content))
}

fn sums(words: &PayLaterWords, look: &BillLook, visitor: &Visitor, now: Timestamp) -> Markup {
    let owed = &look.bill.owed;
    let total = owed.total().unwrap_or(look.bill.amount);
    let date = |on| day(on, now, visitor.lang);
    html! {
        p.quiet { (words.owed) }
        p.amount { (total) }
        dl.facts {
            dt { (words.principal) } dd { (owed.principal) }
            @if owed.interest.is_positive() { dt { (words.interest) } dd { (owed.interest) } }
            @if owed.costs.is_positive() { dt { (words.costs) } dd { (owed.costs) } }
            dt { (words.due) } dd { (date(look.bill.due_on)) }
            dt { (words.grace) } dd { (date(look.grace_ends_on)) }
        }
    }
}

fn causes(visitor: &Visitor, words: &PayLaterWords, look: &BillLook, now: Timestamp) -> Markup {
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
                        p { (said.happened) }
                        @if let Some(id) = finding.instrument { p.quiet { (name(&look.file.instruments, id, visitor)) } }
                        p.actions { (way_out(words, finding)) }
                    }
                }
            }
        }
    }
}

/// The one tap that puts it right, where a page here does.
fn way_out(words: &PayLaterWords, finding: &Finding) -> Markup {
    use tantu_domain::cause::Cause;
    match finding.cause {
        Cause::BnplAutopayOff => html! { a.button.small href={ (super::PATH) "/auto-repay" } { (words.auto) } },
        Cause::BnplOverdue => html! { a.button.small href="#repay" { (words.repay) } },
        Cause::CardExpired | Cause::CardDetailsWrong | Cause::BindingStale | Cause::CardStatusAbnormal => {
            html! { a.button.small href="/cards" { (words.auto_first) } }
        }
        _ => html! {},
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
                p.actions { a.button.small href={ (super::PATH) "/auto-repay" } { (words.auto) } }
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

fn form(visitor: &Visitor, words: &PayLaterWords, look: &BillLook, nonce: &str) -> Markup {
    let total = look.bill.owed.total().unwrap_or(look.bill.amount);
    let ways = payers(&look.file, false);
    let first = ways.iter().position(|one| look.can_repay_with.contains(&one.id)).unwrap_or(0);
    html! {
        section.card.limits #repay {
            h2 { (words.repay) }
            form method="post" action=(bill_path(look.bill.id)) {
                input type="hidden" name="csrf" value=(visitor.form_token());
                input type="hidden" name="nonce" value=(nonce);
                fieldset {
                    @for (index, one) in ways.iter().enumerate() {
                        div.choice {
                            label {
                                input type="radio" name="instrument" value=(one.id) checked[index == first] required;
                                span.dot {}
                                span.what { span.name { (title_of(one, visitor.lang)) } }
                            }
                        }
                    }
                }
                label.field {
                    span { (words.repay_amount) }
                    input type="text" inputmode="decimal" name="amount" maxlength="14" autocomplete="off" required
                        value=(total.decimal());
                }
                p.quiet { (words.repay_hint) }
                button.wide type="submit" { (words.repay_button) }
            }
        }
    }
}

fn story(visitor: &Visitor, words: &PayLaterWords, look: &BillLook, now: Timestamp) -> Markup {
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
