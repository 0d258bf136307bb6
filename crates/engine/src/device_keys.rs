//! The keys by which a payer's devices sign. One file each.

pub mod register;
pub mod revoke;
