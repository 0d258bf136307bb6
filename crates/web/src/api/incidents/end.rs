//! Staff end an incident.

use axum::Json;
use axum::extract::State;
use tantu_domain::ids::IncidentId;
use tantu_engine::incidents::end::EndIncident;

use crate::access::StaffCaller;
use crate::answer::ProblemBody;
use crate::api::incidents::{IncidentBody, incident_body};
use crate::app::Shared;
use crate::body::PathId;
use crate::problem::Problem;

/// Ends an incident, whoever began it.
#[utoipa::path(
    post, path = "/v1/incidents/{id}/end", tag = "incidents", security(("staff" = [])),
    params(("id" = String, Path, description = "inc_…")),
    responses(
        (status = 200, body = IncidentBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn end(
    State(app): State<Shared>,
    StaffCaller(by): StaffCaller,
    PathId(id): PathId<IncidentId>,
) -> Result<Json<IncidentBody>, Problem> {
    let ended = app.engine.run(EndIncident::One(id, by)).await?;
    tracing::info!(incident = %id, %by, "staff ended an incident");
    ended
        .first()
        .map(|incident| Json(incident_body(incident)))
        .ok_or_else(|| Problem::not_found("incident", &id.to_string()))
}
