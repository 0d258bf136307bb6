//! Begins an incident: by staff, or by a channel's breaker on evidence.

use jiff::Timestamp;
use tantu_domain::ids::{IncidentId, Shard};
use tantu_domain::incident::{Incident, IncidentScope, IncidentSource};
use tantu_domain::staff::StaffMark;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::incidents::{job, look_at};

/// Begins an incident. One of the same scope and source that stands already is kept as it is.
#[derive(Debug, Clone)]
pub struct BeginIncident {
    /// Whose fault.
    pub scope: IncidentScope,
    /// Who noticed.
    pub source: IncidentSource,
    /// A channel's code, or a word of staff.
    pub code: String,
    /// Since when; `None` for now.
    pub since: Option<Timestamp>,
    /// When we expect it to end.
    pub expected_end: Option<Timestamp>,
    /// Who of the staff, if it was staff.
    pub by: Option<StaffMark>,
}

impl Command for BeginIncident {
    type Outcome = Incident;

    fn keys(&self) -> Keys {
        Keys::default()
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Incident> {
        let same = |incident: &&Incident| {
            incident.scope == self.scope && incident.source == self.source && incident.stands(tools.now)
        };
        if let Some(standing) = world.incidents.iter().find(same) {
            return Ok((standing.clone(), Vec::new()));
        }
        let incident = Incident {
            // Incidents are everybody's: they live on shard 0.
            id: IncidentId::new(tools.ids, Shard::of(0)),
            scope: self.scope,
            source: self.source,
            code: self.code.clone(),
            since: self.since.unwrap_or(tools.now).min(tools.now),
            expected_end: self.expected_end,
            until: None,
            begun_by: self.by,
            ended_by: None,
        };
        let looking = job(incident.id, None, look_at(&incident, tools.now), tools);
        Ok((incident.clone(), vec![Change::PutIncident(incident), looking]))
    }
}
