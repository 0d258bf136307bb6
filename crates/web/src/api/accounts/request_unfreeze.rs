//! The holder asks for a freeze to be lifted.

use axum::Json;
use axum::extract::State;
use tantu_domain::ids::AccountId;
use tantu_engine::accounts::request_unfreeze::RequestUnfreeze;

use crate::access::PayerCaller;
use crate::answer::ProblemBody;
use crate::api::accounts::{ChangedAccountBody, changed};
use crate::app::Shared;
use crate::body::PathId;
use crate::problem::Problem;

/// Asks for a freeze to be lifted. Asking twice keeps the first time.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/unfreeze-requests", tag = "accounts", security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 200, body = ChangedAccountBody),
        (status = 409, description = "Not frozen", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn request_unfreeze(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    PathId(account): PathId<AccountId>,
) -> Result<Json<ChangedAccountBody>, Problem> {
    if account != own {
        return Err(Problem::not_found("account", &account.to_string()));
    }
    let asked = app.engine.run(RequestUnfreeze { account }).await?;
    tracing::info!(%account, "a payer asked for a freeze to be lifted");
    Ok(Json(changed(&asked)))
}
