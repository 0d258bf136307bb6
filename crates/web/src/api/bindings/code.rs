//! The holder enters the bank's code.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use tantu_channels::card::OneTimeCode;
use tantu_domain::ids::BindingId;
use utoipa::ToSchema;

use crate::access::PayerCaller;
use crate::answer::ProblemBody;
use crate::api::bindings::{BindingBody, BindingRefusalBody, SecretText, Shown, account_of, holder};
use crate::app::Shared;
use crate::body::{JsonBody, PathId};
use crate::device::{Agreed, SpeakerHeaders};
use crate::lang::Wanted;
use crate::problem::Problem;

/// The code, with the details that it is for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeRequest {
    /// The digits of the bank's message.
    code: SecretText,
    /// The box of the last answer.
    sealed: String,
}

/// Enters the bank's code. The card is bound, refused with every cause that fits, or undecided: then the binding ends by
/// itself, and `GET` shows how.
#[utoipa::path(
    post, path = "/v1/bindings/{id}/code", tag = "bindings", request_body = CodeRequest,
    security(("payer" = []), ("payer_cookie" = [])),
    params(
        ("id" = String, Path, description = "bnd_…"),
        ("Tantu-Client" = Option<String>, Header, description = "The payer's app: name/1.2.3"),
        ("Tantu-Device" = Option<String>, Header, description = "The payer's device agrees: as for payments, signing `binding <id>`"),
        ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en"),
    ),
    responses(
        (status = 200, description = "Bound", body = BindingBody),
        (status = 202, description = "Undecided: only the bank's side knows", body = BindingBody),
        (status = 402, description = "Refused, with every cause that fits", body = BindingRefusalBody, content_type = "application/problem+json"),
        (status = 503, description = "Refused for a fault of ours", body = BindingRefusalBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn enter(
    State(app): State<Shared>,
    PayerCaller(account): PayerCaller,
    Wanted(lang): Wanted,
    speaker: SpeakerHeaders,
    PathId(binding): PathId<BindingId>,
    JsonBody(body): JsonBody<CodeRequest>,
) -> Result<Response, Problem> {
    let code = OneTimeCode::new(body.code.code("code")?.reveal());
    let holder = holder(&app, account, speaker, &Agreed::Binding(Some(binding)), None).await?;
    let stepped = app.engine.enter_binding_code(account, binding, code, &body.sealed, holder).await?;
    tracing::info!(%binding, state = stepped.binding().state.id(), "a binding's code was entered");
    let known = account_of(&app, account).await?;
    Ok(Shown::new(&app, lang, &known).answer(&stepped, StatusCode::OK))
}
