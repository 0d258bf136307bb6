//! A stage for the matrix and the demo: a sandbox and a server on free ports, and actors who touch them
//! only as their real counterparts do: a merchant, a payer, staff, and the buyer in his Alipay.

pub(crate) mod actors;
pub(crate) mod card;
pub(crate) mod certificates;
pub(crate) mod confirm;
pub(crate) mod debtor;
pub(crate) mod handset;
pub(crate) mod keys;
pub(crate) mod lossy_link;
pub(crate) mod middlebox;
pub(crate) mod payer;
pub(crate) mod person;
pub(crate) mod phone;
pub(crate) mod reply;
pub(crate) mod resolver;
pub(crate) mod staff;
pub(crate) mod tls_door;

use reqwest::Method;
use serde_json::{Value, json};
use tantu_domain::ceiling::Tier;
use tantu_domain::ids::{AccountId, MerchantId, Shard};
use tantu_domain::money::Money;
use tantu_engine::accounts::open::OpenAccount;
use tantu_sandbox::{Sandbox, SandboxConfig};
use tantu_store::open::open_urls;

use crate::config::{Config, EXAMPLE};
use crate::output::Failure;
use crate::server::{Server, ServerPlan, client};
use crate::stage::keys::register_merchant;
use crate::stage::payer::Payer;
use crate::stage::reply::Reply;

/// How many requests the stage's server handles at once.
pub(crate) const PLACES: u32 = 64;

/// For how many days the stage's mandates hold.
pub(crate) const MANDATE_DAYS: u16 = 2;

/// A sandbox, a server, and who acts on them.
pub(crate) struct Stage {
    sandbox: Sandbox,
    pub(crate) server: Server,
    pub(crate) http: reqwest::Client,
    pub(crate) control: String,
    pub(crate) merchant_key: String,
    pub(crate) staff_session: String,
    /// Another member of staff, without whom nothing is lifted.
    pub(crate) second_staff_session: String,
    pub(crate) databases: Vec<String>,
    pub(crate) language: &'static str,
}

/// Where a stage is set up.
pub(crate) struct StagePlan {
    pub(crate) databases: Vec<String>,
    pub(crate) listen: std::net::SocketAddr,
    pub(crate) sandbox_listen: std::net::SocketAddr,
    pub(crate) language: &'static str,
    pub(crate) demo: bool,
    /// Whether Alipay is spoken to in certificate mode, with files as a configuration names them; else with the
    /// sandbox's keys.
    pub(crate) certificates: bool,
}

impl Stage {
    /// Sets up the stage on a fresh database.
    pub(crate) async fn set_up(plan: StagePlan) -> Result<Self, Failure> {
        let sandbox = Sandbox::start(SandboxConfig { listen: plan.sandbox_listen, seed: 1 }).await?;
        let control = sandbox.control_url();
        let mut config = Config::from_text(EXAMPLE)?;
        // Two days instead of a year, so that a mandate ends without the demo's clock running far ahead.
        config.server.mandate_days = MANDATE_DAYS;
        // Few places, so that a crowd of them fits on any machine.
        config.server.most_requests = PLACES;
        // A demo is left open for a day.
        config.server.staff_session_minutes = 24 * 60;
        let files = tempfile::tempdir()?;
        if plan.certificates {
            config.alipay = Some(certificates::section(&control, files.path()).await?);
        }
        let server = Server::start(ServerPlan {
            open_store: open_urls,
            database_field: "--database",
            policy: config.policy.policy()?,
            config: Config { server: crate::config::ServerSection { public_base: None, ..config.server }, ..config },
            tls: None,
            listen: plan.listen,
            databases: plan.databases.clone(),
            sandbox: (!plan.certificates).then(|| control.clone()),
            clock: plan.certificates.then(|| format!("{control}/clock")),
            demo: plan.demo,
            short_lived: true,
        })
        .await?;
        let merchant = MerchantId::new(&*server.engine.ids(), Shard::of(0));
        let merchant_key = register_merchant(&server.engine, merchant, "山前小店").await?;
        let http = client()?;
        let staff_session = staff::signed_in(&server.engine, &http, &server.base).await?;
        let second_staff_session = staff::signed_in(&server.engine, &http, &server.base).await?;
        Ok(Self {
            sandbox,
            server,
            http,
            control,
            merchant_key,
            staff_session,
            second_staff_session,
            databases: plan.databases,
            language: plan.language,
        })
    }

    /// Takes the stage down.
    pub(crate) async fn take_down(self) {
        self.server.stop();
        self.sandbox.stop().await;
    }

    /// A payer whom staff have met, with a wallet and what it begins with.
    pub(crate) async fn payer(&self, opening_fen: i64) -> Result<Payer, Failure> {
        self.opened(opening_fen, Some(Tier::Three)).await
    }

    /// A payer of whom nothing is known yet.
    pub(crate) async fn stranger(&self, opening_fen: i64) -> Result<Payer, Failure> {
        self.opened(opening_fen, None).await
    }

    async fn opened(&self, opening_fen: i64, met: Option<Tier>) -> Result<Payer, Failure> {
        let shard = Shard::of(self.server.engine.ids().fresh()[15] % 100);
        let id = AccountId::new(&*self.server.engine.ids(), shard);
        let opening = (opening_fen > 0).then(|| Money::cny(opening_fen));
        let opened = self.server.engine.run(OpenAccount { id, opening, met }).await?;
        Payer::sign_in(self, id.to_string(), opened.wallet.to_string()).await
    }

    /// Asks our server.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        key: &str,
        body: Option<Value>,
    ) -> Result<Reply, Failure> {
        self.ask_as(method, path, key, None, body).await
    }

    /// The same through an app that names itself.
    pub(crate) async fn ask_as(
        &self,
        method: Method,
        path: &str,
        key: &str,
        client: Option<&str>,
        body: Option<Value>,
    ) -> Result<Reply, Failure> {
        let request = self
            .http
            .request(method, format!("{}{path}", self.server.base))
            .bearer_auth(key)
            .header("Accept-Language", self.language);
        let request = match client {
            Some(client) => request.header("Tantu-Client", client),
            None => request,
        };
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        Reply::of(request.send().await?).await
    }

    /// Asks the sandbox's control; anything but success is a fault of the stage itself.
    pub(crate) async fn control(&self, method: Method, path: &str, body: Value) -> Result<Value, Failure> {
        let request = self.http.request(method.clone(), format!("{}{path}", self.control));
        let request = if method == Method::GET { request } else { request.json(&body) };
        let reply = Reply::of(request.send().await?).await?;
        if reply.status >= 300 {
            return Err(Failure::usage(format!("the sandbox answered {} to {path}: {}", reply.status, reply.body)));
        }
        Ok(reply.body)
    }

    /// Scripts a fault of the channel.
    pub(crate) async fn fault(&self, fault: Value) -> Result<(), Failure> {
        self.control(Method::POST, "/faults", fault).await.map(drop)
    }

    /// Ends all scripted faults.
    pub(crate) async fn no_more_faults(&self) -> Result<(), Failure> {
        self.control(Method::DELETE, "/faults", Value::Null).await.map(drop)
    }

    /// Moves business time, and waits until our server's clock has followed.
    pub(crate) async fn advance(&self, seconds: i64) -> Result<(), Failure> {
        let before = self.server.engine.clock().now();
        self.control(Method::POST, "/clock", json!({ "advance_seconds": seconds })).await?;
        let moved = before.as_second().saturating_add(seconds);
        wait_until(|| async { Ok((self.server.engine.clock().now().as_second() >= moved).then_some(())) }).await
    }
}

/// Asks again and again, for at most half a minute, until there is an answer.
pub(crate) async fn wait_until<T, F>(mut ask: impl FnMut() -> F) -> Result<T, Failure>
where
    F: Future<Output = Result<Option<T>, Failure>>,
{
    for _ in 0..600 {
        if let Some(found) = ask().await? {
            return Ok(found);
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    Err(Failure::usage("what was waited for did not come within half a minute"))
}
