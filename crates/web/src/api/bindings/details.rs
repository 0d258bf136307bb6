//! The holder gives a card's details; the bank is to send its code.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use tantu_domain::ids::BindingId;
use tantu_engine::cards::CardDetails;
use utoipa::ToSchema;

use crate::access::PayerCaller;
use crate::answer::ProblemBody;
use crate::api::bindings::{BindingBody, BindingRefusalBody, SecretText, Shown, account_of, holder};
use crate::app::Shared;
use crate::body::{JsonBody, PathId};
use crate::device::{Agreed, SpeakerHeaders};
use crate::lang::Wanted;
use crate::problem::Problem;

/// The details. They are never stored, and in no answer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DetailsRequest {
    /// The holder's name.
    name: SecretText,
    /// The number of the holder's resident identity card, 18 characters.
    document_no: SecretText,
    /// The card's number, 16 to 19 digits.
    card_no: SecretText,
    /// The phone reserved at the bank, eleven digits.
    phone: SecretText,
    /// A credit card's last month, as it shows it: MM/YY.
    #[serde(default)]
    expiry: Option<SecretText>,
    /// A credit card's security code, three digits.
    #[serde(default)]
    cvn: Option<SecretText>,
    /// A report of the device's power, `rep_…`, not older than ten minutes.
    #[serde(default)]
    device_report: Option<String>,
}

/// Gives a card's details. What cannot be right is refused before any bank is asked. The answer has a sealed box with the
/// details: send it back with the code.
#[utoipa::path(
    post, path = "/v1/bindings/{id}/details", tag = "bindings", request_body = DetailsRequest,
    security(("payer" = []), ("payer_cookie" = [])),
    params(
        ("id" = String, Path, description = "bnd_…"),
        ("Tantu-Client" = Option<String>, Header, description = "The payer's app: name/1.2.3"),
        ("Tantu-Device" = Option<String>, Header, description = "The payer's device agrees: as for payments, signing `binding <id>`"),
        ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en"),
    ),
    responses(
        (status = 200, description = "The code is on its way", body = BindingBody),
        (status = 402, description = "Refused, with every cause that fits", body = BindingRefusalBody, content_type = "application/problem+json"),
        (status = 409, description = "The card is bound already", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Refused for a fault of ours", body = BindingRefusalBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn give(
    State(app): State<Shared>,
    PayerCaller(account): PayerCaller,
    Wanted(lang): Wanted,
    speaker: SpeakerHeaders,
    PathId(binding): PathId<BindingId>,
    JsonBody(body): JsonBody<DetailsRequest>,
) -> Result<Response, Problem> {
    let agreed = Agreed::Binding(Some(binding));
    let holder = holder(&app, account, speaker, &agreed, body.device_report.as_deref()).await?;
    let details = CardDetails {
        name: body.name.read("name")?,
        document_no: body.document_no.read("document_no")?,
        card_no: body.card_no.read("card_no")?,
        phone: body.phone.read("phone")?,
        expiry: body.expiry.map(|text| text.read("expiry")).transpose()?,
        cvn: body.cvn.map(|text| text.read("cvn")).transpose()?,
    };
    let taken = app.engine.give_details(account, binding, details, holder).await?;
    tracing::info!(%binding, state = taken.stepped.binding().state.id(), "a card's details were given");
    let known = account_of(&app, account).await?;
    let shown = Shown { sealed: taken.sealed, ..Shown::new(&app, lang, &known) };
    Ok(shown.answer(&taken.stepped, StatusCode::OK))
}
