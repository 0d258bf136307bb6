//! `tantu migrate`: the database's schema, brought up to date.

use std::time::Duration;

use clap::Args;
use tantu_store::open::{batch_by_shard, migrate_urls, shown_urls};

use crate::output::{Failure, Output};

/// Options of `migrate`.
#[derive(Debug, Args)]
pub(crate) struct Migrate {
    /// The database, or each of several in their order.
    #[arg(long, default_value = "sqlite:tantu.db")]
    database: Vec<String>,
    /// From now on each batch of this one PostgreSQL database is of one shard, so that its tables may be spread over a cluster.
    #[arg(long)]
    by_shard: bool,
    /// How long to wait for those who hold up the migration: another one, or transactions that use its tables.
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    wait: u64,
}

impl Migrate {
    pub(crate) fn run(self, output: &Output) -> Result<bool, Failure> {
        // Opening for writing is what migrates, so that no server ever runs on an old schema.
        let of_database = |error| Failure::of_database("--database", &error);
        migrate_urls(&self.database, Duration::from_secs(self.wait)).map_err(of_database)?;
        if let ([database], true) = (self.database.as_slice(), self.by_shard) {
            batch_by_shard(database).map_err(of_database)?;
        }
        let shown = shown_urls(&self.database);
        output.document(&serde_json::json!({ "database": shown, "ok": true }));
        output.say(format_args!("{shown} is up to date"));
        Ok(true)
    }
}
