//! What a payer was told: of his bills, and that an incident is over which hit orders of his.

use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};
use tantu_domain::ids::AccountId;
use tantu_domain::incident::Incident;
use tantu_domain::payment::{Payment, PaymentState};
use tantu_explain::words::{fill, pay_later_words, status_words, time};
use tantu_store::Store;
use tantu_store::error::StoreError;
use tantu_store::hit::HitsOf;
use tantu_store::listing::Page;
use tantu_store::notice::{About, NoticeRow, Road};

use crate::access::PayerCaller;
use crate::app::Shared;
use crate::pages::cashier::path;
use crate::pages::pay_later::{bill_path, notice_words};
use crate::pages::status::whose;
use crate::pages::visitor::Visitor;

/// Where it is.
pub(crate) const PATH: &str = "/notices";

/// So many are shown at most.
const MOST: u32 = 50;

/// So many orders of one notice are shown at most.
const MOST_ORDERS: u8 = 20;

/// A notice with what it is about.
struct Shown {
    row: NoticeRow,
    incident: Option<Incident>,
    /// The orders that it hit and that are still open.
    open: Vec<Payment>,
}

/// Shows the payer's notices.
pub(crate) async fn show(State(app): State<Shared>, PayerCaller(payer): PayerCaller, visitor: Visitor) -> Response {
    let shown = async {
        let words = status_words(visitor.lang);
        let now = app.engine.clock().now();
        let read = app.engine.read(move |store| {
            let rows = store.notices(payer, MOST)?;
            rows.into_iter().map(|row| look(store, payer, row)).collect::<Result<Vec<_>, _>>()
        });
        let notices = read.await?;
        let content = html! {
            section.card {
                h1 { (words.notices_title) }
                @if notices.is_empty() { p { (words.notices_none) } }
                @for notice in &notices { (entry(&app, &visitor, notice, now)) }
            }
        };
        Ok(visitor.page(words.notices_title, &content))
    };
    visitor.answer(shown.await)
}

fn look(store: &dyn Store, payer: AccountId, row: NoticeRow) -> Result<Shown, StoreError> {
    let About::Over { incident: id, .. } = row.about else {
        return Ok(Shown { row, incident: None, open: Vec::new() });
    };
    let incident = store.incident(id)?;
    let mut open = Vec::new();
    for hit in store.hits(HitsOf::Payer(id, payer), Page { after: None, limit: MOST_ORDERS })? {
        let payment = store.payment(hit.payment)?;
        open.extend(payment.filter(|payment| matches!(payment.state, PaymentState::Refused { .. })));
    }
    Ok(Shown { row, incident, open })
}

fn entry(app: &Shared, visitor: &Visitor, notice: &Shown, now: Timestamp) -> Markup {
    let (lang, row) = (visitor.lang, &notice.row);
    let road = match row.told {
        Some((_, Road::Sms)) => pay_later_words(lang).notice_sms,
        Some((_, Road::Page)) => pay_later_words(lang).notice_page,
        None => pay_later_words(lang).notice_waits,
    };
    html! {
        article.entry {
            @match &row.about {
                About::Bill(about) => { a.go href=(bill_path(about.bill)) { (notice_words(lang, about, now)) } }
                About::Over { .. } => { (over(app, visitor, notice, now)) }
            }
            p.quiet { (time(row.at, now, lang)) " · " (road) }
        }
    }
}

/// What is over, and each order that can be paid now.
fn over(app: &Shared, visitor: &Visitor, notice: &Shown, now: Timestamp) -> Markup {
    let (lang, words) = (visitor.lang, status_words(visitor.lang));
    let said = notice.incident.as_ref().map(|incident| {
        let end = time(incident.end().unwrap_or(now), now, lang);
        fill(words.over_said, &[("whose", &whose(words, incident.scope, lang)), ("time", &end)])
    });
    html! {
        @if let Some(said) = said { p { (said) } }
        p { (if notice.open.is_empty() { words.over_settled } else { words.over_open }) }
        @for payment in &notice.open {
            p.line { span { (payment.subject) } span.sum { (payment.amount) } }
            p { a.button.wide href=(path(app, payment.id, "")) { (fill(words.over_pay, &[("amount", &payment.amount.to_string())])) } }
        }
    }
}
