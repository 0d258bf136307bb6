//! The use cases of what staff tell everybody. One file each.

pub mod publish;
pub mod withdraw;
