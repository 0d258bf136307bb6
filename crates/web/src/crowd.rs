//! When more arrive than can be handled at once: whoever finds no place in time is refused before his body is read, and
//! nothing of his is stored. His program sends the same request with the same key a little later.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use metrics::counter;
use serde_json::json;
use tantu_domain::ids::{InstrumentId, Shard};
use tantu_domain::overload::Overload;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use crate::app::{Shared, is_api};
use crate::lang::lang_of;
use crate::pages;
use crate::problem::{Kind, Problem, problem_response};
use crate::render::Telling;

/// How long a request waits for a place: longer than most take, shorter than anybody minds.
const PATIENCE: Duration = Duration::from_millis(250);

/// After so many seconds it should be sent again.
const AGAIN: u32 = 2;

/// What must answer, however many arrive: by this a load balancer and staff see how it stands.
const ALWAYS: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Lets in as many as there are places for.
pub(crate) async fn let_in(State(app): State<Shared>, request: Request, next: Next) -> Response {
    if ALWAYS.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    let arrived = Instant::now();
    let place = timeout_at(arrived + PATIENCE, Arc::clone(&app.places).acquire_owned()).await;
    match place {
        // The place is given back when the answer's head is ready; a long answer's body needs none.
        Ok(Ok(_place)) => next.run(request).await,
        Ok(Err(_)) | Err(_) => refused(&app, &request, arrived.elapsed()),
    }
}

/// Places for so many requests at once.
pub(crate) fn places(most: u32) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(usize::try_from(most).unwrap_or(Semaphore::MAX_PERMITS).min(Semaphore::MAX_PERMITS)))
}

fn refused(app: &Shared, request: &Request, waited: Duration) -> Response {
    counter!("tantu_requests_crowded_out_total").increment(1);
    let lang = lang_of(request.uri(), request.headers());
    let mut response = if is_api(request.uri().path()) {
        let overload = Overload {
            at_once: app.config.most_requests,
            queue_wait_ms: u32::try_from(waited.as_millis()).unwrap_or(u32::MAX),
            retry_after_seconds: AGAIN,
        };
        let finding = overload.finding();
        // Nothing was read, so nobody knows with what he would have paid; it plays no part in what leads on.
        let nobodys = InstrumentId::new(&*app.engine.ids(), Shard::of(0));
        let telling = Telling::new(lang, app.engine.clock().now(), &[], None);
        let told = telling.tell(std::slice::from_ref(&finding), &[], Some(nobodys));
        let title = told.causes.first().map_or("", |cause| cause.title.as_str());
        let body = json!({
            "type": format!("urn:tantu:cause:{}", finding.cause.id()),
            "title": title,
            "status": StatusCode::SERVICE_UNAVAILABLE.as_u16(),
            "detail": told.causes.first().map_or("", |cause| cause.detail.as_str()),
            "causes": told.causes,
            "can_pay_with": [],
            "plan": told.plan,
        });
        problem_response(StatusCode::SERVICE_UNAVAILABLE, &body)
    } else {
        let detail = "more are asking than can be answered at once; look again in a moment";
        pages::error::page(&Problem::new(Kind::Crowded, detail), lang)
    };
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(AGAIN));
    // What it still sends would have to be read to the end; a new connection is cheaper.
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}
