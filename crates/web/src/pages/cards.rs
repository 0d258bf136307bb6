//! My bank cards (我的银行卡): what is bound, switched off and on, and let go.

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};
use tantu_domain::card::{Card, CardState};
use tantu_domain::ids::InstrumentId;
use tantu_domain::instrument::InstrumentKind;
use tantu_engine::instruments::switch::SwitchCard;
use tantu_engine::instruments::unbind::UnbindCard;
use tantu_explain::words::{bank_label, card_kind_label, card_label, card_words};

use crate::access::PayerCaller;
use crate::app::Shared;
use crate::body::FormBody;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// Where they are.
pub(crate) const PATH: &str = "/cards";

type Form = Result<FormBody, Problem>;

/// Shows the payer's cards.
pub(crate) async fn show(State(app): State<Shared>, PayerCaller(account): PayerCaller, visitor: Visitor) -> Response {
    let shown = async {
        let now = app.engine.clock().now();
        let file = app.engine.read(move |store| store.account(account, now)).await?;
        let file = file.ok_or_else(|| Problem::not_found("account", &account.to_string()))?;
        let cards: Vec<(InstrumentId, &Card)> = file
            .instruments
            .iter()
            .filter_map(|instrument| match &instrument.kind {
                InstrumentKind::Card(card) if !matches!(card.state, CardState::Unbound { .. }) => {
                    Some((instrument.id, card))
                }
                _ => None,
            })
            .collect();
        let words = card_words(visitor.lang);
        let content = html! {
            section.card {
                h1 { (words.title) }
                @if cards.is_empty() { p { (words.none) } }
                @for (id, card) in &cards { (entry(&visitor, *id, card, now)) }
                form method="post" action={ (PATH) "/bind" } {
                    input type="hidden" name="csrf" value=(visitor.form_token());
                    button.wide type="submit" { (words.bind_button) }
                }
            }
            (banks(&visitor))
            div.actions { (press(&visitor, "/sign-out", words.sign_out_button, &[])) }
        };
        Ok(visitor.page(words.title, &content))
    };
    visitor.answer(shown.await)
}

fn entry(visitor: &Visitor, id: InstrumentId, card: &Card, now: Timestamp) -> Markup {
    let words = card_words(visitor.lang);
    let ended = card.ends_at.is_some_and(|ends_at| ends_at <= now);
    let (state, again) = match card.state {
        CardState::Bound if ended => (words.state_stale, true),
        CardState::Bound => (words.state_bound, false),
        CardState::SwitchedOff { .. } => (words.state_switched_off, false),
        CardState::Stale { .. } => (words.state_stale, true),
        CardState::Unbinding { .. } | CardState::Unbound { .. } => (words.state_unbinding, false),
    };
    let off = matches!(card.state, CardState::SwitchedOff { .. });
    let leaving = matches!(card.state, CardState::Unbinding { .. } | CardState::Unbound { .. });
    html! {
        article.entry {
            h2 { (card_label(&card.face, visitor.lang)) }
            dl.facts {
                dt { (words.reserved_phone) } dd { (card.face.phone) }
            }
            p.quiet { (state) }
            @if !leaving {
                div.actions {
                    @if again {
                        (press(visitor, &format!("{PATH}/bind"), words.bind_again_button, &[("instrument", &id.to_string())]))
                    } @else if off {
                        (press(visitor, &format!("{PATH}/{id}/switch"), words.switch_on_button, &[("on", "yes")]))
                    } @else {
                        (press(visitor, &format!("{PATH}/{id}/switch"), words.switch_off_button, &[("on", "no")]))
                    }
                }
                details {
                    summary { (words.unbind_summary) }
                    div {
                        p { (words.unbind_body) }
                        (press(visitor, &format!("{PATH}/{id}/unbind"), words.unbind_button, &[]))
                    }
                }
            }
        }
    }
}

/// A button in a form of its own.
pub(crate) fn press(visitor: &Visitor, action: &str, title: &str, fields: &[(&str, &str)]) -> Markup {
    html! {
        form method="post" action=(action) {
            input type="hidden" name="csrf" value=(visitor.form_token());
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            button.small type="submit" { (title) }
        }
    }
}

/// The banks whose cards are bound, folded.
pub(crate) fn banks(visitor: &Visitor) -> Markup {
    let (words, lang) = (card_words(visitor.lang), visitor.lang);
    let kinds = |kinds: &[tantu_domain::card::CardKind]| {
        kinds.iter().map(|kind| card_kind_label(*kind, lang)).collect::<Vec<_>>().join(" · ")
    };
    html! {
        details.card {
            summary { (words.banks_heading) }
            ul.banks {
                @for (bank, own) in &visitor.app.engine.policy().cards.banks {
                    li { span { (bank_label(bank.id(), lang)) } span.quiet { (kinds(own)) } }
                }
            }
        }
    }
}

fn instrument_of(text: &str) -> Result<InstrumentId, Problem> {
    text.parse().map_err(|_| Problem::not_found("card", text))
}

/// Switches payments with a card off, or on.
pub(crate) async fn switch(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(account): PayerCaller,
    visitor: Visitor,
    form: Form,
) -> Response {
    let done = async {
        let form = form?;
        visitor.check(&form)?;
        let command = SwitchCard { account, instrument: instrument_of(&id)?, on: form.value("on") == "yes" };
        app.engine.run(command).await?;
        Ok(visitor.redirect(PATH))
    };
    visitor.answer(done.await)
}

/// Lets a card go.
pub(crate) async fn unbind(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(account): PayerCaller,
    visitor: Visitor,
    form: Form,
) -> Response {
    let done = async {
        visitor.check(&form?)?;
        app.engine.run(UnbindCard { account, instrument: instrument_of(&id)? }).await?;
        Ok(visitor.redirect(PATH))
    };
    visitor.answer(done.await)
}
