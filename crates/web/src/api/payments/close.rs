//! Gives a payment up: it will not be paid any more.

use axum::Json;
use axum::extract::State;
use tantu_domain::ids::PaymentId;
use tantu_engine::payments::close::ClosePayment;

use crate::access::{Caller, MerchantCaller};
use crate::answer::{PaymentBody, ProblemBody, present};
use crate::api::payments::visible;
use crate::app::Shared;
use crate::body::PathId;
use crate::problem::Problem;

/// Gives a payment up. One that is paid or undecided is not closed.
#[utoipa::path(
    post, path = "/v1/payments/{id}/close", tag = "payments", security(("merchant" = [])),
    params(("id" = String, Path, description = "pay_…")),
    responses(
        (status = 200, body = PaymentBody),
        (status = 409, description = "Paid, undecided or closed already", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn close(
    State(app): State<Shared>,
    MerchantCaller(merchant): MerchantCaller,
    PathId(payment): PathId<PaymentId>,
) -> Result<Json<PaymentBody>, Problem> {
    app.engine.run(ClosePayment { payment, merchant }).await?;
    tracing::info!(%payment, "a payment was closed");
    let closed = visible(&app, &Caller::Merchant(merchant), payment).await?;
    Ok(Json(present(&app, &closed)))
}
