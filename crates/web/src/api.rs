//! The API: one file for each thing that can be asked.

pub(crate) mod accounts;
pub(crate) mod announcements;
pub(crate) mod bindings;
pub(crate) mod card_banks;
mod codes;
mod device_checks;
mod device_keys;
pub(crate) mod device_reports;
mod diagnoses;
pub(crate) mod document;
mod health;
mod incidents;
mod instruments;
pub(crate) mod mandates;
mod merchants;
pub(crate) mod metrics;
mod notifications;
pub(crate) mod pay_later;
pub(crate) mod payer_links;
pub(crate) mod payments;
pub(crate) mod points;
mod preflight;
mod refunds;
mod sign_out;
mod staff;
pub(crate) mod tickets;
