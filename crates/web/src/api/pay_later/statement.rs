//! The statement of a line as a file that other programs read: CSV, XLSX, Beancount or OFX, from its opening until today.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tantu_domain::clock::day_of;
use tantu_domain::ids::AccountId;
use tantu_domain::money::Money;
use tantu_exports::{Format, Kind as Movement, Line, Statement};
use tantu_paylater::bill::Bill;
use tantu_paylater::schedule::Ended;
use tantu_store::pay_later::Repayment;
use utoipa::IntoParams;

use crate::access::Caller;
use crate::answer::ProblemBody;
use crate::api::pay_later::{account, line_of, offered};
use crate::app::Shared;
use crate::body::{PathId, QueryFields};
use crate::problem::{Kind, Problem};

/// Which file.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatementQuery {
    /// csv, xlsx, beancount or ofx.
    format: String,
}

/// Gives the statement of a line as a file.
#[utoipa::path(
    get, path = "/v1/accounts/{id}/pay-later/statement", tag = "pay later",
    security(("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…"), StatementQuery),
    responses(
        (status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn statement(
    State(app): State<Shared>,
    caller: Caller,
    PathId(id): PathId<AccountId>,
    QueryFields(query): QueryFields<StatementQuery>,
) -> Result<Response, Problem> {
    let wrong = || Problem::field(Kind::InvalidField, "format", "write csv, xlsx, beancount or ofx");
    let format = Format::parse(&query.format).ok_or_else(wrong)?;
    let (file, product) = (account(&app, &caller, id).await?, offered(&app)?);
    let opened_at = line_of(&file)?.row.line.opened_at;
    let read = app.engine.read(move |store| {
        let bills = store.bills(id)?;
        let with = |bill: Bill| store.repayments(bill.id).map(|repayments| (bill, repayments));
        bills.into_iter().map(with).collect::<Result<Vec<_>, _>>()
    });
    let (bills, now) = (read.await?, app.engine.clock().now());
    let internal = |error: String| Problem::new(Kind::Internal, error);
    let mut lines = Vec::new();
    for (bill, repayments) in &bills {
        let charged = bill.charged(&product.terms, day_of(now)).map_err(|error| internal(error.to_string()))?;
        lines.extend(movements(&charged, repayments).map_err(|error| internal(error.to_string()))?);
    }
    lines.sort_by(|one, other| (one.on, &one.reference).cmp(&(other.on, &other.reference)));
    let nothing = Money::zero(file.account.balance.currency());
    let (from, to) = (day_of(opened_at), day_of(now));
    let statement = Statement { account: id, from, to, made_at: now, owed_before: nothing, lines };
    let bytes = format.write(&statement).map_err(|error| internal(error.to_string()))?;
    let name = format!("attachment; filename=\"tantu-pay-later-{to}.{}\"", format.id());
    Ok(([(header::CONTENT_TYPE, format.media_type().to_owned()), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}

/// What happened on a bill.
fn movements(bill: &Bill, repayments: &[Repayment]) -> Result<Vec<Line>, tantu_domain::money::MoneyError> {
    let line = |reference: String, on, kind, amount, about: String| Line {
        reference,
        on,
        kind,
        amount,
        bill: bill.id,
        due_on: bill.due_on,
        about,
    };
    let bought = line(bill.payment.to_string(), bill.purchased_on, Movement::Purchase, bill.amount, "purchase".into());
    let mut lines = vec![bought];
    let taken = repayments.iter().filter(|one| one.ended == Ended::Taken);
    lines.extend(taken.map(|one| {
        let about = one.product.id().to_owned();
        line(one.id.to_string(), day_of(one.at), Movement::Repayment, one.amount, about)
    }));
    // Charged day by day, and stated once: up to the day on which it was settled, or today.
    let until = bill.settled_on.unwrap_or(bill.accrual.to);
    let interest = bill.owed.interest.plus(bill.paid.interest)?;
    let costs = bill.owed.costs.plus(bill.paid.costs)?;
    for (kind, amount) in [(Movement::Interest, interest), (Movement::Costs, costs)] {
        if amount.is_positive() {
            lines.push(line(format!("{}-{}-{until}", bill.id, kind.id()), until, kind, amount, kind.id().to_owned()));
        }
    }
    // What was over went to the wallet, and is no movement of the line.
    let off = bill.amount.minus(bill.owed.principal)?.minus(bill.paid.principal)?;
    if off.is_positive() {
        let on = bill.settled_on.unwrap_or(bill.accrual.to);
        lines.push(line(format!("{}-refund", bill.id), on, Movement::Refund, off, "refund".into()));
    }
    Ok(lines)
}
