//! Publishes an announcement. Maintenance is an incident with its end from the beginning, so nothing has to begin it when its time has come.

use jiff::Timestamp;
use tantu_domain::announcement::{Announcement, Maintenance, Trilingual};
use tantu_domain::ids::{AnnouncementId, IncidentId, Shard};
use tantu_domain::incident::{Incident, IncidentScope, IncidentSource};
use tantu_domain::staff::StaffMark;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::incidents::{job, look_at};

/// What an incident that is planned says of itself.
const CODE: &str = "planned_maintenance";

/// When planned maintenance is, and what it concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// What cannot be used meanwhile.
    pub scope: IncidentScope,
    /// When it begins.
    pub from: Timestamp,
    /// When it ends.
    pub to: Timestamp,
}

/// Publishes an announcement.
#[derive(Debug, Clone)]
pub struct PublishAnnouncement {
    /// One line, in every language.
    pub title: Trilingual,
    /// The rest, in every language.
    pub text: Trilingual,
    /// Of maintenance, when it is; `None` for a notice.
    pub window: Option<Window>,
    /// Who of the staff.
    pub by: StaffMark,
}

impl Command for PublishAnnouncement {
    type Outcome = Announcement;

    fn keys(&self) -> Keys {
        Keys::default()
    }

    fn decide(&self, _: &World, tools: &Tools<'_>) -> Decision<Announcement> {
        if self.window.is_some_and(|window| window.to <= window.from || window.to <= tools.now) {
            return Err(Rejection::State("the maintenance must end after it begins, and after now".into()));
        }
        // What is everybody's lives on shard 0.
        let shard = Shard::of(0);
        let incident = self.window.map(|window| Incident {
            id: IncidentId::new(tools.ids, shard),
            scope: window.scope,
            source: IncidentSource::Maintenance,
            code: CODE.to_owned(),
            since: window.from,
            expected_end: Some(window.to),
            until: None,
            begun_by: Some(self.by),
            ended_by: None,
        });
        let planned = self.window.zip(incident.as_ref()).map(|(window, incident)| Maintenance {
            incident: incident.id,
            scope: window.scope,
            from: window.from,
            to: window.to,
        });
        let announcement = Announcement {
            id: AnnouncementId::new(tools.ids, shard),
            maintenance: planned,
            title: self.title.clone(),
            text: self.text.clone(),
            published_at: tools.now,
            published_by: self.by,
            withdrawn: None,
        };
        let mut changes = vec![Change::PutAnnouncement(announcement.clone())];
        // When it is over, whom it hit is told.
        changes.extend(incident.as_ref().map(|incident| job(incident.id, None, look_at(incident, tools.now), tools)));
        changes.extend(incident.map(Change::PutIncident));
        Ok((announcement, changes))
    }
}
