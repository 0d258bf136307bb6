//! What `tantu bench` holds the engine against, database by database, and how much a payment writes into each.

pub mod postgres;
pub mod sqlite;
