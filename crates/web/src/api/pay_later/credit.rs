//! The credit report: the score, what moved it, what it is enough for, and what would raise it by how much.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tantu_domain::ids::AccountId;
use tantu_paylater::credit::{Change, CreditEvent, HIGHEST, LOWEST};
use tantu_paylater::report::{Need, Needed, Raise, report as report_of};
use utoipa::ToSchema;

use crate::access::Caller;
use crate::answer::ProblemBody;
use crate::api::pay_later::{account, line_of, offered};
use crate::app::Shared;
use crate::body::PathId;
use crate::json::{Amount, time};
use crate::problem::Problem;

/// One change of the score.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ScoreChangeBody {
    /// The entry's id, by which it is disputed.
    entry: String,
    /// When.
    at: String,
    /// opened, repaid_on_time, overdue, repaid_late, clean_month or line_use.
    reason: &'static str,
    /// Which bill it was about.
    bill: Option<String>,
    /// The level of being overdue, one to four.
    level: Option<u8>,
    /// By how much the score changed.
    points: i32,
    /// The score after it.
    score: u16,
    /// Whether it was struck after a dispute, and counts no more.
    struck: bool,
}

/// What a score is enough for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NeededBody {
    /// use_line or limit.
    what: &'static str,
    /// Which limit.
    limit: Option<Amount>,
    /// The score that it needs.
    score: u16,
    /// Whether the score is enough.
    met: bool,
}

/// What would raise the score.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RaiseBody {
    /// The operation; null for a month without an overdue bill.
    operation: Option<&'static str>,
    /// On which bill.
    bill: Option<String>,
    /// By how much, today.
    points: i32,
}

/// The credit report.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CreditReportBody {
    /// The score.
    score: Option<u16>,
    /// The lowest that there is.
    lowest: u16,
    /// The highest that there is.
    highest: u16,
    /// What moved it, the first first.
    changes: Vec<ScoreChangeBody>,
    /// What it is needed for.
    needed: Vec<NeededBody>,
    /// What would raise it, the most first.
    raises: Vec<RaiseBody>,
}

/// Shows the credit report of an account with a line. It is replayed from its entries each time.
#[utoipa::path(
    get, path = "/v1/accounts/{id}/pay-later/credit", tag = "pay later",
    security(("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 200, body = CreditReportBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn report(
    State(app): State<Shared>,
    caller: Caller,
    PathId(id): PathId<AccountId>,
) -> Result<Json<CreditReportBody>, Problem> {
    let (file, product) = (account(&app, &caller, id).await?, offered(&app)?);
    let known = line_of(&file)?;
    let report = report_of(&known.credit, &known.bills, &product.terms, app.engine.clock().now());
    Ok(Json(CreditReportBody {
        score: report.score,
        lowest: LOWEST,
        highest: HIGHEST,
        changes: report.changes.iter().map(change_body).collect(),
        needed: report.needed.iter().map(needed_body).collect(),
        raises: report.raises.iter().map(raise_body).collect(),
    }))
}

fn change_body(change: &Change) -> ScoreChangeBody {
    let event = &change.entry.event;
    let level = match event {
        CreditEvent::Overdue { level, .. } => Some(level.number()),
        CreditEvent::Opened { .. }
        | CreditEvent::RepaidOnTime { .. }
        | CreditEvent::RepaidLate { .. }
        | CreditEvent::CleanMonth
        | CreditEvent::LineUse { .. } => None,
    };
    ScoreChangeBody {
        entry: change.entry.id.to_string(),
        at: time(change.entry.at),
        reason: event.id(),
        bill: event.bill().map(|bill| bill.to_string()),
        level,
        points: change.points,
        score: change.score,
        struck: change.entry.struck,
    }
}

fn needed_body(needed: &Needed) -> NeededBody {
    let (what, limit) = match needed.what {
        Need::UseLine => ("use_line", None),
        Need::Limit(limit) => ("limit", Some(limit.into())),
    };
    NeededBody { what, limit, score: needed.score, met: needed.met }
}

fn raise_body(raise: &Raise) -> RaiseBody {
    RaiseBody {
        operation: raise.operation.map(|operation| operation.id()),
        bill: raise.bill.map(|bill| bill.to_string()),
        points: raise.points,
    }
}
