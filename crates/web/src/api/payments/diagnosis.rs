//! Explains a payment: why it is not paid, and whether anything known still speaks against it now.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tantu_domain::attempt::{Attempt, AttemptState};
use tantu_domain::client::Speaker;
use tantu_domain::ids::PaymentId;
use tantu_domain::payment::Payment;
use tantu_engine::payments::answer::lost_answers;
use tantu_explain::Lang;
use utoipa::ToSchema;

use crate::access::Caller;
use crate::answer::{ProblemBody, kept_causes, state_since};
use crate::api::payments::visible;
use crate::app::Shared;
use crate::body::PathId;
use crate::idempotency::ClientHeader;
use crate::json::time;
use crate::lang::Wanted;
use crate::problem::Problem;
use crate::render::{Telling, Told};

/// Why a payment is not paid.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DiagnosisBody {
    /// The payment.
    payment: String,
    /// Where it stands.
    state: String,
    /// Since when.
    since: String,
    /// What was decided, with the proof as it was then.
    #[serde(flatten)]
    then: Told,
    /// The same check once more, now; null unless the payment waits to be resumed. Without causes for its
    /// instrument, nothing known blocks it any more.
    now: Option<NowBody>,
    /// What was said to and by channels; staff alone see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    attempts: Option<Vec<AttemptBody>>,
}

/// The same check once more.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NowBody {
    /// When.
    at: String,
    /// Whether the instrument that was chosen can pay now.
    can_resume: bool,
    /// What it finds.
    #[serde(flatten)]
    told: Told,
}

/// One submission to a channel.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AttemptBody {
    id: String,
    channel: &'static str,
    channel_number: String,
    state: &'static str,
    submitted_at: String,
    expires_at: String,
    /// The channel's code, word for word.
    code: Option<String>,
    /// The channel's message, word for word.
    message: Option<String>,
}

/// Explains a payment: all causes with their proof, what can pay, and the steps that lead on.
#[utoipa::path(
    get, path = "/v1/payments/{id}/diagnosis", tag = "payments",
    security(("merchant" = []), ("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    params(
        ("id" = String, Path, description = "pay_…"),
        ("Tantu-Client" = Option<String>, Header, description = "The payer's app: name/1.2.3"),
        ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en"),
    ),
    responses(
        (status = 200, body = DiagnosisBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn diagnosis(
    State(app): State<Shared>,
    caller: Caller,
    Wanted(lang): Wanted,
    client: ClientHeader,
    PathId(id): PathId<PaymentId>,
) -> Result<Json<DiagnosisBody>, Problem> {
    let payment = visible(&app, &caller, id).await?;
    let now = app.engine.clock().now();
    let account = payment.account;
    let read = app.engine.read(move |store| Ok((store.account(account, now)?, store.requests_of(id)?)));
    let (file, requests) = read.await?;
    let instruments = file.map(|file| file.instruments).unwrap_or_default();
    let attempt = payment.undecided_attempt();
    let telling = Telling {
        undecided: attempt.is_some(),
        known_by: attempt.map(Attempt::final_at),
        scheduled: payment.scheduled_at.is_some(),
        ..Telling::new(lang, now, &instruments, Some(&payment))
    };
    let (mut causes, can_pay_with) = kept_causes(&payment);
    // What stopped the payment comes before what the line to its caller lost.
    causes.extend(lost_answers(&requests));
    let then = telling.tell(&causes, &can_pay_with, payment.instrument());
    let fresh = if payment.is_open() {
        Some(evaluated(&app, &payment, &telling, &client.speaker(), lang).await?)
    } else {
        None
    };
    let attempts = (caller == Caller::Staff)
        .then(|| payment.legs.iter().flat_map(|leg| &leg.attempts).map(attempt_body).collect());
    Ok(Json(DiagnosisBody {
        payment: payment.id.to_string(),
        state: payment.state.id().to_owned(),
        since: time(state_since(&payment)),
        then,
        now: fresh,
        attempts,
    }))
}

async fn evaluated(
    app: &Shared,
    payment: &Payment,
    telling: &Telling<'_>,
    speaker: &Speaker,
    lang: Lang,
) -> Result<NowBody, Problem> {
    let verdict = app.engine.preflight_of(payment, speaker).await?;
    let chosen = payment.instrument();
    let findings = chosen.map(|chosen| verdict.findings(chosen)).unwrap_or_default();
    let telling = Telling::new(lang, telling.now, telling.instruments, Some(payment));
    Ok(NowBody {
        at: time(telling.now),
        can_resume: chosen.is_some_and(|chosen| verdict.allows(chosen)),
        told: telling.tell(&findings, &verdict.can_pay_with(), chosen),
    })
}

fn attempt_body(attempt: &Attempt) -> AttemptBody {
    let word = match &attempt.state {
        AttemptState::Submitted { fault, .. } => fault.as_ref(),
        AttemptState::Declined { word, .. } => Some(word),
        AttemptState::Succeeded { .. }
        | AttemptState::Closed { .. }
        | AttemptState::Returning { .. }
        | AttemptState::Returned { .. } => None,
    };
    AttemptBody {
        id: attempt.id.to_string(),
        channel: attempt.channel.id(),
        channel_number: attempt.id.channel_number(),
        state: attempt.state.id(),
        submitted_at: time(attempt.submitted_at),
        expires_at: time(attempt.expires_at),
        code: word.map(|word| word.code.clone()),
        message: word.map(|word| word.message.clone()),
    }
}
