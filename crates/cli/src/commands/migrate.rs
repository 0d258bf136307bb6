//! `tantu migrate`: the database's schema, brought up to date.

use std::time::Duration;

use clap::Args;
use tantu_store::open::{migrate_url, shown_url};

use crate::output::{Failure, Output};

/// Options of `migrate`.
#[derive(Debug, Args)]
pub(crate) struct Migrate {
    /// The database.
    #[arg(long, default_value = "sqlite:tantu.db")]
    database: String,
    /// How long to wait for those who hold up the migration: another one, or transactions that use its tables.
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    wait: u64,
}

impl Migrate {
    pub(crate) fn run(self, output: &Output) -> Result<bool, Failure> {
        // Opening for writing is what migrates, so that no server ever runs on an old schema.
        let wait = Duration::from_secs(self.wait);
        migrate_url(&self.database, wait).map_err(|error| Failure::of_database("--database", &error))?;
        let shown = shown_url(&self.database);
        output.document(&serde_json::json!({ "database": shown, "ok": true }));
        output.say(format_args!("{shown} is up to date"));
        Ok(true)
    }
}
