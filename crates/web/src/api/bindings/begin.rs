//! Begins the binding of a bank card, new or anew.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tantu_domain::ids::{InstrumentId, Shard};
use tantu_engine::bindings::begin::BeginBinding;
use utoipa::ToSchema;

use crate::access::PayerCaller;
use crate::answer::ProblemBody;
use crate::api::bindings::{BindingBody, BindingRefusalBody, Shown, account_of, holder, refusal_response};
use crate::app::Shared;
use crate::body::{OptionalJsonBody, id_in};
use crate::device::{Agreed, SpeakerHeaders};
use crate::lang::Wanted;
use crate::problem::Problem;

/// Which card.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BeginBindingRequest {
    /// The card to bind anew; it stays the same instrument. A new one if left out.
    #[serde(default)]
    instrument: Option<String>,
    /// A report of the device's power, `rep_…` of `POST /v1/device-reports`, not older than ten minutes.
    #[serde(default)]
    device_report: Option<String>,
}

/// Begins the binding of a bank card. The first step is to agree to the terms.
#[utoipa::path(
    post, path = "/v1/bindings", tag = "bindings", request_body = Option<BeginBindingRequest>,
    security(("payer" = []), ("payer_cookie" = [])),
    params(
        ("Tantu-Client" = Option<String>, Header, description = "The payer's app: name/1.2.3"),
        ("Tantu-Device" = Option<String>, Header, description = "The payer's device agrees: as for payments, signing `binding new`"),
        ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en"),
    ),
    responses(
        (status = 201, body = BindingBody),
        (status = 402, description = "Not begun, with every cause; nothing is stored", body = BindingRefusalBody, content_type = "application/problem+json"),
        (status = 503, description = "Not begun for a fault of ours", body = BindingRefusalBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn begin(
    State(app): State<Shared>,
    PayerCaller(account): PayerCaller,
    Wanted(lang): Wanted,
    speaker: SpeakerHeaders,
    OptionalJsonBody(body): OptionalJsonBody<BeginBindingRequest>,
) -> Result<Response, Problem> {
    let instrument: Option<InstrumentId> =
        body.instrument.as_deref().map(|text| id_in("instrument", text)).transpose()?;
    let holder = holder(&app, account, speaker, &Agreed::Binding(None), body.device_report.as_deref()).await?;
    let begun = app.engine.run(BeginBinding { account, instrument, holder }).await.map_err(Problem::of_body)?;
    let known = account_of(&app, account).await?;
    Ok(match begun {
        Ok(binding) => {
            tracing::info!(binding = %binding.id, "a binding has begun");
            let body = Shown::new(&app, lang, &known).body(&binding);
            (StatusCode::CREATED, axum::Json(body)).into_response()
        }
        Err(causes) => {
            let nobody = || InstrumentId::new(&*app.engine.ids(), Shard::of(account.shard().number()));
            let of = causes.iter().find_map(|finding| finding.instrument).unwrap_or_else(nobody);
            refusal_response(&app, lang, &causes, of, None)
        }
    })
}
