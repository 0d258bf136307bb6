//! `tantu seed`: a database with accounts for a load test. It writes marked opening entries, and no address
//! of the API can do the same.

use clap::Args;
use tantu_domain::ceiling::Tier;
use tantu_domain::ids::{AccountId, MerchantId, Shard};
use tantu_domain::money::Money;
use tantu_engine::accounts::open::OpenAccount;
use tantu_store::open::{open_urls, shown_urls};

use crate::config::Config;
use crate::output::{Failure, Output};
use crate::server::{Server, ServerPlan};
use crate::stage::keys::{register_merchant, register_staff};

/// Options of `seed`.
#[derive(Debug, Args)]
pub(crate) struct Seed {
    /// The database, or each of several in their order.
    #[arg(long, required = true)]
    database: Vec<String>,
    /// How many accounts.
    #[arg(long, default_value_t = 10)]
    accounts: u32,
    /// What each begins with, in fen.
    #[arg(long, default_value_t = 100_000_000)]
    opening: i64,
}

impl Seed {
    pub(crate) async fn run(self, output: &Output) -> Result<bool, Failure> {
        let config = Config::load(None)?;
        let plan = ServerPlan {
            open_store: open_urls,
            database_field: "--database",
            policy: config.policy.policy()?,
            config,
            tls: None,
            listen: ([127, 0, 0, 1], 0).into(),
            databases: self.database.clone(),
            sandbox: None,
            clock: None,
            demo: false,
            short_lived: false,
        };
        let server = Server::start(plan).await?;
        let merchant = MerchantId::new(&*server.engine.ids(), Shard::of(0));
        let api_key = register_merchant(&server.engine, merchant, "Load test").await?;
        let staff_key = register_staff(&server.engine).await?;
        let mut accounts = Vec::new();
        for number in 0..self.accounts {
            let shard = Shard::of(u8::try_from(number % 100).unwrap_or(0));
            let id = AccountId::new(&*server.engine.ids(), shard);
            let opened = server
                .engine
                .run(OpenAccount { id, opening: Some(Money::cny(self.opening)), met: Some(Tier::Three) })
                .await?;
            accounts.push(serde_json::json!({ "account": id.to_string(), "wallet": opened.wallet.to_string() }));
        }
        server.stop();
        output.document(&serde_json::json!({
            "merchant": merchant.to_string(),
            "api_key": api_key,
            "staff_key": staff_key,
            "accounts": accounts,
        }));
        output.say(format_args!("{} accounts in {}", self.accounts, shown_urls(&self.database)));
        Ok(true)
    }
}
