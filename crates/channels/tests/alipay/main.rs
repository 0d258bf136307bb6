//! The connector against a small server of our own with keys of our own: what each answer and each notice is
//! taken to prove. The server signs with the same rules that the unit tests check against Alipay's vectors.

#![expect(clippy::unwrap_used, reason = "everything here is a test")]

mod charges;
mod mandates;
mod notices;
mod requests;
mod stub;
