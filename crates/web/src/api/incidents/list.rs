//! Lists the incidents that stand.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::ProblemBody;
use crate::api::incidents::{IncidentBody, incident_body};
use crate::app::Shared;
use crate::problem::Problem;

/// The faults that we know of. There are few, so there are no pages.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IncidentsBody {
    incidents: Vec<IncidentBody>,
}

/// Lists the incidents that stand.
#[utoipa::path(
    get, path = "/v1/incidents", tag = "incidents", security(("merchant" = []), ("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    responses(
        (status = 200, body = IncidentsBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(State(app): State<Shared>) -> Result<Json<IncidentsBody>, Problem> {
    let now = app.engine.clock().now();
    let standing = app.engine.read(move |store| store.incidents(now)).await?;
    Ok(Json(IncidentsBody { incidents: standing.iter().map(incident_body).collect() }))
}
