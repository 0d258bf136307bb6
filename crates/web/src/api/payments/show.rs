//! Shows a payment as it stands.

use axum::Json;
use axum::extract::State;
use tantu_domain::attempt::Attempt;
use tantu_domain::ids::PaymentId;

use crate::access::Caller;
use crate::answer::{PaymentBody, ProblemBody, present};
use crate::api::payments::visible;
use crate::app::Shared;
use crate::body::PathId;
use crate::json::time;
use crate::problem::Problem;

/// Shows a payment as it stands.
#[utoipa::path(
    get, path = "/v1/payments/{id}", tag = "payments", security(("merchant" = []), ("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "pay_…")),
    responses(
        (status = 200, body = PaymentBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<Shared>,
    caller: Caller,
    PathId(id): PathId<PaymentId>,
) -> Result<Json<PaymentBody>, Problem> {
    let payment = visible(&app, &caller, id).await?;
    let known_by = payment.undecided_attempt().map(Attempt::final_at).map(time);
    Ok(Json(PaymentBody { known_by, ..present(&app, &payment) }))
}
