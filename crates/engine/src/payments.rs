//! The use cases of a payment. One file each; the way of a payment is create → submit → record → answer.

pub mod answer;
pub mod close;
pub mod create;
pub mod preflight;
pub mod record;
pub mod resume;
pub(crate) mod shown;
pub(crate) mod submit;
