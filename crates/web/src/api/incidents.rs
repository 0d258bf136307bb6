//! Incidents: begun, listed, shown with what they hit, ended.

pub(crate) mod begin;
pub(crate) mod end;
pub(crate) mod list;
pub(crate) mod show;

use serde::Serialize;
use tantu_domain::incident::Incident;
use utoipa::ToSchema;

use crate::json::time;

/// A known fault.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IncidentBody {
    /// Its id.
    id: String,
    /// platform, or a channel's id.
    scope: &'static str,
    /// staff, breaker, or maintenance that was planned.
    source: &'static str,
    /// What was seen last: a channel's code, or a word of staff.
    code: String,
    /// Since when.
    since: String,
    /// When we expect it to end, if we do.
    expected_end: Option<String>,
    /// When it ended.
    until: Option<String>,
}

fn incident_body(incident: &Incident) -> IncidentBody {
    IncidentBody {
        id: incident.id.to_string(),
        scope: incident.scope.id(),
        source: incident.source.id(),
        code: incident.code.clone(),
        since: time(incident.since),
        expected_end: incident.expected_end.map(time),
        until: incident.until.map(time),
    }
}
