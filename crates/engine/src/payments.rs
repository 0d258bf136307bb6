//! The use cases of a payment. One file each; the way of a payment is create → submit → record → answer.

pub mod answer;
pub mod ask_code;
pub mod close;
pub mod create;
pub mod preflight;
pub mod record;
pub(crate) mod record_code;
pub mod report_missing_code;
pub mod resume;
pub(crate) mod resume_scheduled;
pub mod schedule;
pub(crate) mod shown;
pub(crate) mod submit;
pub(crate) mod told;
