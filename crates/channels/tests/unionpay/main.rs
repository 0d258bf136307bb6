//! The connector against a small server of our own with authorities of our own: what is sent, and what each answer
//! and each notification is taken to prove. The server signs by the written rule, put together here once more; the
//! unit tests check the same rule against what UnionPay published.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod authority;
mod bindings;
mod charges;
mod distrust;
mod faults;
mod notices;
mod refunds;
mod requests;
mod secrecy;
mod stub;
