//! `tantu migrate`: the database's schema, brought up to date.

use clap::Args;
use tantu_store::open::{open_url, shown_url};

use crate::output::{Failure, Output};

/// Options of `migrate`.
#[derive(Debug, Args)]
pub(crate) struct Migrate {
    /// The database.
    #[arg(long, default_value = "sqlite:tantu.db")]
    database: String,
}

impl Migrate {
    pub(crate) fn run(self, output: &Output) -> Result<bool, Failure> {
        // Opening for writing is what migrates, so that no server ever runs on an old schema.
        open_url(&self.database)?.ping()?;
        let shown = shown_url(&self.database);
        output.document(&serde_json::json!({ "database": shown, "ok": true }));
        output.say(format_args!("{shown} is up to date"));
        Ok(true)
    }
}
