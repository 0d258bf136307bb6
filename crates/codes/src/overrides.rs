//! The operator's own rows: a channel changes what a code means faster than we release.

use std::fmt;

use tantu_domain::cause::Cause;
use tantu_domain::evidence::Confidence;

use crate::table::{cause, leaked};
use crate::{CodeResult, Meaning};

/// One row that the operator changes or adds; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Override {
    /// Whose code, as in [`Meaning::channel`].
    pub channel: String,
    /// The family, exactly as in [`Meaning::family`].
    pub family: String,
    /// The code; either spelling finds the row.
    pub code: String,
    /// A [`CodeResult::id`]; needed for a row that is new.
    pub result: Option<String>,
    /// Whether the same order may be sent again; a new row says no unless this says yes.
    pub resend: Option<bool>,
    /// `cause:confidence`, such as `limit.daily:likely`.
    pub causes: Option<Vec<String>>,
    /// Why, and who says so; shown with the row.
    pub note: String,
}

/// Why an [`Override`] was not taken. Nothing of the list is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OverrideError {
    /// No table is of this channel.
    UnknownChannel(String),
    /// No family or no code is named; the channel's name.
    Unnamed(String),
    /// No such result; the row and the word.
    UnknownResult(String, String),
    /// No such cause or confidence; the row and the word.
    UnknownCause(String, String),
    /// A row that is new must say its result.
    NoResult(String),
    /// The list has this row twice.
    Twice(String),
}

impl fmt::Display for OverrideError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownChannel(channel) => write!(f, "{channel:?} has no table of codes"),
            Self::Unnamed(channel) => write!(f, "a row of {channel} names no family or no code"),
            Self::UnknownResult(row, word) => {
                write!(f, "{row}: {word:?} is no result; say succeeded, accepted, declined or undecided")
            }
            Self::UnknownCause(row, word) => {
                write!(f, "{row}: {word:?} is no cause; say it as in limit.daily:likely (certain, likely, possible)")
            }
            Self::NoResult(row) => write!(f, "{row} is new, so it must say its result"),
            Self::Twice(row) => write!(f, "{row} is overridden twice"),
        }
    }
}

impl std::error::Error for OverrideError {}

/// What an override says, read and checked.
pub(crate) struct Said {
    result: Option<CodeResult>,
    resend: Option<bool>,
    causes: Option<Vec<(Cause, Confidence)>>,
    note: &'static str,
}

impl Override {
    /// The row's name in an error.
    pub(crate) fn row(&self) -> String {
        format!("{} {} {}", self.channel, self.family, self.code)
    }

    pub(crate) fn said(&self) -> Result<Said, OverrideError> {
        if self.family.trim().is_empty() || self.code.trim().is_empty() {
            return Err(OverrideError::Unnamed(self.channel.clone()));
        }
        let result = |word: &String| {
            CodeResult::parse(word).ok_or_else(|| OverrideError::UnknownResult(self.row(), word.clone()))
        };
        let named = |word: &String| cause(word).ok_or_else(|| OverrideError::UnknownCause(self.row(), word.clone()));
        let causes = self.causes.as_ref().map(|words| words.iter().map(named).collect::<Result<Vec<_>, _>>());
        let mut causes = causes.transpose()?;
        if let Some(causes) = &mut causes {
            causes.sort_by_key(|(cause, confidence)| (*confidence, *cause));
            causes.dedup();
        }
        Ok(Said {
            result: self.result.as_ref().map(result).transpose()?,
            resend: self.resend,
            causes,
            note: leaked(&self.note),
        })
    }
}

impl Said {
    /// Changes a row that stands.
    pub(crate) fn change(&self, row: &mut Meaning) {
        if let Some(result) = self.result {
            row.result = result;
        }
        if let Some(resend) = self.resend {
            row.resend_same_order = resend;
        }
        if let Some(causes) = &self.causes {
            row.causes.clone_from(causes);
        }
        row.overridden = true;
        row.note = self.note;
    }

    /// A row that no table has.
    pub(crate) fn add(self, of: &Override, channel: &'static str) -> Result<Meaning, OverrideError> {
        Ok(Meaning {
            channel,
            family: leaked(&of.family),
            code: leaked(&of.code),
            when: "",
            message: "",
            result: self.result.ok_or_else(|| OverrideError::NoResult(of.row()))?,
            resend_same_order: self.resend.unwrap_or(false),
            causes: self.causes.unwrap_or_default(),
            fix: None,
            overridden: true,
            note: self.note,
        })
    }
}
