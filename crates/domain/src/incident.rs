//! A known fault of a channel or of ourselves, with a beginning and an end.

use jiff::Timestamp;

use crate::channel::Channel;
use crate::ids::IncidentId;

/// Whose fault it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IncidentScope {
    /// Ours: nothing can be paid.
    Platform,
    /// A channel's: its instruments cannot be charged.
    Channel(Channel),
}

impl IncidentScope {
    /// The name that the API and the store use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Channel(channel) => channel.id(),
        }
    }

    /// The scope of a name.
    pub fn parse(id: &str) -> Option<Self> {
        if id == "platform" { Some(Self::Platform) } else { Channel::parse(id).map(Self::Channel) }
    }
}

/// Who noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IncidentSource {
    /// A person of our staff.
    Staff,
    /// The channel's breaker, on evidence.
    Breaker,
}

impl IncidentSource {
    /// The name that the API and the store use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Breaker => "breaker",
        }
    }

    /// The source of a name.
    pub fn parse(id: &str) -> Option<Self> {
        [Self::Staff, Self::Breaker].into_iter().find(|source| source.id() == id)
    }
}

/// A fault. While `until` is open or ahead, it blocks what its scope says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Its id.
    pub id: IncidentId,
    /// Whose.
    pub scope: IncidentScope,
    /// Who noticed.
    pub source: IncidentSource,
    /// What was seen last: a channel's code, or a word of staff.
    pub code: String,
    /// When it began.
    pub since: Timestamp,
    /// When we expect it to end, if we do.
    pub expected_end: Option<Timestamp>,
    /// When it ended.
    pub until: Option<Timestamp>,
}

impl Incident {
    /// Whether it blocks at `now`.
    pub fn stands(&self, now: Timestamp) -> bool {
        self.since <= now && self.until.is_none_or(|until| now < until)
    }
}
