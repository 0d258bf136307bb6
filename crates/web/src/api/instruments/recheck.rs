//! The payer says that the remedy is done.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tantu_domain::ids::InstrumentId;
use utoipa::ToSchema;

use crate::access::PayerCaller;
use crate::answer::ProblemBody;
use crate::app::Shared;
use crate::body::PathId;
use crate::problem::Problem;

/// What a recheck has cleared.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecheckedBody {
    /// Which instrument.
    instrument: String,
    /// How many observations it cleared. Whether the cause is gone, the next attempt tells.
    cleared: usize,
}

/// Says that an instrument is in order again, so that it may be tried.
#[utoipa::path(
    post, path = "/v1/instruments/{id}/recheck", tag = "instruments", security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "ins_…")),
    responses(
        (status = 200, body = RecheckedBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn recheck(
    State(app): State<Shared>,
    PayerCaller(account): PayerCaller,
    PathId(instrument): PathId<InstrumentId>,
) -> Result<Json<RecheckedBody>, Problem> {
    let cleared = app.engine.recheck(account, instrument).await?;
    tracing::info!(%instrument, cleared, "an instrument was rechecked");
    Ok(Json(RecheckedBody { instrument: instrument.to_string(), cleared }))
}
