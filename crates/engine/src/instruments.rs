//! The use cases of an instrument. One file each.

pub mod add;
pub mod recheck;
pub(crate) mod record_token;
pub mod single_out;
pub mod switch;
pub mod unbind;
