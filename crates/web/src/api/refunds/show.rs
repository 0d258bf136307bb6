//! Shows a refund as it stands.

use axum::Json;
use axum::extract::State;
use tantu_domain::ids::RefundId;

use crate::access::Caller;
use crate::answer::ProblemBody;
use crate::api::payments::visible;
use crate::api::refunds::{RefundBody, present};
use crate::app::Shared;
use crate::body::PathId;
use crate::lang::Wanted;
use crate::problem::{Kind, Problem};

/// Shows a refund as it stands.
#[utoipa::path(
    get, path = "/v1/refunds/{id}", tag = "refunds", security(("merchant" = []), ("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    params(
        ("id" = String, Path, description = "ref_…"),
        ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en"),
    ),
    responses(
        (status = 200, body = RefundBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<Shared>,
    caller: Caller,
    Wanted(lang): Wanted,
    PathId(id): PathId<RefundId>,
) -> Result<Json<RefundBody>, Problem> {
    let unknown = || Problem::not_found("refund", &id.to_string());
    let refund = app.engine.read(move |store| store.refund(id)).await?.ok_or_else(unknown)?;
    // Of somebody else's payment there is no refund, either.
    let payment = visible(&app, &caller, refund.payment).await.map_err(|problem| match problem.kind {
        Kind::NotFound => unknown(),
        _ => problem,
    })?;
    let shown = present(&app, &payment, &[refund], lang).await?;
    Ok(Json(shown.into_iter().next().ok_or_else(unknown)?))
}
