//! `tantu serve`: the server.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use tantu_domain::clock::Clock as _;
use tantu_engine::time::SystemClock;
use tantu_store::open::shown_urls;
use tokio::signal::unix::{SignalKind, signal};

use crate::OpenStore;
use crate::config::Config;
use crate::output::{Failure, Output};
use crate::server::{Server, ServerPlan};
use crate::tls::{NamedFile, Tls};

/// Options of `serve`.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The configuration file; config.example.toml shows every field.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Where to listen, instead of what the configuration says.
    #[arg(long)]
    listen: Option<String>,
    /// Serve TLS with the certificate in this PEM file, and those between it and its authority.
    #[arg(long, value_name = "FILE")]
    tls_cert: Option<PathBuf>,
    /// The certificate's private key, a PEM file without a password.
    #[arg(long, value_name = "FILE")]
    tls_key: Option<PathBuf>,
    /// The database (sqlite:PATH or postgres://…), instead of what the configuration says. Given several times, PostgreSQL
    /// databases that hold the shards in this order.
    #[arg(long)]
    database: Vec<String>,
    /// Take the channels' credentials and the business clock from a sandbox's control address.
    #[arg(long, value_name = "URL")]
    sandbox: Option<String>,
    /// Follow a sandbox's business clock. Refused unless every channel is on this machine.
    #[arg(long, value_name = "URL")]
    clock: Option<String>,
}

impl Serve {
    pub(crate) async fn run(self, open_store: OpenStore, output: &Output) -> Result<bool, Failure> {
        let config = Config::load(self.config.as_deref())?;
        let policy = config.policy.policy()?;
        let listen = self.listen.unwrap_or_else(|| config.server.listen.clone());
        let file = |option, flag, field, configured: &Option<PathBuf>| match (option, configured) {
            (Some(path), _) => Some(NamedFile { option: flag, path }),
            (None, Some(path)) => Some(NamedFile { option: field, path: path.clone() }),
            (None, None) => None,
        };
        let certificate = file(self.tls_cert, "--tls-cert", "server.tls_cert", &config.server.tls_cert);
        let key = file(self.tls_key, "--tls-key", "server.tls_key", &config.server.tls_key);
        let tls = Tls::of(certificate, key, SystemClock::default().wall())?;
        if let Some(warning) = tls.as_ref().and_then(|tls| tls.warning.as_ref()) {
            output.say(format_args!("warning: {warning}"));
        }
        let field = if self.database.is_empty() { "server.database" } else { "--database" };
        let notice = Duration::from_secs(config.server.drain_seconds.into());
        let plan = ServerPlan {
            open_store,
            database_field: field,
            tls,
            listen: address("--listen", &listen)?,
            databases: if self.database.is_empty() { vec![config.server.database.clone()] } else { self.database },
            policy,
            config,
            sandbox: self.sandbox.map(|url| url.trim_end_matches('/').to_owned()),
            clock: self.clock,
            demo: false,
            short_lived: false,
        };
        let database = shown_urls(&plan.databases);
        let server = Server::start(plan).await?;
        output.document(&serde_json::json!({ "address": server.base, "database": database }));
        output.say(format_args!("serving {} on {database}; the API's page is {}/docs", server.base, server.base));
        let mut server = server;
        let notice = tokio::select! {
            ended = server.ended() => return ended.map(|()| true),
            notice = told_to_end(notice) => notice?,
        };
        output.say("ending: what is under way is finished first; once more ends it at once");
        tokio::select! {
            finished = server.drain(notice) => {
                if !finished {
                    output.say("not all of it was finished in time; its idempotency keys and the other servers finish it");
                }
                Ok(finished)
            }
            again = told_to_end(notice) => again.map(|_| false),
        }
    }
}

/// Waits until somebody ends this process; gives how long it shall still take requests. Whoever presses a key waits for nobody.
async fn told_to_end(notice: Duration) -> Result<Duration, Failure> {
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed.map(|()| Duration::ZERO).map_err(Failure::from),
        _ = terminated.recv() => Ok(notice),
    }
}

/// The address of an option.
pub(crate) fn address(option: &str, text: &str) -> Result<SocketAddr, Failure> {
    text.parse().map_err(|_| {
        Failure::with_hint(format!("{option}: {text:?} is no address"), "write ADDRESS:PORT such as 127.0.0.1:8080")
    })
}
