//! Whether the process lives, and whether it can do its work.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::Shared;

/// The longest that the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// That the process lives.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HealthBody {
    status: &'static str,
}

/// Whether the process lives.
#[utoipa::path(get, path = "/healthz", tag = "health", security(()), responses((status = 200, body = HealthBody)))]
pub(crate) async fn healthz() -> Json<HealthBody> {
    Json(HealthBody { status: "ok" })
}

/// Whether the server can do its work.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadyBody {
    ready: bool,
    checks: Vec<ReadyCheck>,
}

/// One thing that the work needs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadyCheck {
    id: &'static str,
    ok: bool,
    /// What is wrong, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'static str>,
}

/// Whether the server can do its work: 200, or 503 with what is wrong.
#[utoipa::path(get, path = "/readyz", tag = "health", security(()), responses(
    (status = 200, body = ReadyBody), (status = 503, body = ReadyBody)
))]
pub(crate) async fn readyz(State(app): State<Shared>) -> Response {
    let ping = tokio::time::timeout(PATIENCE, app.engine.read(|store| store.ping())).await;
    let store = match ping {
        Ok(Ok(())) => None,
        Ok(Err(error)) => {
            tracing::error!(%error, "the database does not answer");
            Some("the database refuses to answer; our log says why")
        }
        Err(_) => Some("the database has not answered within two seconds; look at its disk and its other users"),
    };
    let worker = (!app.engine.is_working()).then_some("the background work has stopped; restart the server");
    let check = |id, detail: Option<&'static str>| ReadyCheck { id, ok: detail.is_none(), detail };
    let checks = vec![check("store", store), check("worker", worker)];
    let ready = checks.iter().all(|check| check.ok);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(ReadyBody { ready, checks })).into_response()
}
