//! Issues a link that signs a payer in once. Staff alone may: whoever has the link is the payer, and a
//! merchant must not become one.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tantu_domain::ids::AccountId;
use tantu_engine::sessions::issue_link::IssueLink;
use utoipa::ToSchema;

use crate::answer::ProblemBody;
use crate::app::Shared;
use crate::body::{JsonBody, id_in};
use crate::problem::Problem;
use crate::secret::{LINK, fresh_token, hash_of};

/// For whom.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PayerLinkRequest {
    /// The payer's account.
    account: String,
}

/// A link for the payer's eyes only.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PayerLinkBody {
    /// The link. It works once.
    url: String,
    /// Seconds.
    expires_in: u32,
}

/// How long the engine lets a link live.
const LIFE_SECONDS: u32 = 30 * 60;

/// Issues a link that signs a payer in once. Send it where only the payer sees it.
#[utoipa::path(
    post, path = "/v1/payer-links", tag = "accounts", request_body = PayerLinkRequest, security(("staff" = [])),
    responses(
        (status = 201, body = PayerLinkBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn issue(
    State(app): State<Shared>,
    JsonBody(body): JsonBody<PayerLinkRequest>,
) -> Result<(StatusCode, Json<PayerLinkBody>), Problem> {
    let account: AccountId = id_in("account", &body.account)?;
    let path = issue_link(&app, account).await?;
    let url = format!("{}{path}", app.config.public_base);
    Ok((StatusCode::CREATED, Json(PayerLinkBody { url, expires_in: LIFE_SECONDS })))
}

/// The path of a fresh link.
pub(crate) async fn issue_link(app: &Shared, account: AccountId) -> Result<String, Problem> {
    let token = fresh_token(LINK)?;
    app.engine.run(IssueLink { account, hash: hash_of(&token) }).await.map_err(Problem::of_body)?;
    tracing::info!(%account, "a sign-in link was issued");
    Ok(format!("/sign-in?link={token}"))
}
