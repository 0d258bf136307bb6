//! The list of an account's bills, the last bought first.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tantu_domain::clock::day_of;
use tantu_domain::ids::AccountId;
use tantu_engine::pay_later::PayLater;
use tantu_paylater::bill::{Bill, Stage};
use utoipa::ToSchema;

use crate::access::Caller;
use crate::answer::ProblemBody;
use crate::api::pay_later::{DebtBody, account, debt, line_of, offered};
use crate::app::Shared;
use crate::body::PathId;
use crate::json::Amount;
use crate::problem::{Kind, Problem};

/// A bill: one order that the line has paid.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BillBody {
    /// Its id.
    #[schema(example = "bil_01h455vb4pex5vsknk084sn02q")]
    id: String,
    /// The order's payment.
    payment: String,
    /// What was bought.
    amount: Amount,
    /// When.
    purchased_on: String,
    /// When it is or was stated.
    statement_on: String,
    /// When it is due.
    due_on: String,
    /// The last day on which it costs nothing more.
    grace_ends_on: String,
    /// open, due, grace, overdue or settled.
    stage: &'static str,
    /// Days until it is due while it is open, days since then after that.
    days: Option<i32>,
    /// One to four while it is overdue: up to thirty, sixty, ninety days, and more.
    level: Option<u8>,
    /// What is owed, charged until today.
    owed: DebtBody,
    /// What was paid.
    paid: DebtBody,
    /// What the merchant gave back.
    refunded: Amount,
    /// When nothing was owed any more.
    settled_on: Option<String>,
}

/// An account's bills.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BillsBody {
    /// The last bought first.
    bills: Vec<BillBody>,
}

/// A bill as JSON, charged until today.
pub(crate) fn bill_body(product: &PayLater, bill: &Bill, today: jiff::civil::Date) -> Result<BillBody, Problem> {
    let wrong = |error: String| Problem::new(Kind::Internal, error);
    let bill = bill.charged(&product.terms, today).map_err(|error| wrong(error.to_string()))?;
    let stage = bill.stage(&product.terms, today);
    let (days, level) = match stage {
        Stage::Open { days_left } => (Some(days_left), None),
        Stage::Due => (Some(0), None),
        Stage::Grace { days } => (Some(days), None),
        Stage::Overdue { days, level } => (Some(days), Some(level.number())),
        Stage::Settled => (None, None),
    };
    Ok(BillBody {
        id: bill.id.to_string(),
        payment: bill.payment.to_string(),
        amount: bill.amount.into(),
        purchased_on: bill.purchased_on.to_string(),
        statement_on: bill.statement_on.to_string(),
        due_on: bill.due_on.to_string(),
        grace_ends_on: product.terms.grace_ends_on(bill.due_on).to_string(),
        stage: stage.id(),
        days,
        level,
        owed: debt(&bill.owed)?,
        paid: debt(&bill.paid)?,
        refunded: bill.refunded.into(),
        settled_on: bill.settled_on.map(|on| on.to_string()),
    })
}

/// Lists an account's bills, settled ones too.
#[utoipa::path(
    get, path = "/v1/accounts/{id}/pay-later/bills", tag = "pay later",
    security(("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 200, body = BillsBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(app): State<Shared>,
    caller: Caller,
    PathId(id): PathId<AccountId>,
) -> Result<Json<BillsBody>, Problem> {
    let (file, product) = (account(&app, &caller, id).await?, offered(&app)?);
    line_of(&file)?;
    let bills = app.engine.read(move |store| store.bills(id)).await?;
    let today = day_of(app.engine.clock().now());
    let bills = bills.iter().map(|bill| bill_body(product, bill, today)).collect::<Result<_, _>>()?;
    Ok(Json(BillsBody { bills }))
}
