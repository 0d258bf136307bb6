//! What the server counts of itself, in Prometheus' text form. The names stay.
//!
//! No key is needed from this machine itself, as a collector beside the server has none; from anywhere else a
//! staff key is. Nothing here names a payer, a merchant or a payment.

use std::sync::OnceLock;

use axum::extract::State;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::answer::ProblemBody;
use crate::app::Shared;
use crate::problem::{Kind, Problem};

/// One collector for the process, as the counters are the process's.
static COLLECTOR: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// A lane takes 512 commands at the most.
const COMMANDS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

/// From a commit into memory to a disk that makes everybody wait.
const SECONDS: &[f64] = &[0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];

/// Begins to collect, if nobody in this process does yet.
pub(crate) fn collect() {
    COLLECTOR.get_or_init(|| {
        let built = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Full("tantu_batch_commands".into()), COMMANDS)
            .and_then(|builder| builder.set_buckets_for_metric(Matcher::Full("tantu_commit_seconds".into()), SECONDS))
            .and_then(PrometheusBuilder::install_recorder);
        match built {
            Ok(handle) => {
                describe();
                Some(handle)
            }
            Err(error) => {
                tracing::error!(%error, "nothing is counted; /metrics answers 503");
                None
            }
        }
    });
}

fn describe() {
    describe_counter!("tantu_payments_total", "Payments that came into a state, by that outcome");
    describe_counter!("tantu_refusals_total", "Refusals, by their first cause");
    describe_counter!("tantu_commands_committed_total", "Commands in batches that are durable");
    describe_counter!("tantu_batches_total", "Batches that are durable");
    describe_histogram!("tantu_batch_commands", "Commands in a batch");
    describe_histogram!("tantu_commit_seconds", Unit::Seconds, "How long the durable commit of a batch took");
    describe_gauge!("tantu_queue_commands", "Commands that wait for the lane");
    describe_counter!("tantu_jobs_taken_total", "Jobs taken: fresh from our own commit, or found due");
    describe_gauge!("tantu_jobs_running", "Jobs that this process has leased and runs");
    describe_gauge!("tantu_jobs_late_seconds", Unit::Seconds, "By how much the first due job is late");
    describe_counter!("tantu_folds_total", "Folds that have come into a merchant's own account");
    describe_gauge!("tantu_unfolded_accounts", "Clearing accounts with something in them, as the last sweep came by");
    describe_gauge!(
        "tantu_unfolded_seconds",
        Unit::Seconds,
        "How long ago the one of them was folded that waits longest"
    );
    describe_counter!("tantu_channel_calls_total", "Calls to channels, by verb and by what came back");
    describe_gauge!("tantu_breaker_open", "1 while nothing is sent to the channel");
    describe_counter!("tantu_unrecognised_codes_total", "Codes that stand in no table; each is treated as undecided");
    describe_counter!(
        "tantu_requests_crowded_out_total",
        "Requests for which there was no place: refused before their body was read"
    );
    describe_counter!("tantu_http_requests_total", "Answers, by method, route and status");
    describe_gauge!("tantu_event_streams", "Callers who watch a payment");
}

/// Counts an answer.
pub(crate) fn answered(method: &Method, route: String, status: StatusCode) {
    let known = [Method::GET, Method::POST, Method::HEAD, Method::OPTIONS, Method::PUT, Method::PATCH, Method::DELETE];
    let method = known.iter().find(|known| *known == method).map_or("other", Method::as_str).to_owned();
    let status = status.as_u16().to_string();
    counter!("tantu_http_requests_total", "method" => method, "route" => route, "status" => status).increment(1);
}

/// Shows what the server counts of itself.
///
/// Without a key from this machine itself; from elsewhere, and through a proxy, with a staff key.
#[utoipa::path(
    get, path = "/metrics", tag = "health", security((), ("staff" = [])),
    responses(
        (status = 200, description = "Prometheus' text form, version 0.0.4", body = String, content_type = "text/plain"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(State(app): State<Shared>) -> Result<Response, Problem> {
    let unset = || Problem::new(Kind::NotStored, "another collector was there first; nothing is counted here");
    let handle = COLLECTOR.get().and_then(Option::as_ref).ok_or_else(unset)?;
    let vitals = app.engine.vitals().await;
    gauge!("tantu_queue_commands").set(u32::try_from(vitals.queued).unwrap_or(u32::MAX));
    let watching = crate::app::WATCHERS.saturating_sub(app.watchers.available_permits());
    gauge!("tantu_event_streams").set(u32::try_from(watching).unwrap_or(u32::MAX));
    for (channel, open) in &vitals.breakers {
        gauge!("tantu_breaker_open", "channel" => channel.id()).set(u8::from(*open));
        // A series that is there from the beginning can be watched for its first rise.
        counter!("tantu_unrecognised_codes_total", "channel" => channel.id()).increment(0);
    }
    if let Some(late) = vitals.jobs_late {
        gauge!("tantu_jobs_late_seconds").set(late.as_secs_f64());
    }
    for from_the_beginning in ["tantu_jobs_running", "tantu_unfolded_accounts", "tantu_unfolded_seconds"] {
        gauge!(from_the_beginning).increment(0);
    }
    counter!("tantu_folds_total").increment(0);
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render()).into_response())
}
