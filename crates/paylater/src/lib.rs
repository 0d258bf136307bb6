//! Pay later (先享后付): what a line may be used for, what a bill comes to, how it is collected, and what that does to credit.
//!
//! Rules and nothing else, like `domain`, which is all that this crate knows: no I/O, no clock, no chance, no words for
//! people. Every figure stands in [`terms::Terms`]: no fee or interest exists that the configured terms do not state.

pub mod allocation;
pub mod bill;
pub mod calendar;
pub mod credit;
pub mod debt;
pub mod dispute;
pub mod hardship;
pub mod instrument;
pub mod line;
pub mod prevention;
pub mod reminder;
pub mod repayment;
pub mod report;
pub mod schedule;
pub mod terms;
