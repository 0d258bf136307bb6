//! The holder gives a binding up.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use tantu_domain::ids::BindingId;
use tantu_engine::bindings::abandon::AbandonBinding;

use crate::access::PayerCaller;
use crate::answer::ProblemBody;
use crate::api::bindings::{BindingBody, BindingRefusalBody, Shown, account_of};
use crate::app::Shared;
use crate::body::PathId;
use crate::lang::Wanted;
use crate::problem::Problem;

/// Gives a binding up.
#[utoipa::path(
    post, path = "/v1/bindings/{id}/abandon", tag = "bindings", security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "bnd_…"), ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en")),
    responses(
        (status = 200, body = BindingBody),
        (status = 402, description = "It is over, or with the bank", body = BindingRefusalBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn abandon(
    State(app): State<Shared>,
    PayerCaller(account): PayerCaller,
    Wanted(lang): Wanted,
    PathId(binding): PathId<BindingId>,
) -> Result<Response, Problem> {
    let stepped = app.engine.run(AbandonBinding { account, binding }).await?;
    let known = account_of(&app, account).await?;
    Ok(Shown::new(&app, lang, &known).answer(&stepped, StatusCode::OK))
}
