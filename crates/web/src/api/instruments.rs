//! Instruments: rechecked.

pub(crate) mod recheck;
