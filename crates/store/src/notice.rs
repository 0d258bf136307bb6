//! What payers are told: of their bills, and that an incident is over which hit their orders. Each thing is told once.

use jiff::Timestamp;
use tantu_domain::ids::{AccountId, IncidentId};
use tantu_paylater::reminder::{Notice, Subject};

/// By which road a payer was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Road {
    /// By a text message.
    Sms,
    /// On his page alone: he has no phone, or this server sends no messages.
    Page,
}

impl Road {
    /// The name that the store and the API use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Page => "page",
        }
    }

    /// The road of a name.
    pub fn parse(id: &str) -> Option<Self> {
        [Self::Sms, Self::Page].into_iter().find(|road| road.id() == id)
    }
}

/// What a payer is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// One thing about a bill.
    Bill(Notice),
    /// That an incident is over.
    Over {
        /// Which.
        incident: IncidentId,
        /// How many of the orders that it hit were still open.
        orders: u32,
    },
}

impl About {
    /// The notice of a bill, if it is one.
    pub fn bill(&self) -> Option<&Notice> {
        match self {
            Self::Bill(notice) => Some(notice),
            Self::Over { .. } => None,
        }
    }
}

/// Something that a payer is told. There is one for each thing, which its key names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRow {
    /// What of.
    pub about: About,
    /// Who is told.
    pub account: AccountId,
    /// Since when there is something to tell.
    pub at: Timestamp,
    /// When he was told, and by which road.
    pub told: Option<(Timestamp, Road)>,
}

impl NoticeRow {
    /// What it is about and whose, once; it also names its message, so that a second one is never sent.
    pub fn key(&self) -> String {
        match self.about {
            About::Bill(notice) => notice.to_string(),
            About::Over { incident, .. } => key_of_over(incident, self.account),
        }
    }
}

/// The key of the notice to an account that an incident is over.
pub fn key_of_over(incident: IncidentId, account: AccountId) -> String {
    format!("{incident}_{account}")
}

/// The name of a subject, and its figure: days ahead, the attempt, weeks overdue, or orders that are open.
pub(crate) fn subject_cells(about: About) -> (&'static str, i64) {
    match about {
        About::Bill(Notice { subject: Subject::Ahead(days), .. }) => ("ahead", i64::from(days)),
        About::Bill(Notice { subject: Subject::Due, .. }) => ("due", 0),
        About::Bill(Notice { subject: Subject::Refused(number), .. }) => ("refused", i64::from(number)),
        About::Bill(Notice { subject: Subject::Overdue(weeks), .. }) => ("overdue", i64::from(weeks)),
        About::Over { orders, .. } => (OVER, i64::from(orders)),
    }
}

/// The subject of a notice that an incident is over.
pub(crate) const OVER: &str = "over";

/// The subject of these cells, if they are of a bill.
pub(crate) fn subject_of(name: &str, figure: i64) -> Option<Subject> {
    match name {
        "ahead" => i32::try_from(figure).ok().map(Subject::Ahead),
        "due" => Some(Subject::Due),
        "refused" => u32::try_from(figure).ok().map(Subject::Refused),
        "overdue" => i32::try_from(figure).ok().map(Subject::Overdue),
        _ => None,
    }
}
