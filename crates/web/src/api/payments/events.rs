//! A payment as it moves: server-sent events, the present state first.
//!
//! Driven by the engine's bell, and by a look every two seconds, so that what another process does is seen too.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::json;
use tantu_domain::ids::PaymentId;
use tantu_domain::payment::{Payment, PaymentState};
use tantu_engine::watch::Watch;
use tantu_explain::Lang;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;
use utoipa::ToSchema;

use crate::access::Caller;
use crate::answer::{ProblemBody, present_with_causes};
use crate::api::payments::visible;
use crate::app::Shared;
use crate::body::PathId;
use crate::lang::Wanted;
use crate::problem::{Kind, Problem, problem_response};

/// How often we look although no bell rang.
const LOOK: Duration = Duration::from_secs(2);

/// The longest that one stream lasts. Who still waits then asks again.
const LONGEST: Duration = Duration::from_secs(600);

/// Seconds after which a caller for whom there was no place may ask again.
const NO_PLACE: u32 = 5;

/// A proxy that collects an answer before it passes it on would hold every event back.
const UNBUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

/// One event.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what the stream is made of")]
pub(crate) struct PaymentEvent {
    /// Always `payment`.
    event: String,
    /// Counts on from `Last-Event-ID`.
    id: String,
    /// The payment, as JSON, with `causes` while it is refused or undecided.
    #[schema(content_media_type = "application/json")]
    data: String,
}

/// Tells a payment as it moves.
///
/// Each event is named `payment`; its data is the payment as `GET /v1/payments/{id}` shows it, with `causes`
/// while it is refused or undecided, and its `id` counts on from `Last-Event-ID`. The first one is the present
/// state. The stream ends after a final state (`succeeded` or `closed`; close the source then, a browser would
/// ask again) or after ten minutes.
#[utoipa::path(
    get, path = "/v1/payments/{id}/events", tag = "payments",
    security(("merchant" = []), ("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    params(
        ("id" = String, Path, description = "pay_…"),
        ("Last-Event-ID" = Option<u64>, Header, description = "The last event that arrived, if there was one"),
        ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en"),
    ),
    responses(
        (status = 200, description = "Events", body = PaymentEvent, content_type = "text/event-stream"),
        (status = 503, description = "Too many callers watch; Retry-After says when to ask again", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn events(
    State(app): State<Shared>,
    caller: Caller,
    Wanted(lang): Wanted,
    headers: HeaderMap,
    PathId(id): PathId<PaymentId>,
) -> Result<Response, Problem> {
    // Before the first look, so that no change falls between the two.
    let watch = app.engine.watch(id);
    let payment = visible(&app, &caller, id).await?;
    let Ok(place) = app.watchers.clone().try_acquire_owned() else { return Ok(no_place()) };
    let number = last_event(&headers);
    let watcher = Watcher {
        app,
        caller,
        lang,
        id,
        watch,
        ends: Instant::now() + LONGEST,
        number,
        seen: None,
        told: String::new(),
        waiting: Some(payment),
        _place: place,
    };
    let events = stream::unfold(watcher, |watcher| watcher.next());
    let response = Sse::new(events).keep_alive(KeepAlive::default());
    Ok(([UNBUFFERED], response).into_response())
}

fn last_event(headers: &HeaderMap) -> u64 {
    let text = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn no_place() -> Response {
    let status = StatusCode::SERVICE_UNAVAILABLE;
    let body = json!({
        "type": "urn:tantu:problem:too-many-streams",
        "title": "Too many callers watch payments",
        "status": status.as_u16(),
        "detail": "there is no place for another stream now; GET the payment instead, or ask again after Retry-After",
    });
    let mut response = problem_response(status, &body);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(NO_PLACE));
    response
}

/// One caller who watches one payment.
struct Watcher {
    app: Shared,
    caller: Caller,
    lang: Lang,
    id: PaymentId,
    watch: Watch,
    ends: Instant,
    /// The id of the last event.
    number: u64,
    /// The payment as it was at the last look.
    seen: Option<Payment>,
    /// The data of the last event.
    told: String,
    /// What was looked at already and is not told yet.
    waiting: Option<Payment>,
    /// Free again as soon as the caller has gone.
    _place: OwnedSemaphorePermit,
}

impl Watcher {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            let payment = match self.waiting.take() {
                Some(payment) => payment,
                None => self.look().await?,
            };
            if self.seen.as_ref() == Some(&payment) {
                continue;
            }
            let told = match present_with_causes(&self.app, &payment, self.lang).await {
                Ok(body) => json!(body).to_string(),
                Err(problem) => {
                    tracing::warn!(detail = problem.detail, "a payment could not be told to its watcher");
                    // It is looked at again, and is as new then as it is now.
                    continue;
                }
            };
            self.seen = Some(payment);
            if told != self.told {
                self.number = self.number.saturating_add(1);
                let event = Event::default().event("payment").id(self.number.to_string()).data(&told);
                self.told = told;
                return Some((Ok(event), self));
            }
        }
    }

    /// The payment after the next ring or the next two seconds; nothing once there is nothing more to tell.
    async fn look(&mut self) -> Option<Payment> {
        if self.seen.as_ref().is_some_and(is_final) {
            return None;
        }
        loop {
            let left = self.ends.saturating_duration_since(Instant::now());
            // Whoever still watches then asks another server.
            if left.is_zero() || self.app.engine.is_draining() {
                return None;
            }
            self.watch.moved(LOOK.min(left)).await;
            match visible(&self.app, &self.caller, self.id).await {
                Ok(payment) => return Some(payment),
                Err(problem) if problem.kind == Kind::NotFound => return None,
                Err(problem) => {
                    tracing::warn!(detail = problem.detail, "a watched payment could not be read; it is tried again");
                }
            }
        }
    }
}

fn is_final(payment: &Payment) -> bool {
    match &payment.state {
        PaymentState::Succeeded { .. } | PaymentState::Closed { .. } => true,
        PaymentState::Created
        | PaymentState::RequiresAction { .. }
        | PaymentState::Processing { .. }
        | PaymentState::Refused { .. } => false,
    }
}
