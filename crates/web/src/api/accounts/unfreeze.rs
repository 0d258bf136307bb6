//! Staff lift a freeze or a restriction: one proposes it, another one agrees.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use tantu_domain::account::Lift;
use tantu_domain::ids::AccountId;
use tantu_engine::accounts::lift::LiftCase;
use utoipa::ToSchema;

use super::freeze::note_in;
use crate::access::StaffCaller;
use crate::answer::ProblemBody;
use crate::api::accounts::{ChangedAccountBody, changed};
use crate::app::Shared;
use crate::body::{OptionalJsonBody, PathId};
use crate::problem::Problem;

/// Why.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LiftBody {
    /// What staff alone may know; it stands in the audit trail.
    #[serde(default)]
    note: String,
}

/// Says that the case against an account may be lifted. The first of two members of staff proposes it, and the account stays as it
/// is; with the second, who must be another, it is lifted.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/unfreeze", tag = "accounts", request_body = Option<LiftBody>, security(("staff" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 200, description = "Proposed (`lift_proposed`), or lifted", body = ChangedAccountBody),
        (status = 409, description = "Nothing stands against it, or the same person has proposed it", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn unfreeze(
    State(app): State<Shared>,
    StaffCaller(by): StaffCaller,
    PathId(account): PathId<AccountId>,
    OptionalJsonBody(body): OptionalJsonBody<LiftBody>,
) -> Result<Json<ChangedAccountBody>, Problem> {
    let note = note_in(&body.note)?;
    match app.engine.run(LiftCase { account, by, note }).await? {
        Lift::Proposed(after) => {
            tracing::info!(%account, %by, "the lifting of a case was proposed");
            Ok(Json(changed(&after)))
        }
        Lift::Lifted(after) => {
            tracing::info!(%account, %by, "a case was lifted");
            Ok(Json(changed(&after)))
        }
    }
}
