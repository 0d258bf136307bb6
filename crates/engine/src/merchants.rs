//! The use cases of a merchant. One file each.

pub mod debit;
pub mod fold;
pub mod open;
