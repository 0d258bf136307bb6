//! The holder says which of several causes that fit the bank's code it is, as he sees it or as the bank has told him.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use tantu_domain::cause::Cause;
use tantu_domain::ids::BindingId;
use tantu_engine::bindings::single_out::SingleOutBinding;
use utoipa::ToSchema;

use crate::access::PayerCaller;
use crate::answer::ProblemBody;
use crate::api::bindings::{BindingBody, Shown, account_of};
use crate::app::Shared;
use crate::body::{JsonBody, PathId};
use crate::lang::Wanted;
use crate::problem::{Kind, Problem};

/// Which it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SingleOutBindingRequest {
    /// One of the causes that the binding was refused with.
    #[schema(example = "card.not_activated")]
    cause: String,
}

/// Says which of the causes that fit the bank's code it is.
#[utoipa::path(
    post, path = "/v1/bindings/{id}/single-out", tag = "bindings", request_body = SingleOutBindingRequest,
    security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "bnd_…"), ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en")),
    responses(
        (status = 200, body = BindingBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn single_out(
    State(app): State<Shared>,
    PayerCaller(account): PayerCaller,
    Wanted(lang): Wanted,
    PathId(binding): PathId<BindingId>,
    JsonBody(body): JsonBody<SingleOutBindingRequest>,
) -> Result<Json<BindingBody>, Problem> {
    let unknown = || {
        let detail = "this cause is not known; name one of the causes that the binding was refused with";
        Problem::field(Kind::InvalidField, "cause", detail)
    };
    let cause = Cause::parse(&body.cause).ok_or_else(unknown)?;
    let binding = app.engine.run(SingleOutBinding { account, binding, cause }).await?;
    let known = account_of(&app, account).await?;
    Ok(Json(Shown::new(&app, lang, &known).body(&binding)))
}
