//! Instruments: added, rechecked, and one cause of several singled out.

pub(crate) mod add;
pub(crate) mod recheck;
pub(crate) mod single_out;
