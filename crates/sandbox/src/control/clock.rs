//! The business clock: agreements end and trades expire by it.

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Controlled;
use super::body::{Body, Problem};
use crate::clock::{Clock, ClockRefusal};

/// A reader who waits longer asks again.
const LONGEST_WAIT_MS: u64 = 60_000;

/// With `wait_version` the answer comes when the version is another, or after `timeout_ms`.
#[derive(Deserialize)]
pub(crate) struct Wait {
    wait_version: Option<u64>,
    timeout_ms: Option<u64>,
}

pub(crate) async fn show(State(controlled): State<Controlled>, Query(wait): Query<Wait>) -> Json<Value> {
    if let Some(version) = wait.wait_version {
        let patience = wait.timeout_ms.unwrap_or(30_000).min(LONGEST_WAIT_MS);
        controlled.backstage.clock.changed_since(version, Duration::from_millis(patience)).await;
    }
    Json(reading(&controlled.backstage.clock))
}

pub(crate) async fn advance(State(controlled): State<Controlled>, bytes: Bytes) -> Result<Json<Value>, Problem> {
    let body = Body::read(&bytes, &["advance_seconds", "set"])?;
    let moved = match (body.has("advance_seconds"), body.text("set")?) {
        (true, None) => {
            let seconds = body.count("advance_seconds").map_err(|_| {
                Problem::field(
                    "advance_seconds",
                    "has to be a whole number, nought or more: the clock only goes forward",
                )
            })?;
            let seconds = seconds.ok_or_else(|| Problem::field("advance_seconds", "has to be a whole number"))?;
            controlled.backstage.clock.advance(seconds).map_err(|refusal| refused("advance_seconds", refusal))
        }
        (false, Some(text)) => {
            let wanted = "has to be a time as in RFC 3339, for example 2026-12-01T08:00:00+08:00";
            let moment: Timestamp = text.parse().map_err(|_| Problem::field("set", wanted))?;
            controlled.backstage.clock.set(moment).map_err(|refusal| refused("set", refusal))
        }
        (true, Some(_)) => Err(Problem::field("set", "cannot be together with advance_seconds: send one of them")),
        (false, None) => {
            Err(Problem::field("advance_seconds", "is required, or set").allowing(["advance_seconds", "set"]))
        }
    };
    moved?;
    Ok(Json(reading(&controlled.backstage.clock)))
}

fn refused(field: &str, refusal: ClockRefusal) -> Problem {
    match refusal {
        ClockRefusal::Backwards => {
            let error = "lies before the present business time: the clock only goes forward; GET /clock shows it, and a \
                         fresh sandbox starts at real time";
            Problem::field(field, error)
        }
        ClockRefusal::TooFar => Problem::field(field, "lies too far ahead: the year has to stay below 9998"),
    }
}

fn reading(clock: &Clock) -> Value {
    let reading = clock.reading();
    json!({
        "now": clock.business_now().to_string(),
        "offset_seconds": reading.offset.as_secs(),
        "version": reading.version,
    })
}
