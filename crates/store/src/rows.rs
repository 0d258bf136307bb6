//! What the rows of each table mean, whichever database they come from.

pub(crate) mod access;
pub(crate) mod accounts;
pub(crate) mod announcements;
pub(crate) mod audit_trail;
pub(crate) mod bindings;
pub(crate) mod cards;
pub(crate) mod care;
pub(crate) mod claims;
pub(crate) mod decisions;
pub(crate) mod devices;
pub(crate) mod folds;
pub(crate) mod hits;
pub(crate) mod incidents;
pub(crate) mod jobs;
pub(crate) mod mandates;
pub(crate) mod observations;
pub(crate) mod pay_later;
pub(crate) mod payments;
pub(crate) mod people;
pub(crate) mod points;
pub(crate) mod proofs;
pub(crate) mod refunds;
pub(crate) mod requests;
pub(crate) mod sealed;
pub(crate) mod second_factors;
pub(crate) mod tickets;
