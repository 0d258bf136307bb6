//! What payers' devices say of themselves.

pub mod keep;
