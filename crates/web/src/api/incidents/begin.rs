//! Staff begin an incident.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tantu_domain::incident::{IncidentScope, IncidentSource};
use tantu_engine::incidents::begin::BeginIncident;
use utoipa::ToSchema;

use crate::access::StaffCaller;
use crate::answer::ProblemBody;
use crate::api::incidents::{IncidentBody, incident_body};
use crate::app::Shared;
use crate::body::{JsonBody, text_in};
use crate::json::read_time;
use crate::problem::{Kind, Problem};

/// A fault that staff know of.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BeginIncidentBody {
    /// platform, alipay, wechatpay, douyin or unionpay.
    #[schema(example = "alipay")]
    scope: String,
    /// A channel's code, or a word of staff: 1 to 64 characters. `staff` if left out.
    #[serde(default)]
    code: Option<String>,
    /// When we expect it to end.
    #[serde(default)]
    #[schema(example = "2026-11-22T21:00:00+08:00")]
    expected_end: Option<String>,
}

/// Begins an incident. One of the same scope that stands already is kept as it is.
#[utoipa::path(
    post, path = "/v1/incidents", tag = "incidents", request_body = BeginIncidentBody, security(("staff" = [])),
    responses(
        (status = 201, body = IncidentBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn begin(
    State(app): State<Shared>,
    StaffCaller(by): StaffCaller,
    JsonBody(body): JsonBody<BeginIncidentBody>,
) -> Result<(StatusCode, Json<IncidentBody>), Problem> {
    let scope = IncidentScope::parse(&body.scope).ok_or_else(|| {
        Problem::field(
            Kind::InvalidField,
            "scope",
            "this scope is not known; give platform, alipay, wechatpay, douyin or unionpay",
        )
    })?;
    let code = text_in("code", body.code.as_deref().unwrap_or("staff"), 64)?;
    let expected_end = body.expected_end.as_deref().map(|text| read_time("expected_end", text)).transpose()?;
    let source = IncidentSource::Staff;
    let command = BeginIncident { scope, source, code, since: None, expected_end, by: Some(by) };
    let begun = app.engine.run(command).await?;
    tracing::info!(incident = %begun.id, %by, scope = scope.id(), "staff began an incident");
    Ok((StatusCode::CREATED, Json(incident_body(&begun))))
}
