//! The line: what it costs, what of it is used, its bills; its opening, its freezing, and its statements as files.

use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};
use tantu_domain::clock::day_of;
use tantu_domain::money::Money;
use tantu_engine::pay_later::freeze_line::FreezeLine;
use tantu_engine::pay_later::open_line::OpenLine;
use tantu_engine::pay_later::unfreeze_line::UnfreezeLine;
use tantu_engine::pay_later::{PayLater, tier_of};
use tantu_explain::words::{PayLaterWords, fill, pay_later_words, time};
use tantu_exports::Format;
use tantu_paylater::bill::Bill;
use tantu_paylater::credit::score;
use tantu_paylater::line::{FrozenReason, LOWEST_TIER, LineError, LineState, may_open};
use tantu_store::notice::{NoticeRow, Road};
use tantu_store::pay_later::PayLaterFile;
use tantu_store::world::AccountFile;

use super::{PATH, bill_path, notice_words, read, stage_words};
use crate::access::PayerCaller;
use crate::api::pay_later::line::{is_overdue, percent};
use crate::api::pay_later::offered;
use crate::app::Shared;
use crate::body::FormBody;
use crate::pages::cards;
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
        let listed = app.engine.read(move |store| {
            let bills = store.bills(payer)?;
            let with = |bill: Bill| store.payment(bill.payment).map(|order| (bill, order.map(|order| order.subject)));
            bills.into_iter().map(with).collect::<Result<Vec<_>, _>>()
        });
        let listed = listed.await?;
        let notices = app.engine.read(move |store| store.notices(payer, READ)).await?;
        let content = html! {
            (line(&visitor, product, known, now))
            (list(&visitor, product, &listed, now)?)
            (told(&visitor, &notices, now))
            (files(words, &file))
            (freezing(&visitor, known))
            section.small-print { (cost(words, product)?) }
        };
        Ok(visitor.page(words.title, &content))
    };
    visitor.answer(shown.await)
}

/// So many of the last notices are shown.
const SHOWN: usize = 5;

/// So many are read: those of incidents stand among them.
const READ: u32 = 50;

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

/// No new order is taken from now on.
pub(crate) async fn freeze(
    State(app): State<Shared>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
    form: Result<FormBody, Problem>,
) -> Response {
    let done = async {
        visitor.check(&form?)?;
        app.engine.run(FreezeLine { account: payer, by: None }).await?;
        Ok(visitor.redirect(PATH))
    };
    visitor.answer(done.await)
}

/// New orders are taken again.
pub(crate) async fn unfreeze(
    State(app): State<Shared>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
    form: Result<FormBody, Problem>,
) -> Response {
    let done = async {
        visitor.check(&form?)?;
        app.engine.run(UnfreezeLine { account: payer }).await?;
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
    let refused = match may_open(tier_of(&file.account)) {
        Ok(_) => None,
        Err(LineError::TierTooLow(tier)) => {
            let sources = LOWEST_TIER.sources().to_string();
            let values = [("tier", tier.id()), ("needed", LOWEST_TIER.id()), ("sources", &sources)];
            Some(fill(words.tier_low, &values))
        }
        Err(_) => Some(words.unverified.to_owned()),
    };
    Ok(html! {
        section.card {
            h1 { (words.title) }
            p { (words.intro) }
            (cost(words, product)?)
            @if let Some(refused) = refused {
                p.hint { (refused) }
                p.actions { a.button.quiet href=(cards::PATH) { (words.cards) } }
            } @else {
                form method="post" action=(PATH) {
                    input type="hidden" name="csrf" value=(visitor.form_token());
                    input type="hidden" name="terms" value=(product.terms.version);
                    button.wide type="submit" { (words.open_button) }
                }
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
            p.quiet { (words.available) }
            p.amount { (line.available()) }
            meter min="0" max=(line.limit.minor()) value=(line.used.minor().min(line.limit.minor())) { (used) }
            p { (used) }
            (frozen(visitor, line.state, now))
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

/// Who has frozen it, since when, and the button that lifts it.
fn frozen(visitor: &Visitor, state: LineState, now: Timestamp) -> Markup {
    let words = pay_later_words(visitor.lang);
    let LineState::Frozen { reason, since } = state else { return html! {} };
    let since = time(since, now, visitor.lang);
    let said = match reason {
        FrozenReason::HolderRequest => fill(words.frozen_by_you, &[("time", &since)]),
        FrozenReason::Case(case) => fill(words.frozen_by_us, &[("time", &since), ("case", &case.id.to_string())]),
    };
    let asked = match reason {
        FrozenReason::HolderRequest => None,
        FrozenReason::Case(case) => case.asked_at,
    };
    html! {
        p.hint role="status" { (said) }
        @if let Some(at) = asked {
            p { (fill(words.reopen_asked, &[("time", &time(at, now, visitor.lang))])) }
        } @else {
            form method="post" action={ (PATH) "/unfreeze" } {
                input type="hidden" name="csrf" value=(visitor.form_token());
                button.wide type="submit" { (words.unfreeze_button) }
            }
        }
    }
}

/// The way to freeze it, folded.
fn freezing(visitor: &Visitor, known: &PayLaterFile) -> Markup {
    let words = pay_later_words(visitor.lang);
    html! {
        @if known.row.line.state == LineState::Open {
            details.card {
                summary { (words.freeze_summary) }
                div {
                    p { (words.freeze_body) }
                    (cards::press(visitor, &format!("{PATH}/freeze"), words.freeze_button, &[]))
                }
            }
        }
    }
}

/// What its holder was told of his bills lately.
fn told(visitor: &Visitor, notices: &[NoticeRow], now: Timestamp) -> Markup {
    let words = pay_later_words(visitor.lang);
    let of_bills = notices.iter().filter_map(|row| row.about.bill().map(|notice| (row, notice)));
    let notices: Vec<_> = of_bills.take(SHOWN).collect();
    html! {
        @if !notices.is_empty() {
            details.card {
                summary { (words.notices) }
                div {
                    @for (row, notice) in notices {
                        article.entry {
                            a.go href=(bill_path(notice.bill)) { (notice_words(visitor.lang, notice, now)) }
                            p.quiet {
                                (time(row.at, now, visitor.lang)) " · "
                                (match row.told {
                                    Some((_, Road::Sms)) => words.notice_sms,
                                    Some((_, Road::Page)) => words.notice_page,
                                    None => words.notice_waits,
                                })
                            }
                        }
                    }
                }
            }
        }
    }
}

type Listed = (Bill, Option<String>);

fn list(visitor: &Visitor, product: &PayLater, bills: &[Listed], now: Timestamp) -> Result<Markup, Problem> {
    let words = pay_later_words(visitor.lang);
    let wrong = |error: String| Problem::new(Kind::Internal, error);
    let mut rows = Vec::new();
    for (bill, subject) in bills {
        let owed = bill.payoff(&product.terms, day_of(now)).map_err(|error| wrong(error.to_string()))?;
        let owed = owed.total().map_err(|error| wrong(error.to_string()))?;
        let shown = if bill.settled_on.is_some() { bill.amount } else { owed };
        let subject = subject.as_deref().unwrap_or(words.bill_title);
        rows.push((bill, subject, shown, stage_words(words, product, bill, visitor, now)));
    }
    Ok(html! {
        section.card {
            h2 { (words.bills) }
            @if rows.is_empty() { p.quiet { (words.no_bills) } }
            @for (bill, subject, shown, (stage, late)) in &rows {
                article.entry {
                    p.line {
                        a.go href=(bill_path(bill.id)) { (subject) }
                        span.sum { (shown) }
                    }
                    p class=(if *late { "late" } else { "quiet" }) { (stage) }
                }
            }
        }
    })
}

fn files(words: &PayLaterWords, file: &AccountFile) -> Markup {
    let base = format!("/v1/accounts/{}/pay-later/statement", file.account.id);
    html! {
        section.card {
            h2 { (words.statement) }
            p.actions {
                @for format in Format::ALL {
                    a.button.small href={ (base) "?format=" (format.id()) } { (format.id().to_uppercase()) }
                }
            }
        }
    }
}
