//! The API: one file for each thing that can be asked.

mod accounts;
pub(crate) mod document;
mod health;
mod incidents;
mod instruments;
pub(crate) mod mandates;
mod notifications;
pub(crate) mod payer_links;
mod payments;
mod preflight;
