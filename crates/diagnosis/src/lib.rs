//! What somebody says about a payment that did not go through, and what speaks for which cause.
//!
//! Own words ([`Diagnoser`]), questions back, and doors for what is no failed payment. Pure: no I/O, no clock, no chance, and no
//! words for people; the questions and doors are named in `domain`, and `explain` says them.

#![allow(clippy::float_arithmetic, reason = "shares and weights are no money")]

pub mod asking;
pub mod corpus;
pub mod diagnoser;
pub mod fact;
mod features;
pub mod guided;
mod model;
pub mod normal;
pub mod quoted;
pub mod score;
mod stride;
mod table;

pub use diagnoser::{Diagnoser, Diagnosis, Suspicion};
pub use fact::Fact;
pub use guided::{GuidedCheck, MOST_STEPS, Next, Taken};
pub use score::{Score, five_folds};
