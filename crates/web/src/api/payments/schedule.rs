//! The payer agrees that a payment which only waits for time is resumed by itself, or agrees no more.

use axum::Json;
use axum::extract::State;
use tantu_domain::ids::PaymentId;
use tantu_engine::payments::schedule::SchedulePayment;

use crate::access::Caller;
use crate::answer::{PaymentBody, ProblemBody, present};
use crate::api::payments::visible;
use crate::app::Shared;
use crate::body::PathId;
use crate::problem::Problem;

/// Has a refused payment resumed when waiting will have removed all that stops it.
#[utoipa::path(
    post, path = "/v1/payments/{id}/schedule", tag = "payments",
    security(("payer" = []), ("payer_cookie" = []), ("cashier" = [])),
    params(("id" = String, Path, description = "pay_…")),
    responses(
        (status = 200, description = "`scheduled_at` says when; asking again changes nothing", body = PaymentBody),
        (status = 409, description = "It is not refused, or waiting alone does not help", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn schedule(
    State(app): State<Shared>,
    caller: Caller,
    PathId(id): PathId<PaymentId>,
) -> Result<Json<PaymentBody>, Problem> {
    changed(&app, &caller, id, true).await
}

/// Takes that back.
#[utoipa::path(
    delete, path = "/v1/payments/{id}/schedule", tag = "payments",
    security(("payer" = []), ("payer_cookie" = []), ("cashier" = [])),
    params(("id" = String, Path, description = "pay_…")),
    responses(
        (status = 200, body = PaymentBody),
        (status = 409, description = "It is not refused", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn unschedule(
    State(app): State<Shared>,
    caller: Caller,
    PathId(id): PathId<PaymentId>,
) -> Result<Json<PaymentBody>, Problem> {
    changed(&app, &caller, id, false).await
}

async fn changed(app: &Shared, caller: &Caller, id: PaymentId, wanted: bool) -> Result<Json<PaymentBody>, Problem> {
    // Whoever may see it as its payer, or holds its link, may pay it, and so may agree.
    let seen = visible(app, caller, id).await?;
    let payment = app.engine.run(SchedulePayment { payment: id, account: Some(seen.account), wanted }).await?;
    tracing::info!(payment = %id, wanted, "a payer agreed that a payment is resumed by itself, or took that back");
    Ok(Json(present(app, &payment)))
}
