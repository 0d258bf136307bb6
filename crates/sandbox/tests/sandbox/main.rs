//! The sandbox over real sockets, as a merchant's server meets it. Each test has its own sandbox on free ports.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod agreements;
mod certificates;
mod clock;
mod control;
mod faults;
mod gateway;
mod listener;
mod notifications;
mod page_orders;
mod payment_codes;
mod trades;
mod world;
