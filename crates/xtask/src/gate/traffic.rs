//! The traffic of the gates that kill: payers who pay under load and remember what they were told, the processes that they
//! pay at, and the reckoning afterwards.

pub(crate) mod api;
pub(crate) mod audit;
pub(crate) mod load;
pub(crate) mod prepare;
pub(crate) mod processes;
