//! The use cases of a payer's session. One file each.

pub mod issue_link;
pub mod replace;
pub mod sign_in;
pub mod sign_out;
