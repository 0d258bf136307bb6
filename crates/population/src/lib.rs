//! People who owe bills, and what happens when they are asked for money. The gates ask them.
//!
//! This crate knows nobody of ours, least of all what decides whom to ask when: a population that knew the scheduler would
//! flatter it. Everything is drawn from a seed, so the same seed has the same people, troubles and outages.

mod chance;
mod mix;
mod people;
mod till;

pub use mix::{Mix, MixError};
pub use people::{Debtor, Population, Rail, Source};
pub use till::{Reply, Till};
