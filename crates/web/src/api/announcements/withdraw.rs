//! Staff withdraw what they have told everybody.

use axum::Json;
use axum::extract::State;
use tantu_domain::ids::AnnouncementId;
use tantu_engine::announcements::withdraw::WithdrawAnnouncement;

use crate::access::StaffCaller;
use crate::answer::ProblemBody;
use crate::api::announcements::{AnnouncementBody, announcement_body};
use crate::app::Shared;
use crate::body::PathId;
use crate::problem::Problem;

/// Withdraws an announcement. Maintenance that is not over is called off with it, or ends now. One that is withdrawn already
/// stays as it is.
#[utoipa::path(
    post, path = "/v1/announcements/{id}/withdraw", tag = "incidents", security(("staff" = [])),
    params(("id" = String, Path, description = "ann_…")),
    responses(
        (status = 200, body = AnnouncementBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn withdraw(
    State(app): State<Shared>,
    StaffCaller(by): StaffCaller,
    PathId(id): PathId<AnnouncementId>,
) -> Result<Json<AnnouncementBody>, Problem> {
    let withdrawn = app.engine.run(WithdrawAnnouncement { announcement: id, by }).await?;
    tracing::info!(announcement = %id, %by, "staff withdrew an announcement");
    Ok(Json(announcement_body(&withdrawn, true)))
}
