//! Staff stop every payment of an account.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use tantu_domain::account::SafeReason;
use tantu_domain::ids::AccountId;
use tantu_engine::accounts::freeze::FreezeAccount;
use utoipa::ToSchema;

use crate::access::StaffCaller;
use crate::answer::ProblemBody;
use crate::api::accounts::{ChangedAccountBody, changed};
use crate::app::Shared;
use crate::body::{JsonBody, PathId, text_in};
use crate::problem::{Kind, Problem};

/// Why.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FreezeBody {
    /// What the payer may know: security_check, holder_request, terms_of_use or compromised.
    #[schema(example = "security_check")]
    reason: String,
    /// What staff alone may know; it stands in the audit trail.
    #[serde(default)]
    note: String,
}

/// The longest note.
const LONGEST_NOTE: usize = 2_000;

/// A note for the audit trail, which may be left out.
pub(crate) fn note_in(text: &str) -> Result<String, Problem> {
    if text.is_empty() { Ok(String::new()) } else { text_in("note", text, LONGEST_NOTE) }
}

/// What the payer may know.
pub(super) fn reason_in(text: &str) -> Result<SafeReason, Problem> {
    SafeReason::parse(text).ok_or_else(|| {
        let known: Vec<&str> = SafeReason::ALL.iter().map(|reason| reason.id()).collect();
        let detail = format!("this reason is not known; give one of {}", known.join(", "));
        Problem::field(Kind::InvalidField, "reason", detail)
    })
}

/// Freezes an account.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/freeze", tag = "accounts", request_body = FreezeBody, security(("staff" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 200, body = ChangedAccountBody),
        (status = 409, description = "Frozen already", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn freeze(
    State(app): State<Shared>,
    StaffCaller(by): StaffCaller,
    PathId(account): PathId<AccountId>,
    JsonBody(body): JsonBody<FreezeBody>,
) -> Result<Json<ChangedAccountBody>, Problem> {
    let (reason, note) = (reason_in(&body.reason)?, note_in(&body.note)?);
    if reason == SafeReason::ConfirmItIsYou {
        let detail = "who is to confirm that it is he is challenged, and can do so himself: POST …/restrict";
        return Err(Problem::field(Kind::InvalidField, "reason", detail));
    }
    let frozen = app.engine.run(FreezeAccount { account, reason, by, note }).await?;
    tracing::info!(%account, "an account was frozen");
    Ok(Json(changed(&frozen)))
}
