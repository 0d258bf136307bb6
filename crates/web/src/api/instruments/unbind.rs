//! The holder unbinds a card.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tantu_domain::ids::InstrumentId;
use tantu_engine::instruments::unbind::UnbindCard;
use utoipa::ToSchema;

use crate::access::PayerCaller;
use crate::answer::ProblemBody;
use crate::app::Shared;
use crate::body::PathId;
use crate::problem::Problem;

/// How a card stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CardStateBody {
    /// Which instrument.
    pub(crate) instrument: String,
    /// bound, switched_off, stale, unbinding or unbound.
    pub(crate) state: &'static str,
}

/// Unbinds a card: from now on it is not charged, and its token is let go at the bank's side. It stays in the list as
/// unbound; binding it again brings back what waits for it.
#[utoipa::path(
    post, path = "/v1/instruments/{id}/unbind", tag = "instruments", security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "ins_…")),
    responses(
        (status = 200, body = CardStateBody),
        (status = 409, description = "It is unbound already", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn unbind(
    State(app): State<Shared>,
    PayerCaller(account): PayerCaller,
    PathId(instrument): PathId<InstrumentId>,
) -> Result<Json<CardStateBody>, Problem> {
    let card = app.engine.run(UnbindCard { account, instrument }).await?;
    tracing::info!(%instrument, "a card was unbound");
    Ok(Json(CardStateBody { instrument: instrument.to_string(), state: card.state.id() }))
}
