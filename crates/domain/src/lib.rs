//! What may happen and why not: the rules of the house, and nothing else.
//!
//! There is no I/O here, no clock, no chance, no words for people and no serialisation: everything that a
//! decision depends on is an argument, so the same arguments give the same decision for ever.

pub mod account;
pub mod activity;
pub mod answer;
pub mod attempt;
pub mod audit;
pub mod bank;
pub mod binding;
pub mod card;
pub mod cause;
pub mod ceiling;
pub mod channel;
pub mod check;
pub mod client;
pub mod clock;
pub mod code;
pub mod device;
pub mod document;
pub mod door;
pub mod evaluate;
pub mod evaluate_binding;
mod evaluate_limits;
pub mod evidence;
mod evidence_fields;
pub mod factors;
pub mod finding;
pub mod fold;
mod holder;
pub mod holder_evidence;
pub mod ids;
pub mod incident;
pub mod instrument;
pub mod ledger;
pub mod limit;
pub mod line;
pub mod money;
pub mod observation;
pub mod one_time_code;
pub mod operation;
pub mod own_limit;
pub mod password;
pub mod payment;
pub mod person;
pub mod place;
pub mod points;
pub mod points_evidence;
pub mod policy;
pub mod question;
pub mod risk;
pub mod staff;
mod trail;
