//! The session of a member of staff: opened by his key and a code of his second factor, and ended.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tantu_domain::staff::StaffMark;
use tantu_engine::codes::CodeRefused;
use utoipa::ToSchema;

use crate::access::{StaffCaller, StaffKey};
use crate::answer::ProblemBody;
use crate::api::accounts::phone::digits_in;
use crate::app::Shared;
use crate::body::JsonBody;
use crate::json::time;
use crate::problem::{Kind, Problem};
use crate::secret::{fresh_staff_token, hash_of};

/// The code that the app for such codes shows now. It is never printed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StaffSessionRequest {
    /// Six digits.
    #[schema(example = "492039")]
    code: String,
}

/// A session. It takes the place of the one before.
#[derive(Serialize, ToSchema)]
pub(crate) struct StaffSessionBody {
    /// Who is signed in: stf_…
    staff: String,
    /// To be sent instead of the key: ss_…
    session: String,
    /// Until when it lasts.
    expires_at: String,
}

/// Opens a session by a code of the second factor.
#[utoipa::path(
    post, path = "/v1/staff/sessions", tag = "staff", request_body = StaffSessionRequest, security(("staff_key" = [])),
    responses(
        (status = 201, body = StaffSessionBody),
        (status = 409, description = "No factor is enrolled, the code is wrong, or it was used", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Locked after too many wrong codes", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn sign_in(
    State(app): State<Shared>,
    StaffKey(key): StaffKey,
    JsonBody(body): JsonBody<StaffSessionRequest>,
) -> Result<Response, Problem> {
    let code = digits_in("code", body.code)?;
    let staff = StaffMark::of(&key.0);
    let session = fresh_staff_token(staff)?;
    match app.engine.sign_in_staff(key, &code, hash_of(&session)).await? {
        Ok(until) => {
            let body = StaffSessionBody { staff: staff.to_string(), session, expires_at: time(until) };
            Ok((StatusCode::CREATED, Json(body)).into_response())
        }
        Err(refused) => {
            let detail = match refused {
                CodeRefused::Wrong(left) => format!("this is not the code of now; {left} more can be entered"),
                CodeRefused::Over => {
                    "this is not the code of now, and too many were wrong: it is locked for a time".to_owned()
                }
            };
            Err(Problem::field(Kind::CodeRefused, "code", detail))
        }
    }
}

/// Ends one's own session.
#[utoipa::path(
    delete, path = "/v1/staff/sessions", tag = "staff", security(("staff" = [])),
    responses(
        (status = 204, description = "Ended"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn sign_out(
    State(app): State<Shared>,
    StaffCaller(staff): StaffCaller,
) -> Result<StatusCode, Problem> {
    app.engine.sign_out_staff(staff).await?;
    tracing::info!(%staff, "a member of staff signed out");
    Ok(StatusCode::NO_CONTENT)
}
