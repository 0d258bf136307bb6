//! A dispute of an entry of the credit history: the holder says what is wrong, and staff decide.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tantu_domain::ids::{AccountId, CreditEntryId};
use tantu_engine::pay_later::decide_dispute::DecideDispute;
use tantu_engine::pay_later::open_dispute::OpenDispute;
use tantu_paylater::dispute::{Dispute, DisputeState};
use utoipa::ToSchema;

use crate::access::{Caller, PayerCaller, StaffCaller};
use crate::answer::ProblemBody;
use crate::api::accounts::freeze::note_in;
use crate::api::pay_later::account;
use crate::app::Shared;
use crate::body::{JsonBody, PathIds, text_in};
use crate::json::time;
use crate::problem::Problem;

/// The longest that a holder says.
pub(crate) const LONGEST: usize = 1_000;

/// What is wrong with an entry.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DisputeRequest {
    /// In the holder's own words.
    text: String,
}

/// Whether the holder is right, and why.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DisputeDecisionRequest {
    /// Whether the entry is struck.
    uphold: bool,
    /// What staff alone may know; it stands in the audit trail.
    #[serde(default)]
    note: String,
}

/// A dispute.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DisputeBody {
    /// The entry that it is about.
    entry: String,
    /// What the holder says.
    text: String,
    /// open, upheld or rejected.
    state: &'static str,
    /// Since when.
    opened_at: String,
    /// When it was decided.
    decided_at: Option<String>,
}

/// The name of a dispute's state, and when it was decided.
pub(crate) fn dispute_state(state: &DisputeState) -> (&'static str, Option<String>) {
    match state {
        DisputeState::Open => ("open", None),
        DisputeState::Upheld { at, .. } => ("upheld", Some(time(*at))),
        DisputeState::Rejected { at, .. } => ("rejected", Some(time(*at))),
    }
}

fn dispute_body(dispute: &Dispute) -> DisputeBody {
    let (state, decided_at) = dispute_state(&dispute.state);
    DisputeBody {
        entry: dispute.entry.to_string(),
        text: dispute.said.clone(),
        state,
        opened_at: time(dispute.opened_at),
        decided_at,
    }
}

/// Disputes an entry, once.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/pay-later/credit/{entry}/disputes", tag = "pay later", request_body = DisputeRequest,
    security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…"), ("entry" = String, Path, description = "cre_…")),
    responses(
        (status = 201, body = DisputeBody),
        (status = 409, description = "It was disputed before", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn open(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    PathIds(id, entry): PathIds<AccountId, CreditEntryId>,
    JsonBody(asked): JsonBody<DisputeRequest>,
) -> Result<(StatusCode, Json<DisputeBody>), Problem> {
    account(&app, &Caller::Payer(own), id).await?;
    let said = text_in("text", &asked.text, LONGEST)?;
    let dispute = app.engine.run(OpenDispute { account: id, entry, said }).await?;
    tracing::info!(account = %id, %entry, "a credit entry was disputed");
    Ok((StatusCode::CREATED, Json(dispute_body(&dispute))))
}

/// Decides on a dispute. An entry that is struck counts as if it had never been.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/pay-later/credit/{entry}/disputes/decision", tag = "pay later",
    request_body = DisputeDecisionRequest, security(("staff" = [])),
    params(("id" = String, Path, description = "acc_…"), ("entry" = String, Path, description = "cre_…")),
    responses(
        (status = 200, body = DisputeBody),
        (status = 409, description = "It is decided", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn decide(
    State(app): State<Shared>,
    StaffCaller(by): StaffCaller,
    PathIds(id, entry): PathIds<AccountId, CreditEntryId>,
    JsonBody(asked): JsonBody<DisputeDecisionRequest>,
) -> Result<Json<DisputeBody>, Problem> {
    account(&app, &Caller::Staff, id).await?;
    let command = DecideDispute { account: id, entry, uphold: asked.uphold, by, note: note_in(&asked.note)? };
    let dispute = app.engine.run(command).await?;
    tracing::info!(account = %id, %entry, %by, upheld = asked.uphold, "a dispute was decided");
    Ok(Json(dispute_body(&dispute)))
}
