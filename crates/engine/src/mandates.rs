//! The use cases of a mandate. One file each.

pub mod begin;
pub mod record;
