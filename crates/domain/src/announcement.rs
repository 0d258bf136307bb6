//! What staff tell everybody ahead of time or beside an incident: a notice, or maintenance that is planned.

use jiff::Timestamp;

use crate::ids::{AnnouncementId, IncidentId};
use crate::incident::IncidentScope;
use crate::staff::StaffMark;

/// A text that staff have written in every language that we speak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trilingual {
    /// Simplified Chinese.
    pub zh_hans: String,
    /// Traditional Chinese.
    pub zh_hant: String,
    /// English.
    pub en: String,
}

/// Maintenance that is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Maintenance {
    /// The incident that its window is.
    pub incident: IncidentId,
    /// What cannot be used meanwhile.
    pub scope: IncidentScope,
    /// When it begins.
    pub from: Timestamp,
    /// When it ends.
    pub to: Timestamp,
}

/// Something that staff tell everybody. Its words never change: what is wrong is withdrawn, and written anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// Its id.
    pub id: AnnouncementId,
    /// Of maintenance, what is planned; `None` for a notice.
    pub maintenance: Option<Maintenance>,
    /// One line.
    pub title: Trilingual,
    /// Plain text; an empty line parts paragraphs.
    pub text: Trilingual,
    /// When it was published.
    pub published_at: Timestamp,
    /// By whom.
    pub published_by: StaffMark,
    /// When it was withdrawn, and by whom.
    pub withdrawn: Option<(Timestamp, StaffMark)>,
}

impl Announcement {
    /// The name of its kind.
    pub fn kind(&self) -> &'static str {
        if self.maintenance.is_some() { "planned_maintenance" } else { "notice" }
    }

    /// When something about it changed last.
    pub fn changed_at(&self) -> Timestamp {
        self.withdrawn.map_or(self.published_at, |(at, _)| at)
    }
}
