//! Topping up the wallet on the way to paying an order that it is short for: from which of the payer's own debit cards.

use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use tantu_domain::client::Speaker;
use tantu_domain::ids::InstrumentId;
use tantu_domain::money::Money;
use tantu_domain::payment::{PaymentState, is_debit_card};
use tantu_explain::words::{card_words, fill};

use crate::access::PayerCaller;
use crate::api::accounts::top_up::{Wish, command};
use crate::app::Shared;
use crate::body::FormBody;
use crate::idempotency::{ClientHeader, Key, request_hash};
use crate::pages::cards;
use crate::pages::cashier::{Opened, open, order, path};
use crate::pages::repair::own;
use crate::pages::visitor::Visitor;
use crate::problem::{Kind, Problem};
use crate::secret::fresh_token;

type Form = Result<FormBody, Problem>;

/// Shows the cards that can be charged for it.
pub(crate) async fn show(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
) -> Response {
    let shown = async {
        let opened = own(open(&app, &visitor, &id, &Speaker::default()).await?, payer)?;
        match short(&opened) {
            None => Ok(visitor.redirect(&path(&app, opened.payment.id, ""))),
            Some(short) => {
                let nonce = fresh_token("")?;
                Ok(visitor.page(card_words(visitor.lang).top_up_title, &page(&visitor, &opened, short, &nonce)))
            }
        }
    };
    visitor.answer(shown.await)
}

/// By how much the wallet is short for the order; `None` if it is not, or there is nothing to pay.
fn short(opened: &Opened) -> Option<Money> {
    let owed = Money::new(-opened.file.account.balance.minor(), opened.payment.amount.currency());
    let short = opened.payment.amount.plus(owed).ok()?;
    (opened.payment.is_open() && !opened.payment.is_top_up() && short.is_positive()).then_some(short)
}

fn page(visitor: &Visitor, opened: &Opened, short: Money, nonce: &str) -> Markup {
    let words = card_words(visitor.lang);
    let telling = opened.telling(visitor);
    let own: Vec<_> = opened.file.instruments.iter().filter(|instrument| is_debit_card(instrument)).collect();
    let amount = short.to_string();
    html! {
        h1 { (words.top_up_title) }
        (order(visitor.words, opened))
        @if own.is_empty() {
            section.card {
                p { (words.top_up_no_card) }
                p { a.button.wide href=(cards::PATH) { (words.bind_button) } }
            }
        } @else {
            form.card method="post" action=(path(&visitor.app, opened.payment.id, "/top-up")) {
                input type="hidden" name="csrf" value=(visitor.form_token());
                input type="hidden" name="nonce" value=(nonce);
                p { (fill(words.top_up_body, &[("amount", &amount)])) }
                fieldset {
                    legend { (visitor.words.choose_heading) }
                    @for (place, card) in own.iter().enumerate() {
                        div.choice {
                            label {
                                input type="radio" name="instrument" value=(card.id) checked[place == 0] required;
                                span.dot aria-hidden="true" {}
                                span.what { span.name { (telling.title(card.id).unwrap_or_default()) } }
                            }
                        }
                    }
                }
                button.wide type="submit" { (fill(words.top_up_button, &[("amount", &amount)])) }
            }
        }
        p.actions { a.button.quiet href=(path(&visitor.app, opened.payment.id, "")) { (visitor.words.back_to_cashier) } }
    }
}

/// Tops up, once for each form however often its button is pressed, and leads back to the order if that is done.
pub(crate) async fn pay(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
    client: Result<ClientHeader, Problem>,
    form: Form,
) -> Response {
    let paid = async {
        let (form, speaker) = (form?, client?.speaker());
        let opened = own(open(&app, &visitor, &id, &speaker).await?, payer)?;
        visitor.check(&form)?;
        let back = path(&app, opened.payment.id, "");
        let Some(amount) = short(&opened) else { return Ok(visitor.redirect(&back)) };
        let chosen = form.value("instrument");
        let instrument: InstrumentId = chosen
            .parse()
            .map_err(|_| Problem::field(Kind::InvalidField, "instrument", "choose one of the cards of the page"))?;
        let idempotency = Key::of_form(form.value("nonce"), chosen)?.of(payer);
        let what = format!("POST /cashier/{}/top-up", opened.payment.id);
        let hash = request_hash(&what, &chosen, speaker.client.as_ref())?;
        let wish = Wish { account: payer, amount, instrument, speaker, lang: visitor.lang };
        let command = command(&app, wish, idempotency.clone(), hash).await?;
        let given = app.engine.pay(command, idempotency).await?;
        tracing::info!(payment = %given.payment.id, account = %payer, "a payer tops up his wallet at the cashier");
        if matches!(given.payment.state, PaymentState::Succeeded { .. }) {
            return Ok(visitor.redirect(&back));
        }
        // The bank asks for its code first; the page of the top-up leads on to the order.
        Ok(visitor.redirect_for_order(&path(&app, given.payment.id, "/result"), opened.payment.id))
    };
    visitor.answer(paid.await)
}
