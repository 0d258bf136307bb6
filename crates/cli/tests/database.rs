//! `tantu serve`, `migrate` and `verify` on a PostgreSQL that is in a bad state: one clear error or a 503 that names the trouble,
//! nothing lost, and all well again when the state ends.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod database {
    mod at_start;
    mod ending;
    pub(crate) mod stage;
    mod while_serving;
}
