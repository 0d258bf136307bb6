//! Ends incidents: a certain one by staff, or all of a channel's breaker once the channel answers again.

use tantu_domain::ids::IncidentId;
use tantu_domain::incident::{Incident, IncidentScope, IncidentSource};
use tantu_domain::staff::StaffMark;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::incidents::job;

/// Which incidents end.
#[derive(Debug, Clone, Copy)]
pub enum EndIncident {
    /// This one, whoever began it, by the word of one of the staff.
    One(IncidentId, StaffMark),
    /// What the breaker of this scope began.
    Breaker(IncidentScope),
}

impl Command for EndIncident {
    /// Those that ended.
    type Outcome = Vec<Incident>;

    fn keys(&self) -> Keys {
        Keys::default()
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Vec<Incident>> {
        let meant = |incident: &&Incident| match self {
            Self::One(id, _) => incident.id == *id,
            Self::Breaker(scope) => incident.scope == *scope && incident.source == IncidentSource::Breaker,
        };
        let standing = world.incidents.iter().filter(|incident| incident.stands(tools.now)).filter(meant);
        let ended_by = match self {
            Self::One(_, by) => Some(*by),
            Self::Breaker(_) => None,
        };
        let ended: Vec<Incident> =
            standing.map(|incident| Incident { until: Some(tools.now), ended_by, ..incident.clone() }).collect();
        match self {
            Self::One(id, _) if ended.is_empty() => {
                Err(Rejection::NotFound { what: "standing incident", id: id.to_string() })
            }
            Self::One(..) | Self::Breaker(_) => {
                let telling = ended.iter().map(|incident| job(incident.id, None, tools.now, tools));
                let changes = ended.iter().cloned().map(Change::PutIncident).chain(telling).collect();
                Ok((ended, changes))
            }
        }
    }
}
