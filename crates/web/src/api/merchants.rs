//! Merchants: what they have.

pub(crate) mod balance;
