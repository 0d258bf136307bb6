//! The web from outside: every bad input, every route with every role, repetitions, pages.
//!
//! A test is a table where it can be; [`app::TestApp`] has the actors.

#![expect(clippy::unwrap_used, reason = "in a test a failure to set the scene is a failure of the test")]

mod access;
mod app;
mod bad_input;
mod channel;
mod confirm;
mod device_reports;
mod devices;
mod diagnoses;
mod events;
mod explain;
mod guided;
mod help;
mod limits;
mod lists;
mod merchants;
mod metrics;
mod openapi;
mod pages;
mod passwords;
mod payments;
mod refunds;
mod reply;
mod staff;
mod status;
mod steps;
mod store;
mod tickets;
mod wire;
