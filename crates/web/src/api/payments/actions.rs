//! What the payer does about a payment that waits for him.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tantu_channels::card::OneTimeCode;
use tantu_domain::ids::PaymentId;
use tantu_engine::error::Rejection;
use tantu_engine::payments::report_missing_code::{ReportMissingCode, Search};
use tantu_engine::payments::resume::ResumePayment;
use tantu_store::access::TokenHash;
use utoipa::ToSchema;

use crate::access::Caller;
use crate::answer::{First, PaymentBody, ProblemBody, RefusalBody, present_with_causes};
use crate::api::bindings::SecretText;
use crate::api::payments::visible;
use crate::app::Shared;
use crate::body::{JsonBody, PathId};
use crate::device::{Agreed, SpeakerHeaders};
use crate::idempotency::{Key, request_hash};
use crate::lang::Wanted;
use crate::problem::{Kind, Problem};
use crate::secret::{PROOF, hash_of};

/// What the payer has done: one of these.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionRequest {
    /// The proof that he entered his pay password for this payment: `prf_…` from
    /// `POST /v1/accounts/{id}/pay-password/proofs`. It works once.
    #[serde(default)]
    proof: Option<String>,
    /// The code that his bank has sent him for this payment. It is good for five minutes and for one charge.
    #[serde(default)]
    bank_code: Option<SecretText>,
    /// `true` to have the bank send another code: at the earliest a minute after the last one.
    #[serde(default)]
    resend_bank_code: bool,
    /// The bank's code did not come: `not_searched`, or what he found among the messages that his phone has intercepted:
    /// `not_found` or `intercepted`. The payment is refused with what may have become of the code, and is resumed.
    #[serde(default)]
    #[schema(example = "not_searched")]
    missing_code: Option<String>,
}

/// The same, once exactly one is known to be there.
enum Act {
    Proof(TokenHash),
    BankCode(OneTimeCode),
    Resend,
    Missing(Search),
}

impl ActionRequest {
    fn read(self) -> Result<Act, Problem> {
        match (self.proof, self.bank_code, self.resend_bank_code, self.missing_code) {
            // What is no token of ours is nobody's.
            (Some(proof), None, false, None) => {
                Ok(Act::Proof(if proof.starts_with(PROOF) { hash_of(&proof) } else { hash_of("") }))
            }
            (None, Some(code), false, None) => Ok(Act::BankCode(OneTimeCode::new(code.code("bank_code")?.reveal()))),
            (None, None, true, None) => Ok(Act::Resend),
            (None, None, false, Some(found)) => search(&found).map(Act::Missing),
            (None, None, false, None) => {
                let wanted = "send proof, bank_code, resend_bank_code or missing_code";
                Err(Problem::field(Kind::MissingField, "proof", wanted))
            }
            _ => {
                let wanted = "send one of proof, bank_code, resend_bank_code and missing_code";
                Err(Problem::field(Kind::InvalidField, "proof", wanted))
            }
        }
    }
}

fn search(found: &str) -> Result<Search, Problem> {
    match found {
        "not_searched" => Ok(Search::NotSearched),
        "not_found" => Ok(Search::NotFound),
        "intercepted" => Ok(Search::Intercepted),
        _ => {
            let wanted = "write not_searched, not_found or intercepted";
            Err(Problem::field(Kind::InvalidField, "missing_code", wanted))
        }
    }
}

/// Does what a payment waits for. It goes on at once, or is refused with every cause.
#[utoipa::path(
    post, path = "/v1/payments/{id}/actions", tag = "payments", request_body = ActionRequest,
    security(("merchant" = []), ("payer" = []), ("payer_cookie" = []), ("cashier" = [])),
    params(
        ("id" = String, Path, description = "pay_…"),
        ("Idempotency-Key" = String, Header, description = "1 to 128 visible ASCII characters; a new one for each action"),
        ("Tantu-Client" = Option<String>, Header, description = "The payer's app: name/1.2.3"),
        ("Tantu-Device" = Option<String>, Header, description = "The payer's device agrees: key=dev_…, time=<RFC 3339>, signature=<base64 of the signature of `tantu-device-v1`, the time as written here and `payment <id>`, on three lines>. Signed anew for each sending"),
        ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en"),
    ),
    responses(
        (status = 200, description = "Paid, or waiting for the next action", body = PaymentBody),
        (status = 202, description = "Undecided: only the channel knows", body = PaymentBody),
        (status = 402, description = "Refused, with every cause", body = RefusalBody, content_type = "application/problem+json"),
        (status = 409, description = "The proof or code is used, over, or another payment's", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "It is too soon for another code", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Refused for a fault of ours, or not stored", body = RefusalBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn act(
    State(app): State<Shared>,
    caller: Caller,
    Wanted(lang): Wanted,
    key: Key,
    speaker: SpeakerHeaders,
    PathId(id): PathId<PaymentId>,
    JsonBody(body): JsonBody<ActionRequest>,
) -> Result<Response, Problem> {
    let seen = visible(&app, &caller, id).await?;
    let act = body.read()?;
    // Neither token nor code is in any row, so the request's hash is taken over what stands for them.
    let mark = match &act {
        Act::Proof(proof) => proof.0.to_vec(),
        Act::BankCode(code) => app.config.secret.code_mark(id, code.reveal()),
        Act::Resend | Act::Missing(_) => Vec::new(),
    };
    let hash = request_hash(&format!("POST /v1/payments/{id}/actions"), &mark, speaker.client())?;
    let idempotency = match &caller {
        Caller::Payer(account) => key.of(account),
        Caller::Cashier(_) => key.of(id),
        Caller::Merchant(_) | Caller::Staff | Caller::Unknown => key.of(seen.merchant),
    };
    let speaker = speaker.verified(&app, seen.account, &Agreed::Payment(id)).await?;
    let command = |proof, coded| ResumePayment {
        payment: id,
        instrument: None,
        speaker,
        proof,
        shown: None,
        coded,
        idempotency: idempotency.clone(),
        request_hash: hash,
    };
    let given = match act {
        Act::Proof(proof) => app.engine.pay(command(Some(proof), None), idempotency.clone()).await?,
        Act::BankCode(code) => {
            let awaited = seen.legs.first().and_then(|leg| leg.code.as_ref()).map(|code| code.attempt);
            let attempt = awaited.ok_or(Rejection::CodeSpent)?;
            app.engine.pay_by_bank_code(attempt, code, command(None, Some(attempt)), idempotency.clone()).await?
        }
        Act::Resend => {
            let asked = app.engine.ask_code_again(id).await?;
            tracing::info!(payment = %id, "another bank code was asked for");
            return Ok(Json(present_with_causes(&app, &asked, lang).await?).into_response());
        }
        // A fact and not a charge: said again, it is the same refusal.
        Act::Missing(search) => app.engine.run(ReportMissingCode { payment: id, search }).await?,
    };
    tracing::info!(payment = %given.payment.id, "a payer has acted");
    Ok(First::new(given, None).response(&app, lang, StatusCode::OK))
}
