//! Pay later (先享后付): the line and its bills, a bill with its story, auto-repay, and the credit report.

pub(crate) mod auto_repay;
pub(crate) mod bill;
pub(crate) mod credit;
pub(crate) mod home;
pub(crate) mod repay;

use jiff::Timestamp;
use maud::{Markup, html};
use tantu_domain::clock::day_of;
use tantu_domain::ids::{AccountId, BillId, InstrumentId};
use tantu_domain::instrument::Instrument;
use tantu_domain::payment::Payment;
use tantu_engine::pay_later::PayLater;
use tantu_explain::Lang;
use tantu_explain::words::{PayLaterWords, day, fill, pay_later_words};
use tantu_paylater::bill::{Bill, Stage};
use tantu_paylater::instrument::Source;
use tantu_paylater::reminder::{Notice, Subject};
use tantu_store::world::AccountFile;

use crate::app::{App, Shared};
use crate::pages::visitor::Visitor;
use crate::problem::Problem;
use crate::render::title_of;

/// Where they are.
pub(crate) const PATH: &str = "/pay-later";

/// The parameter of an address that says what came of a form.
const DONE: &str = "done";

/// Where a bill is.
pub(crate) fn bill_path(bill: BillId) -> String {
    format!("{PATH}/bills/{bill}")
}

/// What the holder is told of a bill.
pub(crate) fn notice_words(lang: Lang, notice: &Notice, now: Timestamp) -> String {
    let words = pay_later_words(lang);
    let due = day(notice.due_on, now, lang);
    match notice.subject {
        Subject::Ahead(_) => fill(words.notice_ahead, &[("date", &due)]),
        Subject::Due => words.notice_due.to_owned(),
        Subject::Refused(_) => fill(words.notice_refused, &[("date", &due)]),
        Subject::Overdue(_) => fill(words.notice_overdue, &[("date", &due)]),
    }
}

/// The bill that a payment repays, if it is one to the lender.
pub(crate) fn bill_of(app: &App, payment: &Payment) -> Option<BillId> {
    let lends = app.engine.pay_later().is_some_and(|product| product.lender == payment.merchant);
    if lends { payment.subject.parse().ok() } else { None }
}

/// The link to a bill, for a page of its repayment.
pub(crate) fn to_bill(visitor: &Visitor, bill: Option<BillId>) -> Option<Markup> {
    let words = pay_later_words(visitor.lang);
    bill.map(|bill| html! { a.button.quiet href=(bill_path(bill)) { (words.back_to_bill) } })
}

/// The payer's account as it stands.
async fn read(app: &Shared, payer: AccountId) -> Result<(AccountFile, Timestamp), Problem> {
    let now = app.engine.clock().now();
    let file = app.engine.read(move |store| store.account(payer, now)).await?;
    Ok((file.ok_or_else(|| Problem::not_found("account", &payer.to_string()))?, now))
}

/// Where a bill stands, in a few words, and whether it is late.
fn stage_words(
    words: &PayLaterWords,
    product: &PayLater,
    bill: &Bill,
    visitor: &Visitor,
    now: Timestamp,
) -> (String, bool) {
    let date = |on| day(on, now, visitor.lang);
    match bill.stage(&product.terms, day_of(now)) {
        Stage::Open { .. } => (fill(words.stage_open, &[("date", &date(bill.due_on))]), false),
        Stage::Due => (words.stage_due.to_owned(), false),
        Stage::Grace { .. } => {
            (fill(words.stage_grace, &[("date", &date(product.terms.grace_ends_on(bill.due_on)))]), false)
        }
        Stage::Overdue { days, .. } => (fill(words.stage_overdue, &[("days", &days.to_string())]), true),
        Stage::Settled => {
            let on = bill.settled_on.unwrap_or(bill.due_on);
            (fill(words.stage_settled, &[("date", &date(on))]), false)
        }
    }
}

/// What an instrument is called on these pages.
fn name(instruments: &[Instrument], id: InstrumentId, visitor: &Visitor) -> String {
    let found = instruments.iter().find(|instrument| instrument.id == id);
    found.map_or_else(String::new, |instrument| title_of(instrument, visitor.lang))
}

/// What may repay bills; `alone` is whether its holder is away.
fn payers(file: &AccountFile, alone: bool) -> Vec<&Instrument> {
    let may = |instrument: &&Instrument| {
        let source = Source::of(instrument.product());
        source.forbidden_by().is_none() && (source.collects_alone() || !alone)
    };
    file.instruments.iter().filter(may).collect()
}
