//! Whether the process lives, and whether it can do its work.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use serde::Serialize;
use tantu_engine::error::EngineError;
use tantu_engine::watch::NotReady;
use tantu_store::error::Trouble;
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
    /// `store`, `clock`, `worker` or `serving`.
    id: &'static str,
    ok: bool,
    /// What is wrong, by a name that stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<&'static str>,
    /// What is wrong, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// What is wrong with a check: its name and the way out.
type Wrong = Option<(&'static str, String)>;

/// Whether the server can do its work: 200, or 503 with what is wrong.
#[utoipa::path(get, path = "/readyz", tag = "health", security(()), responses(
    (status = 200, body = ReadyBody), (status = 503, body = ReadyBody)
))]
pub(crate) async fn readyz(State(app): State<Shared>) -> Response {
    let (store, clock) = match tokio::time::timeout(PATIENCE, app.engine.database_ready()).await {
        Ok(Ok(())) => (None, None),
        Ok(Err(NotReady::Store(error))) => {
            tracing::error!(%error, "the database cannot be used");
            (Some(of_store(&error)), None)
        }
        Ok(Err(NotReady::Clock(ahead))) => (None, Some(of_clock(ahead))),
        Err(_) => (Some(of_trouble(Trouble::NoAnswer)), None),
    };
    let stopped = || ("stopped", "the background work has stopped; restart the server".to_owned());
    let draining = || ("draining", "this server is about to end; ask another".to_owned());
    let checks = vec![
        check("store", store),
        check("clock", clock),
        check("worker", (!app.engine.is_working()).then(stopped)),
        check("serving", app.engine.is_draining().then(draining)),
    ];
    let ready = checks.iter().all(|check| check.ok);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(ReadyBody { ready, checks })).into_response()
}

fn check(id: &'static str, wrong: Wrong) -> ReadyCheck {
    let (trouble, detail) = wrong.unzip();
    ReadyCheck { id, ok: trouble.is_none(), trouble, detail }
}

fn of_store(error: &EngineError) -> (&'static str, String) {
    let trouble = match error {
        EngineError::Store(error) => error.trouble(),
        _ => None,
    };
    of_trouble(trouble.unwrap_or(Trouble::Other))
}

fn of_clock(ahead: SignedDuration) -> (&'static str, String) {
    let (seconds, side) = (ahead.abs().as_secs(), if ahead.is_positive() { "ahead of" } else { "behind" });
    let detail = format!(
        "the database's clock is {seconds} s {side} this server's: one of them is wrong; expiries, days and leases go by the \
         server's, so set both by NTP"
    );
    ("clock_differs", detail)
}

/// The words that anybody may read: the database's own stay in our log.
fn of_trouble(trouble: Trouble) -> (&'static str, String) {
    let detail = match trouble {
        Trouble::Unreachable => "the database takes no calls; check that it runs, and the network between",
        Trouble::Restarting => "the database is starting or stopping; nothing is to be done unless it stays so",
        Trouble::AccessDenied => "the database does not let us in; check the user, the password and pg_hba.conf",
        Trouble::NoSuchDatabase => "there is no database of that name; check the address",
        Trouble::Tls => "the database and this server do not agree on TLS; check sslmode and sslrootcert",
        Trouble::TooManyConnections => {
            "the database takes no more connections; raise max_connections, or run fewer servers"
        }
        Trouble::Overloaded => "every connection of this server is in use; the database answers too slowly",
        Trouble::NoAnswer => "the database has not answered in time; look at its disk and its other users",
        Trouble::ReadOnly => "the database can only be read; it may be a standby: give the address of the primary",
        Trouble::Full => "the database's disk is full; make room, and payments are taken again by themselves",
        Trouble::SchemaNewer => "the database is of a later version; update this server",
        Trouble::SchemaOlder => {
            "the database has gone back to an earlier schema; run `tantu migrate`, or restart this server"
        }
        Trouble::SchemaForeign => "the database does not hold our tables any more; check the address, and restore it",
        Trouble::Migrating => "another process brings the schema up to date; nothing is to be done",
        Trouble::Other => "the database refuses to answer; our log says why",
    };
    (trouble.id(), detail.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_stands_in_the_operators_table_and_has_words() {
        let table = include_str!("../../../../docs/operations.md");
        for trouble in Trouble::ALL {
            let (id, detail) = of_trouble(trouble);
            assert!(table.contains(&format!("`{id}`")), "{id}");
            assert!(
                detail.contains("database") || detail.contains("connection") || detail.contains("schema"),
                "{detail}"
            );
        }
    }
}
