//! A line takes no new orders for a while, or takes them again: by its holder's will, or by staff's, of whom one stops and two let go.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use tantu_domain::ids::AccountId;
use tantu_domain::staff::StaffMark;
use tantu_engine::pay_later::freeze_line::FreezeLine;
use tantu_engine::pay_later::lift_line::LiftLine;
use tantu_engine::pay_later::unfreeze_line::UnfreezeLine;
use utoipa::ToSchema;

use crate::access::{Caller, StaffCaller};
use crate::answer::ProblemBody;
use crate::api::accounts::freeze::note_in;
use crate::api::pay_later::account;
use crate::api::pay_later::line::{PayLaterBody, body};
use crate::app::Shared;
use crate::body::{OptionalJsonBody, PathId};
use crate::problem::Problem;

/// Why, for staff alone. The holder needs to say nothing.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LineNoteBody {
    /// It stands in the audit trail.
    #[serde(default)]
    note: String,
}

/// Freezes the line: no new order is taken. Bills stay, and are collected as before.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/pay-later/freeze", tag = "pay later", request_body = Option<LineNoteBody>,
    security(("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 200, body = PayLaterBody),
        (status = 409, description = "There is no line, or it is frozen already", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn freeze(
    State(app): State<Shared>,
    caller: Caller,
    staff: Result<StaffCaller, Problem>,
    PathId(id): PathId<AccountId>,
    OptionalJsonBody(said): OptionalJsonBody<LineNoteBody>,
) -> Result<Json<PayLaterBody>, Problem> {
    account(&app, &caller, id).await?;
    let by = match by_staff(&caller, staff)? {
        Some(by) => Some((by, note_in(&said.note)?)),
        None => None,
    };
    app.engine.run(FreezeLine { account: id, by }).await?;
    tracing::info!(account = %id, ?caller, "a pay-later line was frozen");
    Ok(Json(body(&app, &account(&app, &caller, id).await?)?))
}

/// Lifts what the holder has frozen, or asks for what staff have frozen. Of staff, one proposes to lift it and another one does.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/pay-later/unfreeze", tag = "pay later", request_body = Option<LineNoteBody>,
    security(("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 200, body = PayLaterBody),
        (status = 409, description = "There is no line, it is not frozen, or it takes another person", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn unfreeze(
    State(app): State<Shared>,
    caller: Caller,
    staff: Result<StaffCaller, Problem>,
    PathId(id): PathId<AccountId>,
    OptionalJsonBody(said): OptionalJsonBody<LineNoteBody>,
) -> Result<Json<PayLaterBody>, Problem> {
    account(&app, &caller, id).await?;
    match by_staff(&caller, staff)? {
        Some(by) => app.engine.run(LiftLine { account: id, by, note: note_in(&said.note)? }).await?,
        None => app.engine.run(UnfreezeLine { account: id }).await?,
    };
    tracing::info!(account = %id, ?caller, "a pay-later line is to take new orders again");
    Ok(Json(body(&app, &account(&app, &caller, id).await?)?))
}

/// The mark of a member of staff who asks; `None` if the holder does.
fn by_staff(caller: &Caller, staff: Result<StaffCaller, Problem>) -> Result<Option<StaffMark>, Problem> {
    if matches!(caller, Caller::Payer(_)) {
        return Ok(None);
    }
    staff.map(|StaffCaller(mark)| Some(mark))
}
