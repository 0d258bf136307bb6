//! The use cases of an incident. One file each.

pub mod begin;
pub mod end;
