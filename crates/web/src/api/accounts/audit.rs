//! What staff and the holder did to an account, for staff.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tantu_domain::ids::AccountId;
use tantu_engine::accounts::show_case::ShowCase;
use utoipa::ToSchema;

use crate::access::StaffCaller;
use crate::answer::ProblemBody;
use crate::app::Shared;
use crate::body::PathId;
use crate::json::time;
use crate::problem::Problem;

/// One entry of the trail.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditEntryBody {
    /// Its place, from 1.
    number: u64,
    /// When.
    at: String,
    /// Who: stf_… for a member of staff, acc_… for the holder.
    actor: String,
    /// What was done.
    action: String,
    /// With which words.
    detail: String,
}

/// The case that stands against an account, as staff see it, and the trail.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditBody {
    /// The account.
    account: String,
    /// The rule that fired; null if a person decided, or nothing stands against it.
    rule: Option<String>,
    /// Who has proposed to lift the case.
    lift_proposed_by: Option<String>,
    /// The holder's own words against it.
    appeal: Option<String>,
    /// What he named as evidence.
    evidence: Vec<String>,
    /// The trail, the first entry first.
    trail: Vec<AuditEntryBody>,
}

/// Shows what was done to an account, with all that the payer does not see.
#[utoipa::path(
    get, path = "/v1/accounts/{id}/audit", tag = "accounts", security(("staff" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 200, body = AuditBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn audit(
    State(app): State<Shared>,
    _: StaffCaller,
    PathId(account): PathId<AccountId>,
) -> Result<Json<AuditBody>, Problem> {
    let now = app.engine.clock().now();
    let known = app.engine.read(move |store| store.account(account, now)).await?;
    let case = known.and_then(|file| file.account.case().map(|case| case.id));
    let file = app.engine.run(ShowCase { account, case }).await?;
    let entry = |entry: &tantu_domain::audit::AuditEntry| AuditEntryBody {
        number: entry.number,
        at: time(entry.at),
        actor: entry.actor.clone(),
        action: entry.action.clone(),
        detail: entry.detail.clone(),
    };
    let case = file.account.case();
    Ok(Json(AuditBody {
        account: account.to_string(),
        rule: case.and_then(|case| case.rule.clone()),
        lift_proposed_by: case.and_then(|case| case.lift_proposed_by).map(|mark| mark.to_string()),
        appeal: file.appeal.as_ref().map(|appeal| appeal.said.clone()),
        evidence: file.appeal.map(|appeal| appeal.evidence).unwrap_or_default(),
        trail: file.trail.iter().map(entry).collect(),
    }))
}
