//! The holder switches payments with a card off, or on again (支付功能).

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use tantu_domain::ids::InstrumentId;
use tantu_engine::instruments::switch::SwitchCard;
use utoipa::ToSchema;

use crate::access::PayerCaller;
use crate::answer::ProblemBody;
use crate::api::instruments::unbind::CardStateBody;
use crate::app::Shared;
use crate::body::{JsonBody, PathId};
use crate::problem::Problem;

/// On or off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PaymentFunctionRequest {
    /// Whether the card may be charged.
    on: bool,
}

/// Switches payments with a card off, or on again.
#[utoipa::path(
    put, path = "/v1/instruments/{id}/payment-function", tag = "instruments", request_body = PaymentFunctionRequest,
    security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "ins_…")),
    responses(
        (status = 200, body = CardStateBody),
        (status = 409, description = "It is stale or unbound; bind it again", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn switch(
    State(app): State<Shared>,
    PayerCaller(account): PayerCaller,
    PathId(instrument): PathId<InstrumentId>,
    JsonBody(body): JsonBody<PaymentFunctionRequest>,
) -> Result<Json<CardStateBody>, Problem> {
    let card = app.engine.run(SwitchCard { account, instrument, on: body.on }).await?;
    tracing::info!(%instrument, on = body.on, "payments with a card were switched");
    Ok(Json(CardStateBody { instrument: instrument.to_string(), state: card.state.id() }))
}
