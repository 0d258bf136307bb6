//! The use cases of an instrument. One file each.

pub mod add;
pub mod recheck;
pub mod single_out;
