//! The line: what it costs, what of it is used, its bills; and its opening.

use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};
use tantu_domain::ceiling::Tier;
use tantu_domain::clock::day_of;
use tantu_domain::money::Money;
use tantu_engine::pay_later::PayLater;
use tantu_engine::pay_later::open_line::OpenLine;
use tantu_explain::words::{PayLaterWords, fill, pay_later_words};
use tantu_exports::Format;
use tantu_paylater::bill::Bill;
use tantu_paylater::credit::score;
use tantu_store::pay_later::PayLaterFile;
use tantu_store::world::AccountFile;

use super::{PATH, bill_path, read, stage_words};
use crate::access::PayerCaller;
use crate::api::pay_later::line::{is_overdue, percent};
use crate::api::pay_later::offered;
use crate::app::Shared;
use crate::body::FormBody;
use crate::pages::visitor::Visitor;
use crate::problem::{Kind, Problem};

/// Shows the line and its bills.
pub(crate) async fn show(State(app): State<Shared>, PayerCaller(payer): PayerCaller, visitor: Visitor) -> Response {
    let shown = async {
        let (product, (file, now)) = (offered(&app)?, read(&app, payer).await?);
        let words = pay_later_words(visitor.lang);
        let Some(known) = &file.pay_later else {
            return Ok(visitor.page(words.title, &offer(&visitor, product, &file)?));
        };
        let bills = app.engine.read(move |store| store.bills(payer)).await?;
        let content = html! {
            (line(&visitor, product, known, now))
            (list(&visitor, product, &bills, now)?)
            (files(&visitor, words, &file))
            section.small-print { (cost(words, product)?) }
        };
        Ok(visitor.page(words.title, &content))
    };
    visitor.answer(shown.await)
}

/// Opens the line by the terms that the page has shown.
pub(crate) async fn open(
    State(app): State<Shared>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
    form: Result<FormBody, Problem>,
) -> Response {
    let done = async {
        let form = form?;
        visitor.check(&form)?;
        app.engine.run(OpenLine { account: payer, terms: form.value("terms").to_owned() }).await?;
        Ok(visitor.redirect(PATH))
    };
    visitor.answer(done.await)
}

/// Every figure that is ever charged, in words.
fn cost(words: &PayLaterWords, product: &PayLater) -> Result<Markup, Problem> {
    let terms = &product.terms;
    let cost = terms.cost(Money::cny(0)).map_err(|error| Problem::new(Kind::Internal, error.to_string()))?;
    let (statement, due) = (terms.statement_day.to_string(), terms.due_day.to_string());
    Ok(html! {
        p { (fill(words.cost_due, &[("statement", &statement), ("due", &due)])) }
        @if cost.annual == 0 { p { (fill(words.cost_free, &[("days", &terms.grace_days.to_string())])) } }
        p { (fill(words.cost_late, &[("percent", &percent(cost.annual_overdue))])) }
        @if terms.late_fee.is_positive() {
            p { (fill(words.cost_fee, &[("amount", &terms.late_fee.to_string())])) }
        } @else {
            p { (words.cost_no_fee) }
        }
    })
}

fn offer(visitor: &Visitor, product: &PayLater, file: &AccountFile) -> Result<Markup, Problem> {
    let words = pay_later_words(visitor.lang);
    Ok(html! {
        section.card {
            h1 { (words.title) }
            p { (words.intro) }
            (cost(words, product)?)
            @if file.account.tier > Tier::One {
                form method="post" action=(PATH) {
                    input type="hidden" name="csrf" value=(visitor.form_token());
                    input type="hidden" name="terms" value=(product.terms.version);
                    button.wide type="submit" { (words.open_button) }
                }
            } @else {
                p.hint { (words.unverified) }
            }
        }
    })
}

fn line(visitor: &Visitor, product: &PayLater, known: &PayLaterFile, now: Timestamp) -> Markup {
    let words = pay_later_words(visitor.lang);
    let line = &known.row.line;
    let score = score(&known.credit).unwrap_or(0);
    let (overdue, needed) = (is_overdue(product, known, day_of(now)), product.terms.score_to_use);
    let used = fill(words.used_of, &[("used", &line.used.to_string()), ("limit", &line.limit.to_string())]);
    html! {
        section.card.limits {
            h1 { (words.title) }
            p.amount { (line.available()) }
            p.quiet { (fill(words.available, &[("amount", &line.available().to_string())])) }
            meter min="0" max=(line.limit.minor()) value=(line.used.minor().min(line.limit.minor())) { (used) }
            p { (used) }
            @if overdue { p.hint role="status" { (words.closed_overdue) } }
            @else if score < needed {
                p.hint role="status" { (fill(words.closed_score, &[("needed", &needed.to_string())])) }
            }
            p.actions {
                a.button.quiet href={ (PATH) "/credit" } { (fill(words.score, &[("score", &score.to_string())])) }
                a.button.quiet href={ (PATH) "/auto-repay" } { (words.auto) }
            }
        }
    }
}

fn list(visitor: &Visitor, product: &PayLater, bills: &[Bill], now: Timestamp) -> Result<Markup, Problem> {
    let words = pay_later_words(visitor.lang);
    let wrong = |error: String| Problem::new(Kind::Internal, error);
    let mut rows = Vec::new();
    for bill in bills {
        let owed = bill.payoff(&product.terms, day_of(now)).map_err(|error| wrong(error.to_string()))?;
        let owed = owed.total().map_err(|error| wrong(error.to_string()))?;
        let shown = if bill.settled_on.is_some() { bill.amount } else { owed };
        rows.push((bill, shown, stage_words(words, product, bill, visitor, now)));
    }
    Ok(html! {
        section.card {
            h2 { (words.bills) }
            @if rows.is_empty() { p.quiet { (words.no_bills) } }
            @for (bill, shown, (stage, late)) in &rows {
                article.entry {
                    p.line {
                        a href=(bill_path(bill.id)) { (stage) }
                        span.sum { (shown) }
                    }
                    @if *late { p.hint { (stage) } }
                }
            }
        }
    })
}

fn files(visitor: &Visitor, words: &PayLaterWords, file: &AccountFile) -> Markup {
    let base = format!("/v1/accounts/{}/pay-later/statement", file.account.id);
    html! {
        section.card lang=(visitor.lang.id()) {
            h2 { (words.statement) }
            p.actions {
                @for format in Format::ALL {
                    a.button.small href={ (base) "?format=" (format.id()) } { (format.id().to_uppercase()) }
                }
            }
        }
    }
}
