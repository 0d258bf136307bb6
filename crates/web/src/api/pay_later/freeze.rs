//! A line takes no new orders for a while, or takes them again.

use axum::Json;
use axum::extract::State;
use tantu_domain::ids::AccountId;
use tantu_engine::pay_later::freeze_line::FreezeLine;
use tantu_engine::pay_later::unfreeze_line::UnfreezeLine;

use crate::access::{Caller, PayerCaller};
use crate::answer::ProblemBody;
use crate::api::pay_later::account;
use crate::api::pay_later::line::{PayLaterBody, body};
use crate::app::Shared;
use crate::body::PathId;
use crate::problem::Problem;

/// Freezes the line: no new order is taken. Bills stay, and are collected as before.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/pay-later/freeze", tag = "pay later",
    security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 200, body = PayLaterBody),
        (status = 409, description = "There is no line, or it is frozen already", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn freeze(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    PathId(id): PathId<AccountId>,
) -> Result<Json<PayLaterBody>, Problem> {
    account(&app, &Caller::Payer(own), id).await?;
    app.engine.run(FreezeLine { account: id }).await?;
    tracing::info!(account = %id, "a holder froze his pay-later line");
    Ok(Json(body(&app, &account(&app, &Caller::Payer(own), id).await?)?))
}

/// Lifts what the holder has frozen himself: new orders are taken again.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/pay-later/unfreeze", tag = "pay later",
    security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 200, body = PayLaterBody),
        (status = 409, description = "There is no line, or it is not frozen", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn unfreeze(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    PathId(id): PathId<AccountId>,
) -> Result<Json<PayLaterBody>, Problem> {
    account(&app, &Caller::Payer(own), id).await?;
    app.engine.run(UnfreezeLine { account: id }).await?;
    tracing::info!(account = %id, "a holder lifted the freeze of his pay-later line");
    Ok(Json(body(&app, &account(&app, &Caller::Payer(own), id).await?)?))
}
