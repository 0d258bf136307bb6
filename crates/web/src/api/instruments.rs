//! Instruments: added, rechecked, and one cause of several singled out.

pub(crate) mod add;
pub(crate) mod payment_function;
pub(crate) mod recheck;
pub(crate) mod single_out;
pub(crate) mod unbind;
