//! Repaying a bill: by one instrument, wholly or in part, or by several at once. Each is a payment to the lender.

use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};
use tantu_domain::answer::Answer;
use tantu_domain::client::Speaker;
use tantu_domain::ids::{BillId, InstrumentId};
use tantu_domain::instrument::Instrument;
use tantu_domain::money::{Currency, Money};
use tantu_engine::pay_later::look::BillLook;
use tantu_engine::pay_later::repay_bill::RepayBill;
use tantu_engine::payments::answer::answer_of;
use tantu_explain::words::{fill, pay_later_words};
use tantu_paylater::instrument::Source;
use tantu_paylater::repayment::{RepaymentLeg, check};
use tantu_store::claim::ClaimKey;

use super::{DONE, bill_path, payers};
use crate::access::{Caller, PayerCaller};
use crate::api::pay_later::bill::look;
use crate::api::pay_later::offered;
use crate::app::Shared;
use crate::body::{FormBody, PathId};
use crate::idempotency::{Key, request_hash};
use crate::pages::cards;
use crate::pages::cashier::path;
use crate::pages::confirm::{page_path, waits_on_page};
use crate::pages::visitor::Visitor;
use crate::problem::Problem;
use crate::render::{Telling, title_of};

/// The field of what an instrument pays beside others.
fn part(instrument: InstrumentId) -> String {
    format!("part.{instrument}")
}

/// Repays it. Of several instruments each is charged for its part, and the first that is not done leads on.
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
        let Some(legs) = legs(&form, &look) else { return Ok(again("amount")) };
        let key = |leg: &RepaymentLeg| {
            let text = format!("{}.{}", leg.instrument, leg.amount.minor());
            Key::of_form(form.value("nonce"), &text).map(|key| key.of(payer))
        };
        // All parts are looked at before the first is charged; a form that is sent again was looked at then.
        let Some(first) = legs.first() else { return Ok(again("amount")) };
        let first = ClaimKey::Idempotency(key(first)?);
        let sent_before = app.engine.read(move |store| store.claim(&first)).await?.is_some();
        if !sent_before && check(&look.bill, payer, &legs, look.under_way).is_err() {
            return Ok(again("amount"));
        }
        let mut unfinished = None;
        for leg in &legs {
            let (idempotency, body) = (key(leg)?, (leg.instrument.to_string(), leg.amount.minor()));
            let command = RepayBill {
                bill,
                account: payer,
                instrument: leg.instrument,
                amount: Some(leg.amount),
                occasion: None,
                lender: offered(&app)?.lender,
                speaker: Speaker::default(),
                idempotency: idempotency.clone(),
                request_hash: request_hash(&format!("POST {}", bill_path(bill)), &body, None)?,
            };
            let given = app.engine.pay(command, idempotency).await?;
            if answer_of(&given.payment) != Answer::Succeeded {
                unfinished = unfinished.or(Some(given.payment));
            }
        }
        tracing::info!(%bill, parts = legs.len(), "a bill was repaid on its page");
        Ok(match unfinished {
            None => again("repaid"),
            Some(payment) if waits_on_page(&payment) => visitor.redirect(&page_path(&app, payment.id)),
            Some(payment) => visitor.redirect(&path(&app, payment.id, "/result")),
        })
    };
    visitor.answer(done.await)
}

/// What pays how much: the parts, if one is filled in, or else the one instrument that is chosen. `None` if a field is no amount.
fn legs(form: &FormBody, look: &BillLook) -> Option<Vec<RepaymentLeg>> {
    let amount = |text: &str| Money::parse_decimal(text.trim(), Currency::Cny).filter(|amount| amount.is_positive());
    let leg = |one: &Instrument, text: &str| {
        Some(RepaymentLeg { instrument: one.id, source: Source::of(one.product()), amount: amount(text)? })
    };
    let ways = payers(&look.file, false);
    let filled: Vec<_> = ways.iter().filter(|one| !form.value(&part(one.id)).trim().is_empty()).collect();
    if filled.is_empty() {
        let chosen = ways.iter().find(|one| one.id.to_string() == form.value("instrument"))?;
        return Some(vec![leg(chosen, form.value("amount"))?]);
    }
    filled.into_iter().map(|one| leg(one, form.value(&part(one.id)))).collect()
}

/// The form. What cannot repay it now stands there with its cause, and cannot be chosen.
pub(super) fn form(visitor: &Visitor, look: &BillLook, nonce: &str, now: Timestamp) -> Markup {
    let words = pay_later_words(visitor.lang);
    let total = look.bill.owed.total().unwrap_or(look.bill.amount);
    let left = total.minus(look.under_way).unwrap_or(total);
    let under_way = look.under_way.to_string();
    let ways = payers(&look.file, false);
    let payable: Vec<&Instrument> = ways.iter().copied().filter(|one| look.can_repay_with.contains(&one.id)).collect();
    html! {
        section.card.limits #repay {
            h2 { (words.repay) }
            @if !left.is_positive() {
                p { (fill(words.all_under_way, &[("amount", &under_way)])) }
            } @else if ways.is_empty() {
                p { (words.no_ways) }
                p.actions { a.button href=(cards::PATH) { (words.cards) } }
            } @else {
                @if look.under_way.is_positive() { p.hint { (fill(words.under_way, &[("amount", &under_way)])) } }
                form method="post" action=(bill_path(look.bill.id)) {
                    input type="hidden" name="csrf" value=(visitor.form_token());
                    input type="hidden" name="nonce" value=(nonce);
                    fieldset {
                        @for one in &ways {
                            (choice(visitor, look, one, payable.first().map(|first| first.id) == Some(one.id), now))
                        }
                    }
                    @if !payable.is_empty() {
                        label.field {
                            span { (words.repay_amount) }
                            input type="text" inputmode="decimal" name="amount" maxlength="14" autocomplete="off"
                                value=(left.decimal());
                        }
                        @if payable.len() > 1 { (parts(visitor, &payable)) }
                        p.quiet { (words.repay_hint) }
                        button.wide type="submit" { (words.repay_button) }
                    }
                }
            }
        }
    }
}

fn choice(visitor: &Visitor, look: &BillLook, one: &Instrument, checked: bool, now: Timestamp) -> Markup {
    let payable = look.can_repay_with.contains(&one.id);
    let findings = look.verdict.findings(one.id);
    let own = findings.iter().find(|finding| finding.instrument.is_none_or(|id| id == one.id));
    let telling = Telling::new(visitor.lang, now, &look.file.instruments, None);
    html! {
        div.choice.blocked[!payable] {
            label {
                input type="radio" name="instrument" value=(one.id) checked[checked] disabled[!payable];
                span.dot aria-hidden="true" {}
                span.what { span.name { (title_of(one, visitor.lang)) } }
            }
            @if let (false, Some(finding)) = (payable, own) {
                div.reason { p { (telling.words(finding, &[]).title) } }
            }
        }
    }
}

/// What several of them pay at once, folded.
fn parts(visitor: &Visitor, payable: &[&Instrument]) -> Markup {
    let words = pay_later_words(visitor.lang);
    html! {
        details {
            summary { (words.split) }
            div {
                p.quiet { (words.split_hint) }
                @for one in payable {
                    label.field {
                        span { (title_of(one, visitor.lang)) " (¥)" }
                        input type="text" inputmode="decimal" name=(part(one.id)) maxlength="14" autocomplete="off";
                    }
                }
            }
        }
    }
}
