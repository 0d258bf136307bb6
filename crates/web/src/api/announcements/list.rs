//! Lists what staff tell everybody.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Caller;
use crate::answer::ProblemBody;
use crate::api::announcements::{AnnouncementBody, announcement_body};
use crate::app::Shared;
use crate::problem::Problem;

/// So many are looked at; the older ones are history.
const MOST: u32 = 100;

/// What staff tell everybody.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnnouncementsBody {
    /// The last ones, the newest first; staff see those that were withdrawn, too.
    announcements: Vec<AnnouncementBody>,
}

/// Lists what staff tell everybody, the newest first.
#[utoipa::path(
    get, path = "/v1/announcements", tag = "incidents",
    security((), ("merchant" = []), ("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    responses(
        (status = 200, body = AnnouncementsBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(State(app): State<Shared>, caller: Caller) -> Result<Json<AnnouncementsBody>, Problem> {
    let for_staff = caller == Caller::Staff;
    let known = app.engine.read(|store| store.announcements(MOST)).await?;
    let shown = known.iter().filter(|one| for_staff || one.withdrawn.is_none());
    Ok(Json(AnnouncementsBody { announcements: shown.map(|one| announcement_body(one, for_staff)).collect() }))
}
