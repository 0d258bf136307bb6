//! Staff lift a freeze.

use axum::Json;
use axum::extract::State;
use tantu_domain::ids::AccountId;
use tantu_engine::accounts::unfreeze::UnfreezeAccount;

use crate::access::StaffCaller;
use crate::answer::ProblemBody;
use crate::api::accounts::{ChangedAccountBody, changed};
use crate::app::Shared;
use crate::body::PathId;
use crate::problem::Problem;

/// Lifts a freeze.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/unfreeze", tag = "accounts", security(("staff" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 200, body = ChangedAccountBody),
        (status = 409, description = "Not frozen", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn unfreeze(
    State(app): State<Shared>,
    _: StaffCaller,
    PathId(account): PathId<AccountId>,
) -> Result<Json<ChangedAccountBody>, Problem> {
    let lifted = app.engine.run(UnfreezeAccount { account }).await?;
    tracing::info!(%account, "a freeze was lifted");
    Ok(Json(changed(&lifted)))
}
