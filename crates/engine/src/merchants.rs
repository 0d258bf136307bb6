//! The use cases of a merchant. One file each.

pub mod open;
