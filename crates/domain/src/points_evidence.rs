//! The facts about points that prove a cause. They are always of the platform's own books.

use jiff::Timestamp;

use crate::cause::Cause;
use crate::evidence::{Evidence, Field, Value};
use crate::evidence_fields::{counts, fields, text};
use crate::ids::{CaseId, LotId};
use crate::money::Money;

/// The typed proof of a cause that lies with points.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are named as the API shows them; causes.rs says what they prove")]
pub enum PointsEvidence {
    /// Fewer good points than are asked for.
    Insufficient { points: i64, requested: i64 },
    /// There would be enough, but for those from a seller who is not official: the fullest lot of them.
    Unofficial { lot: LotId, case: CaseId, since: Timestamp, points: i64, requested: i64 },
    /// Points pay a part, and what was chosen for the rest does not pay: its own cause stands beside.
    Remainder { remainder: Money, cause: Cause },
}

impl PointsEvidence {
    /// The cause that it proves.
    pub(crate) fn cause(&self) -> Cause {
        match self {
            Self::Insufficient { .. } => Cause::PointsInsufficient,
            Self::Unofficial { .. } => Cause::PointsUnofficialChannel,
            Self::Remainder { .. } => Cause::PointsRemainderMethod,
        }
    }

    pub(crate) fn facts(&self) -> Vec<Field> {
        match self {
            Self::Insufficient { points, requested } => counts([("points", *points), ("requested", *requested)]),
            Self::Unofficial { lot, case, since, points, requested } => fields([
                ("lot", text(lot)),
                ("case", text(case)),
                ("since", Value::Time(*since)),
                ("points", Value::Count(*points)),
                ("requested", Value::Count(*requested)),
            ]),
            Self::Remainder { remainder, cause } => {
                fields([("remainder", Value::Money(*remainder)), ("cause", text(cause.id()))])
            }
        }
    }
}

impl From<PointsEvidence> for Evidence {
    fn from(evidence: PointsEvidence) -> Self {
        Self::Points(evidence)
    }
}
