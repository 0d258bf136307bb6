//! What the channels were asked, in the order in which it arrived.

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Controlled;

/// Whoever knows the first calls asks for the rest.
#[derive(Deserialize)]
pub(crate) struct Since {
    since: Option<usize>,
}

pub(crate) async fn list(State(controlled): State<Controlled>, Query(since): Query<Since>) -> Json<Value> {
    Json(json!({ "calls": controlled.backstage.calls.since(since.since.unwrap_or(0)) }))
}
