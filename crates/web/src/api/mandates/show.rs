//! Shows a mandate, and asks the channel about one that is being signed.

use axum::Json;
use axum::extract::State;
use tantu_domain::ids::MandateId;
use tantu_domain::instrument::{Mandate, MandateState};

use crate::access::PayerCaller;
use crate::answer::ProblemBody;
use crate::api::mandates::{MandateBody, mandate_body};
use crate::app::Shared;
use crate::body::PathId;
use crate::problem::Problem;

/// Shows a mandate.
#[utoipa::path(
    get, path = "/v1/mandates/{id}", tag = "mandates", security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "man_…")),
    responses(
        (status = 200, body = MandateBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    PathId(id): PathId<MandateId>,
) -> Result<Json<MandateBody>, Problem> {
    let mandate = app.engine.read(move |store| store.mandate(id)).await?.filter(|mandate| mandate.account == own);
    let mandate = mandate.ok_or_else(|| Problem::not_found("mandate", &id.to_string()))?;
    let (mandate, _) = refreshed(&app, mandate).await;
    Ok(Json(mandate_body(&mandate, app.engine.clock().now())))
}

/// The mandate after its channel was asked, if it is still being signed, and whether it answered. A
/// channel that does not leaves it as it is: *signing* is the truth until somebody knows better.
pub(crate) async fn refreshed(app: &Shared, mandate: Mandate) -> (Mandate, bool) {
    if !matches!(mandate.state, MandateState::Signing { .. }) {
        return (mandate, true);
    }
    match app.engine.refresh_mandate(mandate.id).await {
        Ok(fresh) => (fresh, true),
        Err(error) => {
            tracing::warn!(mandate = %mandate.id, %error, "the channel does not say how a mandate stands");
            (mandate, false)
        }
    }
}
