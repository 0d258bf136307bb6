//! Another pay password for the holder who has forgotten his or has locked it: by a code to his bound phone, and by his name
//! and document.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tantu_channels::secret::Secret;
use tantu_domain::clock::day_of;
use tantu_domain::document::is_name;
use tantu_domain::ids::{AccountId, CodeId, PaymentId};
use tantu_engine::codes::payment::Asked;
use tantu_engine::people::reset_password::{Reset, ResetClaim};
use tantu_store::access::TokenHash;
use utoipa::ToSchema;

use super::identity::document_in;
use super::pay_password::{LIFE_SECONDS, new_password, told};
use super::phone::{SentCodeBody, asker, digits_in, sent_body};
use crate::access::PayerCaller;
use crate::answer::{ProblemBody, RefusalBody};
use crate::api::accounts::own_account;
use crate::app::Shared;
use crate::body::{JsonBody, PathId, id_in};
use crate::lang::Wanted;
use crate::problem::{Kind, Problem};
use crate::secret::{PROOF, fresh_token, hash_of};

/// Who the holder is, and the pay password that he wants. It is never printed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetRequest {
    /// The code's id: otc_….
    pub(crate) code: String,
    /// Its six digits.
    pub(crate) digits: String,
    /// The name as the document has it.
    pub(crate) name: String,
    /// The whole number of the document.
    pub(crate) document: String,
    /// The new one: six digits, not all the same and not in a row.
    #[schema(example = "314159")]
    pub(crate) password: String,
    /// The payment that waits for it, if it is to go on at once.
    #[serde(default)]
    pub(crate) payment: Option<String>,
}

/// That the new one is set.
#[derive(Serialize, ToSchema)]
pub(crate) struct ResetBody {
    /// To be sent once to `POST /v1/payments/{id}/actions`, if a payment was named.
    proof: Option<String>,
    /// The payment that it is good for.
    payment: Option<String>,
    /// Seconds.
    expires_in: Option<u32>,
}

impl ResetRequest {
    /// All of it as it is compared; `proof` is the hash of the token that lets the payment through.
    pub(crate) fn claim(self, today: Date, proof: TokenHash) -> Result<ResetClaim, Problem> {
        let code: CodeId = id_in("code", &self.code)?;
        let payment: Option<PaymentId> = self.payment.as_deref().map(|text| id_in("payment", text)).transpose()?;
        new_password("password", &self.password)?;
        if !is_name(&self.name) {
            let detail = "write the name as the document has it: 2 to 40 letters";
            return Err(Problem::field(Kind::InvalidField, "name", detail));
        }
        Ok(ResetClaim {
            code,
            digits: digits_in("digits", self.digits)?,
            name: Secret::new(self.name),
            document: document_in(self.document, today)?,
            password: Secret::new(self.password),
            payment: payment.map(|payment| (payment, proof)),
        })
    }
}

/// Sends a code to the bound phone. With it, the name and the document, another pay password is set.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/pay-password/resets", tag = "accounts",
    security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…"), ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en")),
    responses(
        (status = 201, body = SentCodeBody),
        (status = 402, description = "The holder cannot prove himself yet, and what leads there", body = RefusalBody, content_type = "application/problem+json"),
        (status = 409, description = "No pay password is set", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too soon, or too often", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn begin(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    Wanted(lang): Wanted,
    PathId(account): PathId<AccountId>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
) -> Result<Response, Problem> {
    own_account(own, account)?;
    match app.engine.begin_reset(account, &asker(peer.map(|Extension(peer)| peer))).await? {
        Asked::Sent(sent) => Ok((StatusCode::CREATED, Json(sent_body(&sent))).into_response()),
        Asked::Refused(finding) => told(&app, account, None, finding, lang).await,
    }
}

/// Sets another pay password if everything fits; a lock is over then. What did not fit is never said.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/pay-password/resets/confirmations", tag = "accounts", request_body = ResetRequest,
    security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 200, body = ResetBody),
        (status = 409, description = "Something does not fit, or the holder cannot prove himself by this", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn confirm(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    PathId(account): PathId<AccountId>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    JsonBody(body): JsonBody<ResetRequest>,
) -> Result<Json<ResetBody>, Problem> {
    own_account(own, account)?;
    let proof = fresh_token(PROOF)?;
    let claim = body.claim(day_of(app.engine.clock().now()), hash_of(&proof))?;
    let payment = claim.payment.map(|(payment, _)| payment.to_string());
    let asker = asker(peer.map(|Extension(peer)| peer));
    match app.engine.reset_password(account, claim, &asker).await.map_err(Problem::of_body)? {
        Reset::Done => {
            let expires_in = payment.is_some().then_some(LIFE_SECONDS);
            Ok(Json(ResetBody { proof: payment.is_some().then_some(proof), payment, expires_in }))
        }
        Reset::Unproven => Err(Problem::new(
            Kind::IdentityUnconfirmed,
            "the name, the document's number or the code does not fit; look at each of them, and send them again",
        )),
    }
}
