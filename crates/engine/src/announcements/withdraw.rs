//! Withdraws an announcement. Maintenance that is not over is called off with it, or ends.

use tantu_domain::announcement::Announcement;
use tantu_domain::ids::AnnouncementId;
use tantu_domain::incident::Incident;
use tantu_domain::staff::StaffMark;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::incidents::job;

/// Withdraws an announcement. One that is withdrawn already stays as it is.
#[derive(Debug, Clone, Copy)]
pub struct WithdrawAnnouncement {
    /// Which.
    pub announcement: AnnouncementId,
    /// Who of the staff.
    pub by: StaffMark,
}

impl Command for WithdrawAnnouncement {
    type Outcome = Announcement;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.announcements.insert(self.announcement);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Announcement> {
        let missing = || Rejection::NotFound { what: "announcement", id: self.announcement.to_string() };
        let known = world.announcements.get(&self.announcement).ok_or_else(missing)?;
        if known.withdrawn.is_some() {
            return Ok((known.clone(), Vec::new()));
        }
        let withdrawn = Announcement { withdrawn: Some((tools.now, self.by)), ..known.clone() };
        let mut changes = vec![Change::PutAnnouncement(withdrawn.clone())];
        let planned = known.maintenance.map(|planned| planned.incident);
        let incident = world.incidents.iter().find(|incident| Some(incident.id) == planned);
        let ended = incident.filter(|incident| !incident.is_over(tools.now)).map(|incident| Incident {
            until: Some(tools.now),
            ended_by: Some(self.by),
            ..incident.clone()
        });
        changes.extend(ended.as_ref().map(|incident| job(incident.id, None, tools.now, tools)));
        changes.extend(ended.map(Change::PutIncident));
        Ok((withdrawn, changes))
    }
}
