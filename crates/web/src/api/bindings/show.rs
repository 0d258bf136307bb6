//! Shows a binding, and asks the bank's side about one that is undecided.

use axum::Json;
use axum::extract::State;
use tantu_domain::ids::BindingId;

use crate::access::PayerCaller;
use crate::answer::ProblemBody;
use crate::api::bindings::{BindingBody, Shown, account_of};
use crate::app::Shared;
use crate::body::PathId;
use crate::lang::Wanted;
use crate::problem::Problem;

/// Shows a binding.
#[utoipa::path(
    get, path = "/v1/bindings/{id}", tag = "bindings", security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "bnd_…"), ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en")),
    responses(
        (status = 200, body = BindingBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<Shared>,
    PayerCaller(account): PayerCaller,
    Wanted(lang): Wanted,
    PathId(id): PathId<BindingId>,
) -> Result<Json<BindingBody>, Problem> {
    let binding = app.engine.own(account, id).await?;
    let binding = match app.engine.refresh_binding(account, id).await {
        Ok(fresh) => fresh,
        Err(error) => {
            tracing::warn!(binding = %id, %error, "the bank's side does not say how a binding stands");
            binding
        }
    };
    let known = account_of(&app, account).await?;
    Ok(Json(Shown::new(&app, lang, &known).body(&binding)))
}
