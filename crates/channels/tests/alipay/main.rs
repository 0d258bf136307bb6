//! The connector against a small server of our own with keys of our own: what each answer and each notice is
//! taken to prove. The server signs with the same rules that the unit tests check against Alipay's vectors.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod authority;
mod certificates;
mod charges;
mod mandates;
mod notices;
mod pages;
mod requests;
mod stub;
