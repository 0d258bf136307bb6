//! What a device can see on its way to a Tantu server, measured from the device itself.
//!
//! Each probe is bounded in time and says only what it saw; what that means is judged in `tantu-domain`
//! (`device_report.rs`), by the same rules as a report that came in over HTTP. Nothing is sent to anybody but the
//! questions themselves, and no probe sends anything secret: an encrypted connection is watched, not trusted.

mod document;
mod examination;
mod probe;
mod route;
mod surroundings;
mod target;

pub use document::{report_document, rules_of};
pub use examination::{Check, Examination, Plan, Progress, examine};
pub use probe::lookup::by_resolver;
pub use surroundings::{ProxySetting, Surroundings};
pub use target::{Target, TargetError};
