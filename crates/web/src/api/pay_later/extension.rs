//! A later due date for a payer in hardship: one of the staff asks for it, and another one decides.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tantu_domain::ids::{AccountId, BillId};
use tantu_engine::pay_later::ask_extension::AskExtension;
use tantu_engine::pay_later::decide_extension::DecideExtension;
use tantu_paylater::hardship::{Extension, ExtensionState};
use utoipa::ToSchema;

use crate::access::{Caller, StaffCaller};
use crate::answer::ProblemBody;
use crate::api::accounts::freeze::note_in;
use crate::api::pay_later::bill::look;
use crate::app::Shared;
use crate::body::{JsonBody, PathIds};
use crate::json::time;
use crate::problem::{Kind, Problem};

/// Until when, and why.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExtensionRequest {
    /// The day; on a day off, the next working day.
    #[schema(example = "2027-01-20")]
    due_on: String,
    /// What staff alone may know; it stands in the audit trail.
    #[serde(default)]
    note: String,
}

/// Whether it is granted, and why.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExtensionDecisionRequest {
    /// Whether it is.
    grant: bool,
    /// What staff alone may know; it stands in the audit trail.
    #[serde(default)]
    note: String,
}

/// A later due date.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExtensionBody {
    /// The day on which the bill is or would be due; a working day.
    due_on: String,
    /// asked, granted or declined.
    state: &'static str,
    /// When it was asked for.
    asked_at: String,
    /// When it was decided.
    decided_at: Option<String>,
}

/// An extension as JSON. Who of the staff it was stands in the audit trail.
pub(crate) fn extension_body(extension: &Extension) -> ExtensionBody {
    let (state, decided_at) = match &extension.state {
        ExtensionState::Asked => ("asked", None),
        ExtensionState::Granted { at, .. } => ("granted", Some(*at)),
        ExtensionState::Declined { at, .. } => ("declined", Some(*at)),
    };
    ExtensionBody {
        due_on: extension.due_on.to_string(),
        state,
        asked_at: time(extension.asked_at),
        decided_at: decided_at.map(time),
    }
}

/// Asks for a later due date of a bill. It changes nothing before another member of staff has decided.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/pay-later/bills/{bill}/extensions", tag = "pay later", request_body = ExtensionRequest,
    security(("staff" = [])),
    params(("id" = String, Path, description = "acc_…"), ("bill" = String, Path, description = "bil_…")),
    responses(
        (status = 201, body = ExtensionBody),
        (status = 409, description = "It is settled, the day is not later, or one waits for a decision", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn ask(
    State(app): State<Shared>,
    StaffCaller(by): StaffCaller,
    PathIds(account, bill): PathIds<AccountId, BillId>,
    JsonBody(asked): JsonBody<ExtensionRequest>,
) -> Result<(StatusCode, Json<ExtensionBody>), Problem> {
    look(&app, &Caller::Staff, account, bill).await?;
    let day: Date = asked
        .due_on
        .parse()
        .map_err(|_| Problem::field(Kind::InvalidField, "due_on", "write a day such as 2027-01-20"))?;
    let command = AskExtension { account, bill, day, by, note: note_in(&asked.note)? };
    let extension = app.engine.run(command).await?;
    tracing::info!(%bill, %by, "a later due date was asked for");
    Ok((StatusCode::CREATED, Json(extension_body(&extension))))
}

/// Decides on the later due date that another member of staff has asked for.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/pay-later/bills/{bill}/extensions/decision", tag = "pay later",
    request_body = ExtensionDecisionRequest, security(("staff" = [])),
    params(("id" = String, Path, description = "acc_…"), ("bill" = String, Path, description = "bil_…")),
    responses(
        (status = 200, body = ExtensionBody),
        (status = 409, description = "None waits, or you have asked for it", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn decide(
    State(app): State<Shared>,
    StaffCaller(by): StaffCaller,
    PathIds(account, bill): PathIds<AccountId, BillId>,
    JsonBody(asked): JsonBody<ExtensionDecisionRequest>,
) -> Result<Json<ExtensionBody>, Problem> {
    look(&app, &Caller::Staff, account, bill).await?;
    let command = DecideExtension { account, bill, grant: asked.grant, by, note: note_in(&asked.note)? };
    let extension = app.engine.run(command).await?;
    tracing::info!(%bill, %by, granted = asked.grant, "a later due date was decided on");
    app.engine.clock_moved();
    Ok(Json(extension_body(&extension)))
}
