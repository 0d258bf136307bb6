//! A known fault of a channel or of ourselves, with a beginning and an end.

use jiff::Timestamp;

use crate::channel::Channel;
use crate::ids::IncidentId;
use crate::staff::StaffMark;

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
    /// Our staff, ahead of it: it begins and ends by its announced window.
    Maintenance,
}

impl IncidentSource {
    /// The name that the API and the store use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Breaker => "breaker",
            Self::Maintenance => "maintenance",
        }
    }

    /// The source of a name.
    pub fn parse(id: &str) -> Option<Self> {
        [Self::Staff, Self::Breaker, Self::Maintenance].into_iter().find(|source| source.id() == id)
    }
}

/// A fault, or work that is planned. From its beginning to its end it blocks what its scope says.
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
    /// When it ended; of maintenance, when it was ended before its time or was found to be over.
    pub until: Option<Timestamp>,
    /// Who of the staff began it, if it was staff.
    pub begun_by: Option<StaffMark>,
    /// Who of the staff ended it, if it was staff.
    pub ended_by: Option<StaffMark>,
}

impl Incident {
    /// When it ends or has ended, as far as that is fixed: maintenance ends by itself at the end of its window, and of a fault
    /// only its end is one.
    pub fn end(&self) -> Option<Timestamp> {
        let planned = match self.source {
            IncidentSource::Maintenance => self.expected_end,
            IncidentSource::Staff | IncidentSource::Breaker => None,
        };
        self.until.or(planned)
    }

    /// Whether it blocks at `now`.
    pub fn stands(&self, now: Timestamp) -> bool {
        self.since <= now && self.end().is_none_or(|end| now < end)
    }

    /// Whether it is planned, and its window has not begun at `now`.
    pub fn is_ahead(&self, now: Timestamp) -> bool {
        now < self.since && self.happens()
    }

    /// Whether it has ended at `now`.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.end().is_some_and(|end| end <= now)
    }

    /// Whether there is any time in which it blocks: what was called off before it began has none.
    pub fn happens(&self) -> bool {
        self.end().is_none_or(|end| self.since < end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn of(source: IncidentSource, until: Option<i64>) -> Incident {
        Incident {
            id: "inc_00000000000000000000000000".parse().unwrap(),
            scope: IncidentScope::Platform,
            source,
            code: "x".into(),
            since: at(100),
            expected_end: Some(at(200)),
            until: until.map(at),
            begun_by: None,
            ended_by: None,
        }
    }

    #[test]
    fn maintenance_ends_by_its_window_and_a_fault_does_not() {
        // (source, until) → the seconds at which it stands
        let table = [
            (IncidentSource::Staff, None, vec![100, 199, 200, 900]),
            (IncidentSource::Breaker, Some(150), vec![100]),
            (IncidentSource::Maintenance, None, vec![100, 199]),
            (IncidentSource::Maintenance, Some(150), vec![100]),
            (IncidentSource::Maintenance, Some(50), vec![]),
        ];
        for (source, until, expected) in table {
            let incident = of(source, until);
            let stands: Vec<i64> =
                [99, 100, 199, 200, 900].into_iter().filter(|second| incident.stands(at(*second))).collect();
            assert_eq!(stands, expected, "{source:?} {until:?}");
            assert_eq!(incident.is_ahead(at(99)), until != Some(50), "{source:?} {until:?}");
        }
        assert!(!of(IncidentSource::Maintenance, Some(50)).happens(), "it was called off");
        assert!(
            of(IncidentSource::Maintenance, None).is_over(at(200)) && !of(IncidentSource::Staff, None).is_over(at(200))
        );
    }
}
