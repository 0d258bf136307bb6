//! `tantu serve`: the server.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use crate::config::Config;
use crate::output::{Failure, Output};
use crate::server::{Server, ServerPlan};

/// Options of `serve`.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The configuration file; config.example.toml shows every field.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Where to listen, instead of what the configuration says.
    #[arg(long)]
    listen: Option<String>,
    /// The database (sqlite:PATH), instead of what the configuration says.
    #[arg(long)]
    database: Option<String>,
    /// Take the channels' credentials and the business clock from a sandbox's control address.
    #[arg(long, value_name = "URL")]
    sandbox: Option<String>,
    /// Follow a sandbox's business clock. Refused unless every channel is on this machine.
    #[arg(long, value_name = "URL")]
    clock: Option<String>,
}

impl Serve {
    pub(crate) async fn run(self, output: &Output) -> Result<bool, Failure> {
        let config = Config::load(self.config.as_deref())?;
        let policy = config.policy.policy()?;
        let listen = self.listen.unwrap_or_else(|| config.server.listen.clone());
        let plan = ServerPlan {
            listen: address("--listen", &listen)?,
            database: self.database.unwrap_or_else(|| config.server.database.clone()),
            policy,
            config,
            sandbox: self.sandbox.map(|url| url.trim_end_matches('/').to_owned()),
            clock: self.clock,
            demo: false,
            short_lived: false,
        };
        let database = plan.database.clone();
        let server = Server::start(plan).await?;
        output.document(&serde_json::json!({ "address": server.base, "database": database }));
        output.say(format_args!("serving {} on {database}; the API's page is {}/docs", server.base, server.base));
        tokio::select! {
            ended = server.wait() => ended?,
            stopped = tokio::signal::ctrl_c() => stopped?,
        }
        Ok(true)
    }
}

/// The address of an option.
pub(crate) fn address(option: &str, text: &str) -> Result<SocketAddr, Failure> {
    text.parse().map_err(|_| {
        Failure::with_hint(format!("{option}: {text:?} is no address"), "write ADDRESS:PORT such as 127.0.0.1:8080")
    })
}
