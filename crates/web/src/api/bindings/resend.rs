//! Another code is to be sent for the details in the box.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use tantu_domain::ids::BindingId;
use utoipa::ToSchema;

use crate::access::PayerCaller;
use crate::answer::ProblemBody;
use crate::api::bindings::{BindingBody, BindingRefusalBody, Shown, account_of, holder};
use crate::app::Shared;
use crate::body::{JsonBody, PathId};
use crate::device::{Agreed, SpeakerHeaders};
use crate::lang::Wanted;
use crate::problem::Problem;

/// For which details.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResendRequest {
    /// The box of the last answer.
    sealed: String,
}

/// Has another code sent: at the earliest a minute after the last one, five times an hour and ten times a day. The answer
/// has a new box.
#[utoipa::path(
    post, path = "/v1/bindings/{id}/code/resend", tag = "bindings", request_body = ResendRequest,
    security(("payer" = []), ("payer_cookie" = [])),
    params(
        ("id" = String, Path, description = "bnd_…"),
        ("Tantu-Client" = Option<String>, Header, description = "The payer's app: name/1.2.3"),
        ("Tantu-Device" = Option<String>, Header, description = "The payer's device agrees: as for payments, signing `binding <id>`"),
        ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en"),
    ),
    responses(
        (status = 200, description = "The code is on its way", body = BindingBody),
        (status = 402, description = "Too soon, or the details are due again", body = BindingRefusalBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn resend(
    State(app): State<Shared>,
    PayerCaller(account): PayerCaller,
    Wanted(lang): Wanted,
    speaker: SpeakerHeaders,
    PathId(binding): PathId<BindingId>,
    JsonBody(body): JsonBody<ResendRequest>,
) -> Result<Response, Problem> {
    let holder = holder(&app, account, speaker, &Agreed::Binding(Some(binding)), None).await?;
    let taken = app.engine.resend_binding_code(account, binding, &body.sealed, holder).await?;
    let known = account_of(&app, account).await?;
    let shown = Shown { sealed: taken.sealed, ..Shown::new(&app, lang, &known) };
    Ok(shown.answer(&taken.stepped, StatusCode::OK))
}
