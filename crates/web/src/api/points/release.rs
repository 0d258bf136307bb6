//! Staff release quarantined points: one proposes it, another one agrees.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use tantu_domain::ids::{AccountId, LotId};
use tantu_engine::points::release::ReleaseLot;
use utoipa::ToSchema;

use super::{LotBody, lot_body};
use crate::access::StaffCaller;
use crate::answer::ProblemBody;
use crate::app::Shared;
use crate::body::{OptionalJsonBody, PathIds, text_in};
use crate::problem::Problem;

/// The longest note.
const LONGEST_NOTE: usize = 2_000;

/// Why.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReleaseBody {
    /// What staff alone may know; it stands in the audit trail.
    #[serde(default)]
    note: String,
}

/// Says that a lot may be released. The first of two members of staff proposes it, and the lot stays as it is; with the second,
/// who must be another, its points are good.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/points/lots/{lot}/release", tag = "points", request_body = Option<ReleaseBody>,
    security(("staff" = [])),
    params(("id" = String, Path, description = "acc_…"), ("lot" = String, Path, description = "lot_…")),
    responses(
        (status = 200, description = "Proposed (`release_proposed`), or released", body = LotBody),
        (status = 409, description = "It is not quarantined, or the same person has proposed it", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn release(
    State(app): State<Shared>,
    StaffCaller(by): StaffCaller,
    PathIds(account, lot): PathIds<AccountId, LotId>,
    OptionalJsonBody(body): OptionalJsonBody<ReleaseBody>,
) -> Result<Json<LotBody>, Problem> {
    let note = if body.note.is_empty() { String::new() } else { text_in("note", &body.note, LONGEST_NOTE)? };
    let after = app.engine.run(ReleaseLot { account, lot, by, note }).await?;
    tracing::info!(%account, %lot, %by, "quarantined points were looked at");
    Ok(Json(lot_body(&after)))
}
