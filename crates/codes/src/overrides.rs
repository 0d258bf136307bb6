//! The operator's own rows: a channel changes what a code means faster than we release.

use std::fmt;

use tantu_domain::cause::Cause;
use tantu_domain::evidence::Confidence;

use crate::table::leaked;
use crate::{CodeResult, Fix, Meaning};

/// One row that the operator changes or adds; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Override {
    /// Whose code, as in [`Meaning::channel`].
    pub channel: String,
    /// The family, exactly as in [`Meaning::family`].
    pub family: String,
    /// The code; either spelling finds the row.
    pub code: String,
    /// What it says of the call; needed for a code that is new to the call. If it is not the published one, the
    /// published fix does not stay either.
    pub result: Option<CodeResult>,
    /// Whether the same order may be sent again; a code that is new says no unless this says yes.
    pub resend: Option<bool>,
    /// What it speaks for instead; none of them if the list is empty.
    pub causes: Option<Vec<(Cause, Confidence)>>,
    /// Why, and who says so; shown with the row.
    pub note: String,
}

/// Why an [`Override`] was not taken. Nothing of the list is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OverrideError {
    /// No table is of this channel.
    UnknownChannel(String),
    /// No family is named; the channel.
    NoFamily(String),
    /// No code is named; the channel.
    NoCode(String),
    /// Nobody would know why the row is not as it was published.
    NoNote(String),
    /// The row would be shown as overridden, and be as it was.
    NoChange(String),
    /// A code that is new must say its result.
    NoResult(String),
    /// The row names this cause twice.
    CauseTwice(String, Cause),
    /// What is certain leaves room for no other cause.
    NotAlone(String),
    /// The list has this row twice.
    Twice(String),
}

impl fmt::Display for OverrideError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownChannel(channel) => write!(f, "{channel:?} has no table of codes"),
            Self::NoFamily(channel) => write!(f, "a row of {channel} names no family"),
            Self::NoCode(channel) => write!(f, "a row of {channel} names no code"),
            Self::NoNote(row) => write!(f, "{row} does not say why"),
            Self::NoChange(row) => write!(f, "{row} changes nothing"),
            Self::NoResult(row) => write!(f, "{row} is new to that call, so it must say its result"),
            Self::CauseTwice(row, cause) => write!(f, "{row} names {} twice", cause.id()),
            Self::NotAlone(row) => write!(f, "{row} is certain of one cause and names others"),
            Self::Twice(row) => write!(f, "{row} is overridden twice"),
        }
    }
}

impl std::error::Error for OverrideError {}

impl Override {
    /// The row's name in an error.
    pub(crate) fn row(&self) -> String {
        format!("{} {} {}", self.channel, self.family, self.code)
    }

    /// Whether it says something, and what the published rows say, too: each cause once, a certain one alone.
    pub(crate) fn check(&self) -> Result<(), OverrideError> {
        if self.family.is_empty() {
            return Err(OverrideError::NoFamily(self.channel.clone()));
        }
        if self.code.is_empty() {
            return Err(OverrideError::NoCode(self.channel.clone()));
        }
        if self.note.is_empty() {
            return Err(OverrideError::NoNote(self.row()));
        }
        let causes = self.causes.as_deref().unwrap_or_default();
        for (index, (cause, _)) in causes.iter().enumerate() {
            if causes[..index].iter().any(|(before, _)| before == cause) {
                return Err(OverrideError::CauseTwice(self.row(), *cause));
            }
        }
        let certain = causes.iter().any(|(_, confidence)| *confidence == Confidence::Certain);
        if certain && causes.len() > 1 {
            return Err(OverrideError::NotAlone(self.row()));
        }
        Ok(())
    }

    /// Changes the rows that stand: several where the message tells them apart.
    pub(crate) fn change<'m>(&self, rows: impl Iterator<Item = &'m mut Meaning>) -> Result<(), OverrideError> {
        if self.result.is_none() && self.resend.is_none() && self.causes.is_none() {
            return Err(OverrideError::NoChange(self.row()));
        }
        let (causes, note) = (self.causes(), leaked(&self.note));
        for row in rows {
            if let Some(result) = self.result.filter(|result| *result != row.result) {
                row.result = result;
                // What to do about a refusal may charge twice where nothing is certain any more, and the reverse
                // would keep somebody asking: the fix belongs to the result that was published.
                row.fix = (result == CodeResult::Undecided).then_some(Fix::QueryFirst);
            }
            row.resend_same_order = self.resend.unwrap_or(row.resend_same_order);
            if let Some(causes) = &causes {
                row.causes.clone_from(causes);
            }
            (row.overridden, row.note) = (true, note);
        }
        Ok(())
    }

    /// A row that its family lacks. What it does not say is as in the row that was found for its call until now:
    /// that of the more general family, or the gateway's.
    pub(crate) fn add(&self, channel: &'static str, like: Option<&Meaning>) -> Result<Meaning, OverrideError> {
        let known = like.map(|like| like.result).or(self.result);
        let mut row = Meaning {
            channel,
            family: leaked(&self.family),
            code: leaked(&self.code),
            when: "",
            message: like.map_or("", |like| like.message),
            result: known.ok_or_else(|| OverrideError::NoResult(self.row()))?,
            resend_same_order: like.is_some_and(|like| like.resend_same_order),
            causes: like.map(|like| like.causes.clone()).unwrap_or_default(),
            fix: like.and_then(|like| like.fix),
            overridden: false,
            note: "",
        };
        self.change(std::iter::once(&mut row))?;
        Ok(row)
    }

    /// The causes in the order in which they are named.
    fn causes(&self) -> Option<Vec<(Cause, Confidence)>> {
        let mut causes = self.causes.clone()?;
        causes.sort_by_key(|(cause, confidence)| (*confidence, *cause));
        Some(causes)
    }
}
