//! The second factor of a member of staff: made and shown once, and removed when two others agree.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tantu_domain::staff::StaffMark;
use tantu_engine::staff::remove::RemoveSecondFactor;
use utoipa::ToSchema;

use crate::access::{StaffCaller, StaffKey};
use crate::answer::ProblemBody;
use crate::app::Shared;
use crate::body::PathId;
use crate::problem::Problem;

/// A secret, which is shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct EnrolmentBody {
    /// Who enrols: stf_…
    staff: String,
    /// The secret in base32.
    secret: String,
    /// The same as an address that an app for such codes opens.
    #[schema(example = "otpauth://totp/Tantu:stf_00…?secret=…&issuer=Tantu")]
    address: String,
}

/// What came of the word of a member of staff.
#[derive(Serialize, ToSchema)]
pub(crate) struct RemovalBody {
    /// Whose factor it is.
    staff: String,
    /// Whether it is removed; false while another one's word is waited for.
    removed: bool,
}

/// Makes the secret of a second factor, for who has none that works. The first code, with `POST /v1/staff/sessions`, ends the
/// enrolment.
#[utoipa::path(
    post, path = "/v1/staff/factor", tag = "staff", security(("staff_key" = [])),
    responses(
        (status = 201, body = EnrolmentBody),
        (status = 409, description = "One is enrolled, or this server keeps none", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn enrol(State(app): State<Shared>, StaffKey(key): StaffKey) -> Result<Response, Problem> {
    let made = app.engine.enrol_factor(key).await?;
    let body = EnrolmentBody {
        staff: StaffMark::of(&key.0).to_string(),
        secret: made.secret.reveal().to_owned(),
        address: made.address.reveal().to_owned(),
    };
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// Says that somebody's second factor may be removed, because he has lost it. It takes two others.
#[utoipa::path(
    post, path = "/v1/staff/{id}/factor/removals", tag = "staff", security(("staff" = [])),
    params(("id" = String, Path, description = "stf_…")),
    responses(
        (status = 200, body = RemovalBody),
        (status = 409, description = "It is one's own, or one has said so already", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn remove(
    State(app): State<Shared>,
    StaffCaller(by): StaffCaller,
    PathId(staff): PathId<StaffMark>,
) -> Result<Json<RemovalBody>, Problem> {
    let removed = app.engine.run(RemoveSecondFactor { staff, by }).await?;
    tracing::warn!(%staff, %by, removed, "a member of staff says that a second factor may be removed");
    Ok(Json(RemovalBody { staff: staff.to_string(), removed }))
}
