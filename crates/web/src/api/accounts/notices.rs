//! What the holder is told of a case against his account, his appeal against it, and the way back into his own hands.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tantu_channels::secret::Secret;
use tantu_domain::account::{Account, AccountState, SafeReason};
use tantu_domain::ids::{AccountId, CaseId};
use tantu_domain::masked::Masked;
use tantu_domain::points::LotState;
use tantu_engine::accounts::appeal::AppealCase;
use tantu_engine::accounts::show_case::ShowCase;
use tantu_engine::people::Verified;
use tantu_engine::points::appeal::AppealLot;
use utoipa::ToSchema;

use super::identity::ConfirmationRequest;
use super::pay_password::new_password;
use crate::access::PayerCaller;
use crate::answer::ProblemBody;
use crate::api::accounts::{ChangedAccountBody, changed, own_account};
use crate::app::Shared;
use crate::body::{JsonBody, PathId, text_in};
use crate::json::time;
use crate::problem::{Kind, Problem};

/// The longest appeal, and the longest line of evidence.
const LONGEST: usize = 2_000;
/// The most lines of evidence.
const MOST_EVIDENCE: usize = 10;

/// What the holder says against a case.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppealRequest {
    /// In his own words.
    pub(crate) text: String,
    /// What he names as evidence: order numbers, receipts.
    #[serde(default)]
    pub(crate) evidence: Vec<String>,
}

/// Who takes the account back, and with which pay password. It is never printed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecureRequest {
    /// The whole number of the document.
    document: String,
    /// Another pay password: six digits.
    password: String,
}

/// A notice. Which rule fired it never says.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticeBody {
    /// The case, to be quoted and appealed against.
    case: String,
    /// restricted or frozen; one that waits for `confirm_it_is_you` is restricted.
    state: &'static str,
    /// Since when.
    since: String,
    /// When it ends by itself, if it does.
    until: Option<String>,
    /// security_check, holder_request, terms_of_use, compromised or confirm_it_is_you.
    reason: &'static str,
    /// The operation that answers it: appeal, request_unfreeze, secure_account or confirm_it_is_you.
    /// Every case can also be appealed against.
    operation: &'static str,
    /// When the holder answered it.
    answered_at: Option<String>,
    /// His own words, if he appealed.
    appeal: Option<String>,
    /// The payments that are resumed by themselves once it is lifted, because he has agreed to that.
    waiting: Vec<String>,
}

fn notice(account: &Account, appeal: Option<String>) -> Option<NoticeBody> {
    let (state, until) = match &account.state {
        AccountState::Active => return None,
        AccountState::Restricted(_, until) => ("restricted", *until),
        AccountState::Frozen(_) => ("frozen", None),
    };
    let case = account.case()?;
    let operation = match (state, case.reason) {
        (_, SafeReason::Compromised) => "secure_account",
        (_, SafeReason::ConfirmItIsYou) => "confirm_it_is_you",
        ("restricted", _) => "appeal",
        _ => "request_unfreeze",
    };
    Some(NoticeBody {
        case: case.id.to_string(),
        state,
        since: time(case.since),
        until: until.map(time),
        reason: case.reason.id(),
        operation,
        answered_at: case.unfreeze_requested_at.map(time),
        appeal,
        waiting: case.waiting.iter().map(ToString::to_string).collect(),
    })
}

/// Shows what the holder is told of his account.
#[utoipa::path(
    get, path = "/v1/accounts/{id}/notices", tag = "accounts", security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 200, body = Vec<NoticeBody>),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn notices(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    PathId(account): PathId<AccountId>,
) -> Result<Json<Vec<NoticeBody>>, Problem> {
    own_account(own, account)?;
    let now = app.engine.clock().now();
    let known = app.engine.read(move |store| store.account(account, now)).await?;
    let case = known.and_then(|file| file.account.case().map(|case| case.id));
    let file = app.engine.run(ShowCase { account, case }).await?;
    Ok(Json(notice(&file.account, file.appeal.map(|appeal| appeal.said)).into_iter().collect()))
}

/// Appeals against a case, once.
#[utoipa::path(
    post, path = "/v1/cases/{id}/appeals", tag = "accounts", request_body = AppealRequest,
    security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "cas_…")),
    responses(
        (status = 201, body = ChangedAccountBody),
        (status = 409, description = "Answered already", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn appeal(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    PathId(case): PathId<CaseId>,
    JsonBody(body): JsonBody<AppealRequest>,
) -> Result<Response, Problem> {
    let after = appealed(&app, own, case, &body).await?;
    Ok((StatusCode::CREATED, Json(changed(&after))).into_response())
}

/// Appeals for the holder, against a case of his account or of his points; gives the account after it.
pub(crate) async fn appealed(
    app: &Shared,
    own: AccountId,
    case: CaseId,
    body: &AppealRequest,
) -> Result<Account, Problem> {
    let missing = || Problem::not_found("case", &case.to_string());
    let said = kept("text", &body.text)?;
    if body.evidence.len() > MOST_EVIDENCE {
        let detail = format!("{MOST_EVIDENCE} lines of evidence at most");
        return Err(Problem::field(Kind::InvalidField, "evidence", detail));
    }
    let evidence: Vec<String> = body.evidence.iter().map(|line| kept("evidence", line)).collect::<Result<_, _>>()?;
    let now = app.engine.clock().now();
    let known = app.engine.read(move |store| store.account(own, now)).await?.ok_or_else(missing)?;
    // What is quarantined of his points has a case of its own. Somebody else's case answers as one that is not there.
    let lots = known.points.iter().flat_map(|points| &points.lots);
    let of_points = lots.filter_map(|lot| match lot.state {
        LotState::Quarantined(against) => Some(against.case),
        LotState::Expected | LotState::Good => None,
    });
    if of_points.into_iter().any(|known| known == case) {
        app.engine.run(AppealLot { account: own, case, said, evidence }).await?;
        tracing::info!(account = %own, %case, "a holder appealed against the quarantine of points");
        return Ok(known.account);
    }
    if known.account.case().is_none_or(|standing| standing.id != case) {
        return Err(missing());
    }
    let after = app.engine.run(AppealCase { account: own, case, said, evidence }).await?;
    tracing::info!(account = %own, %case, "a holder appealed against a case");
    Ok(after)
}

/// Confirms that it is the holder, by the whole number of his document. Whoever has a pay password or a phone can also enter
/// it for the payment that waits: `POST /v1/payments/{id}/actions`.
#[utoipa::path(
    post, path = "/v1/cases/{id}/confirmations", tag = "accounts", request_body = ConfirmationRequest,
    security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "cas_…")),
    responses(
        (status = 200, body = ChangedAccountBody),
        (status = 409, description = "It is not a case to confirm, or the sources do not confirm it", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn confirm(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    PathId(case): PathId<CaseId>,
    JsonBody(body): JsonBody<ConfirmationRequest>,
) -> Result<Json<ChangedAccountBody>, Problem> {
    let missing = || Problem::not_found("case", &case.to_string());
    let now = app.engine.clock().now();
    let known = app.engine.read(move |store| store.account(own, now)).await?.ok_or_else(missing)?;
    if known.account.case().is_none_or(|standing| standing.id != case) {
        return Err(missing());
    }
    match app.engine.confirm_it_is_you(own, case, &body.document()).await? {
        Verified::Yes(after) => {
            tracing::info!(account = %own, %case, "a holder confirmed that it is he");
            Ok(Json(changed(&after)))
        }
        Verified::No => {
            Err(Problem::new(Kind::IdentityUnconfirmed, "these details do not belong together by the sources' word"))
        }
    }
}

/// A text as it is kept: what is secret in it is taken out.
fn kept(field: &str, text: &str) -> Result<String, Problem> {
    Ok(Masked::of(&text_in(field, text, LONGEST)?).0.text().to_owned())
}

/// Takes the account back that somebody else seemed to use: by the document, and with another pay password.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/secure", tag = "accounts", request_body = SecureRequest,
    security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 200, body = ChangedAccountBody),
        (status = 409, description = "It is not frozen for that, or the sources do not confirm it", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn secure(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    PathId(account): PathId<AccountId>,
    JsonBody(body): JsonBody<SecureRequest>,
) -> Result<Json<ChangedAccountBody>, Problem> {
    own_account(own, account)?;
    let password = new_password("password", &body.password)?;
    match app.engine.secure(account, &Secret::new(body.document), password).await? {
        Verified::Yes(after) => {
            tracing::info!(%account, "a holder took his account back");
            Ok(Json(changed(&after)))
        }
        Verified::No => {
            Err(Problem::new(Kind::IdentityUnconfirmed, "these details do not belong together by the sources' word"))
        }
    }
}
