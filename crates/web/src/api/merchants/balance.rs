//! Shows what a merchant has: settled, on its way, and not folded yet.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tantu_domain::ids::MerchantId;
use utoipa::ToSchema;

use crate::access::Caller;
use crate::answer::ProblemBody;
use crate::app::Shared;
use crate::body::PathId;
use crate::json::Amount;
use crate::problem::Problem;

/// What a merchant has. All of it is the merchant's; what is settled can be refunded or paid out at once, and a debit settles
/// what it needs of the rest.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MerchantBalanceBody {
    /// The merchant's id.
    merchant: String,
    /// In the merchant's own account.
    settled: Amount,
    /// Paid by payers and not settled yet; it is within minutes.
    clearing: Amount,
    /// Between the two at this moment.
    in_transit: Amount,
    /// Held for refunds and payouts that have begun.
    held: Amount,
}

/// Shows what a merchant has.
#[utoipa::path(
    get, path = "/v1/merchants/{id}/balance", tag = "merchants", security(("merchant" = []), ("staff" = [])),
    params(("id" = String, Path, description = "mer_…")),
    responses(
        (status = 200, body = MerchantBalanceBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn balance(
    State(app): State<Shared>,
    caller: Caller,
    PathId(id): PathId<MerchantId>,
) -> Result<Json<MerchantBalanceBody>, Problem> {
    let unknown = || Problem::not_found("merchant", &id.to_string());
    if matches!(caller, Caller::Merchant(own) if own != id) {
        return Err(unknown());
    }
    let known = app.engine.read(move |store| store.merchant(id)).await?;
    known.ok_or_else(unknown)?;
    let balance = app.engine.read(move |store| store.merchant_balance(id)).await?;
    Ok(Json(MerchantBalanceBody {
        merchant: id.to_string(),
        settled: balance.settled.into(),
        clearing: balance.clearing().into(),
        in_transit: balance.in_transit.into(),
        held: balance.held.into(),
    }))
}
