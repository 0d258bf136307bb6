//! Lists what was, is or was to be given back of a payment.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tantu_domain::ids::PaymentId;
use utoipa::ToSchema;

use crate::access::Caller;
use crate::answer::ProblemBody;
use crate::api::payments::visible;
use crate::api::refunds::{RefundBody, present};
use crate::app::Shared;
use crate::body::PathId;
use crate::lang::Wanted;
use crate::problem::Problem;

/// The refunds of a payment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefundsBody {
    /// The first first.
    refunds: Vec<RefundBody>,
}

/// Lists the refunds of a payment, the first first.
#[utoipa::path(
    get, path = "/v1/payments/{id}/refunds", tag = "refunds", security(("merchant" = []), ("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    params(
        ("id" = String, Path, description = "pay_…"),
        ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en"),
    ),
    responses(
        (status = 200, body = RefundsBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(app): State<Shared>,
    caller: Caller,
    Wanted(lang): Wanted,
    PathId(id): PathId<PaymentId>,
) -> Result<Json<RefundsBody>, Problem> {
    let payment = visible(&app, &caller, id).await?;
    let refunds = app.engine.read(move |store| store.refunds(id)).await?;
    Ok(Json(RefundsBody { refunds: present(&app, &payment, &refunds, lang).await? }))
}
