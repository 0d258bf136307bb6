//! An answer whose signature is UnionPay's and that is about what we asked.

use super::fields::Fields;

/// The call has done, or taken in, what was asked.
const DONE: &str = "00";

/// The same, with a defect that a query must clear up.
const DONE_WITH_DEFECT: &str = "A6";

/// There is no such order (yet).
pub(super) const NOT_EXIST: &str = "34";

/// An answer.
#[derive(PartialEq, Eq)]
pub(super) struct Answer(Fields);

/// What an answer may be about, beside our number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// What we asked.
    Ours,
    /// Something else; the field that says so.
    Other(&'static str),
    /// It does not say; the field that is missing.
    Nothing(&'static str),
}

impl Answer {
    /// Proven fields.
    pub(super) fn of(fields: Fields) -> Self {
        Self(fields)
    }

    pub(super) fn fields(&self) -> &Fields {
        &self.0
    }

    /// What it says of the call.
    pub(super) fn code(&self) -> &str {
        self.0.get("respCode").unwrap_or_default()
    }

    /// In words.
    pub(super) fn message(&self) -> &str {
        self.0.get("respMsg").unwrap_or_default()
    }

    /// Whether the call was taken.
    pub(super) fn accepted(&self) -> bool {
        is_success(self.code())
    }

    /// Whether it is about this order of this merchant. Both sides name an order by its number and its time.
    pub(super) fn about(&self, merchant: &str, number: &str, time: &str) -> About {
        for (field, ours) in [("merId", merchant), ("orderId", number), ("txnTime", time)] {
            match self.0.get(field) {
                Some(value) if value == ours => {}
                Some(_) => return About::Other(field),
                None => return About::Nothing(field),
            }
        }
        if self.code().is_empty() { About::Nothing("respCode") } else { About::Ours }
    }
}

/// Whether a code says success, if perhaps with a defect.
pub(super) fn is_success(code: &str) -> bool {
    [DONE, DONE_WITH_DEFECT].contains(&code)
}

/// Whether a code says success without a defect.
pub(super) fn is_plain_success(code: &str) -> bool {
    code == DONE
}

/// Whether a code says that it is being worked on, which is no fault.
pub(super) fn is_working(code: &str) -> bool {
    // Taken in, ask later; waiting for the holder; the issuer is at it.
    ["05", "70", "83"].contains(&code)
}
