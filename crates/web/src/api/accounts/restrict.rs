//! Staff stop an account's payments until a date or an appeal.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tantu_domain::account::SafeReason;
use tantu_domain::ids::AccountId;
use tantu_engine::accounts::restrict::RestrictAccount;
use utoipa::ToSchema;

use super::freeze::{note_in, reason_in};
use crate::access::StaffCaller;
use crate::answer::ProblemBody;
use crate::api::accounts::{ChangedAccountBody, changed};
use crate::app::Shared;
use crate::body::{JsonBody, PathId};
use crate::problem::{Kind, Problem};

/// Why, and how long.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RestrictBody {
    /// What the payer may know: security_check, holder_request or terms_of_use.
    #[schema(example = "terms_of_use")]
    reason: String,
    /// When it ends by itself; left out if only an appeal ends it.
    #[serde(default)]
    until: Option<String>,
    /// What staff alone may know; it stands in the audit trail.
    #[serde(default)]
    note: String,
}

/// Restricts an account.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/restrict", tag = "accounts", request_body = RestrictBody, security(("staff" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 200, body = ChangedAccountBody),
        (status = 409, description = "Restricted or frozen already", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn restrict(
    State(app): State<Shared>,
    StaffCaller(by): StaffCaller,
    PathId(account): PathId<AccountId>,
    JsonBody(body): JsonBody<RestrictBody>,
) -> Result<Json<ChangedAccountBody>, Problem> {
    let (reason, note) = (reason_in(&body.reason)?, note_in(&body.note)?);
    if reason == SafeReason::Compromised {
        let detail = "an account that somebody else uses is frozen, so that its holder can take it back: POST …/freeze";
        return Err(Problem::field(Kind::InvalidField, "reason", detail));
    }
    let until: Option<Timestamp> = body.until.as_deref().map(str::parse).transpose().map_err(|_| {
        Problem::field(Kind::InvalidField, "until", "write a time with its zone, such as 2026-12-01T00:00:00+08:00")
    })?;
    let restricted = app.engine.run(RestrictAccount { account, reason, until, by, note }).await?;
    tracing::info!(%account, %by, "an account was restricted");
    Ok(Json(changed(&restricted)))
}
