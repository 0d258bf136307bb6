//! The holder's phone: a code is sent to it, and with the code it is bound.

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tantu_channels::secret::Secret;
use tantu_domain::document::is_mobile_number;
use tantu_domain::ids::{AccountId, CodeId};
use tantu_engine::codes::{Asker, CodeRefused, Sent};
use utoipa::ToSchema;

use super::identity::{IdentityBody, identity_body};
use crate::access::PayerCaller;
use crate::answer::ProblemBody;
use crate::api::accounts::own_account;
use crate::app::Shared;
use crate::body::{JsonBody, PathId, id_in};
use crate::json::time;
use crate::problem::{Kind, Problem};

/// The phone that is to be bound. It is never printed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PhoneRequest {
    /// A mobile number of the mainland: eleven digits.
    phone: String,
}

/// The code that came to the phone. It is never printed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PhoneConfirmation {
    /// The code's id: otc_….
    code: String,
    /// Its six digits.
    digits: String,
}

/// A code that was sent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SentCodeBody {
    /// The code's id, to be sent back with its digits.
    code: String,
    /// The phone with its middle hidden.
    phone: String,
    /// Until when the code is good.
    expires_at: String,
    /// When another one can be sent.
    next_at: String,
    /// How many more can be sent today.
    sends_left: u32,
    /// What the carrier says: sent, delivered, intercepted or refused.
    delivery: &'static str,
}

pub(crate) fn sent_body(sent: &Sent) -> SentCodeBody {
    SentCodeBody {
        code: sent.code.id.to_string(),
        phone: sent.phone.clone(),
        expires_at: time(sent.code.expires_at()),
        next_at: time(sent.next_at),
        sends_left: sent.left,
        delivery: sent.code.delivery.id(),
    }
}

/// Where a request came from, as far as we are told.
pub(crate) fn asker(peer: Option<ConnectInfo<SocketAddr>>) -> Asker {
    Asker { device: None, address: peer.map(|ConnectInfo(peer)| peer.ip()) }
}

/// Six digits.
pub(crate) fn digits_in(field: &str, text: String) -> Result<Secret, Problem> {
    let digits = Secret::new(text);
    if digits.reveal().len() == 6 && digits.reveal().bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(digits);
    }
    Err(Problem::field(Kind::InvalidField, field, "a code has six digits"))
}

/// Sends a code to the phone that is to be bound.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/phone", tag = "accounts", request_body = PhoneRequest,
    security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 201, body = SentCodeBody),
        (status = 429, description = "Too soon, or too often", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn begin(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    PathId(account): PathId<AccountId>,
    peer: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    JsonBody(body): JsonBody<PhoneRequest>,
) -> Result<Response, Problem> {
    own_account(own, account)?;
    let phone = Secret::new(body.phone);
    if !is_mobile_number(phone.reveal()) {
        let detail = "this is no mobile number of the mainland: eleven digits, the first two from 13 to 19";
        return Err(Problem::field(Kind::InvalidField, "phone", detail));
    }
    let sent = app.engine.begin_phone(account, &phone, &asker(peer.map(|axum::Extension(peer)| peer))).await?;
    Ok((StatusCode::CREATED, Json(sent_body(&sent))).into_response())
}

/// Binds the phone that a code was sent to.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/phone/confirmations", tag = "accounts", request_body = PhoneConfirmation,
    security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 200, body = IdentityBody),
        (status = 409, description = "The code is not right, or over", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn bind(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    PathId(account): PathId<AccountId>,
    JsonBody(body): JsonBody<PhoneConfirmation>,
) -> Result<Json<IdentityBody>, Problem> {
    own_account(own, account)?;
    let code: CodeId = id_in("code", &body.code)?;
    let digits = digits_in("digits", body.digits)?;
    match app.engine.bind_phone(account, code, &digits).await.map_err(Problem::of_body)? {
        Ok(_) => {
            tracing::info!(%account, "a phone was bound");
            let shown = app.engine.holder(account).await?;
            Ok(Json(identity_body(&app, shown)))
        }
        Err(refused) => Err(code_refused(refused)),
    }
}

/// Why a code was not taken, and what to do.
pub(crate) fn code_refused(refused: CodeRefused) -> Problem {
    let detail = match refused {
        CodeRefused::Wrong(left) => format!("these are not the digits that were sent; {left} more can be entered"),
        CodeRefused::Over => "this code is over: it was used, five minutes have passed, or five others were entered; have another one sent".to_owned(),
    };
    Problem::field(Kind::CodeRefused, "digits", detail)
}
