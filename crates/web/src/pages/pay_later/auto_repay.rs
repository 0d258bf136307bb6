//! Auto-repay: whether bills are collected, from what first and what then, and the payday.

use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};
use tantu_domain::ids::InstrumentId;
use tantu_domain::instrument::Instrument;
use tantu_engine::pay_later::set_auto_repay::SetAutoRepay;
use tantu_explain::words::pay_later_words;
use tantu_paylater::schedule::AutoRepayState;
use tantu_store::pay_later::AutoRepaySetting;
use tantu_store::world::AccountFile;

use super::{DONE, PATH, payers, read};
use crate::access::PayerCaller;
use crate::api::pay_later::line_of;
use crate::app::Shared;
use crate::body::{FormBody, id_in};
use crate::pages::cards;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;
use crate::render::title_of;

/// Shows the settings.
pub(crate) async fn show(State(app): State<Shared>, PayerCaller(payer): PayerCaller, visitor: Visitor) -> Response {
    let shown = async {
        let (file, _) = read(&app, payer).await?;
        let setting = &line_of(&file)?.row.auto_repay;
        Ok(visitor.page(pay_later_words(visitor.lang).auto, &page(&visitor, &file, setting)))
    };
    visitor.answer(shown.await)
}

/// Sets them.
pub(crate) async fn set(
    State(app): State<Shared>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
    form: Result<FormBody, Problem>,
) -> Response {
    let done = async {
        let form = form?;
        visitor.check(&form)?;
        let mut designated: Vec<InstrumentId> = Vec::new();
        for field in ["first", "second"] {
            let value = form.value(field);
            if value.is_empty() {
                continue;
            }
            let id = id_in(field, value)?;
            if !designated.contains(&id) {
                designated.push(id);
            }
        }
        let written = form.value("payday").trim();
        let payday = written.parse::<i8>().ok().filter(|day| (1..=31).contains(day));
        if payday.is_none() && !written.is_empty() {
            return Ok(visitor.redirect(&format!("{PATH}/auto-repay?{DONE}=payday")));
        }
        let command = SetAutoRepay { account: payer, on: form.value("on") == "yes", designated, payday };
        app.engine.run(command).await?;
        app.engine.clock_moved();
        Ok(visitor.redirect(&format!("{PATH}/auto-repay?{DONE}=saved")))
    };
    visitor.answer(done.await)
}

fn page(visitor: &Visitor, file: &AccountFile, setting: &AutoRepaySetting) -> Markup {
    let words = pay_later_words(visitor.lang);
    let on = matches!(setting.state, AutoRepayState::On { .. });
    let ways = payers(file, true);
    html! {
        section.card.limits {
            h1 { (words.auto) }
            @match visitor.query(DONE).as_str() {
                "saved" => { p.hint.done role="status" { (words.saved) } }
                "payday" => { p.hint role="alert" { (words.payday_wrong) } }
                _ => {}
            }
            p { (if on { words.auto_on } else { words.auto_off }) }
            @if ways.is_empty() {
                p { (words.no_ways) }
                p.actions { a.button href=(cards::PATH) { (words.cards) } }
            } @else { (form(visitor, setting, &ways)) }
        }
        section.small-print { p { a.button.quiet href=(PATH) { (words.back_home) } } }
    }
}

fn form(visitor: &Visitor, setting: &AutoRepaySetting, ways: &[&Instrument]) -> Markup {
    let words = pay_later_words(visitor.lang);
    let on = matches!(setting.state, AutoRepayState::On { .. });
    html! {
            form method="post" action={ (PATH) "/auto-repay" } {
                input type="hidden" name="csrf" value=(visitor.form_token());
                div.choice {
                    label {
                        input type="checkbox" name="on" value="yes" checked[on];
                        span.dot {}
                        span.what { span.name { (words.auto_switch) } }
                    }
                }
                (choose(visitor, words.auto_first, "first", ways, setting.designated.first(), None))
                (choose(visitor, words.auto_second, "second", ways, setting.designated.get(1), Some(words.auto_nothing)))
                label.field {
                    span { (words.payday) }
                    input type="text" inputmode="numeric" name="payday" maxlength="2" autocomplete="off"
                        value=[setting.payday];
                }
                p.quiet { (words.hours) }
                button.wide type="submit" { (words.save) }
            }
    }
}

fn choose(
    visitor: &Visitor,
    label: &str,
    field: &str,
    ways: &[&Instrument],
    chosen: Option<&InstrumentId>,
    nothing: Option<&str>,
) -> Markup {
    html! {
        label.field {
            span { (label) }
            select name=(field) {
                @if let Some(nothing) = nothing { option value="" { (nothing) } }
                @for one in ways {
                    option value=(one.id) selected[chosen == Some(&one.id)] { (title_of(one, visitor.lang)) }
                }
            }
        }
    }
}
