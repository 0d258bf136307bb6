//! UnionPay, the banks, the phones, the SMS service and the registry over real sockets. Each test has its own sandbox.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod client;
mod codes;
mod faults;
mod gateway;
mod giving_back;
mod listener;
mod notifications;
mod opening;
mod page;
mod paying;
mod registry;
mod sms;
mod world;
