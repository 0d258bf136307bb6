//! The holder agrees to the terms.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use tantu_domain::ids::BindingId;
use tantu_engine::bindings::accept_terms::AcceptTerms;
use utoipa::ToSchema;

use crate::access::PayerCaller;
use crate::answer::ProblemBody;
use crate::api::bindings::{BindingBody, BindingRefusalBody, Shown, account_of};
use crate::app::Shared;
use crate::body::{JsonBody, PathId, text_in};
use crate::lang::Wanted;
use crate::problem::Problem;

/// What was agreed to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TermsRequest {
    /// The edition that the holder was shown: `terms` of the binding.
    #[schema(example = "2026-11")]
    edition: String,
}

/// Agrees to the terms; the card's details are due then.
#[utoipa::path(
    post, path = "/v1/bindings/{id}/terms", tag = "bindings", request_body = TermsRequest,
    security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "bnd_…"), ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en")),
    responses(
        (status = 200, body = BindingBody),
        (status = 402, description = "Another step is due", body = BindingRefusalBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn accept(
    State(app): State<Shared>,
    PayerCaller(account): PayerCaller,
    Wanted(lang): Wanted,
    PathId(binding): PathId<BindingId>,
    JsonBody(body): JsonBody<TermsRequest>,
) -> Result<Response, Problem> {
    let edition = text_in("edition", &body.edition, 32)?;
    let stepped = app.engine.run(AcceptTerms { account, binding, edition }).await?;
    let known = account_of(&app, account).await?;
    Ok(Shown::new(&app, lang, &known).answer(&stepped, StatusCode::OK))
}
