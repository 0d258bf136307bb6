//! A running server: the database, the channels, the engine and the pages, put together in one place.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt as _;
use jiff::SignedDuration;
use serde::Deserialize;
use tantu_channels::alipay::{Alipay, AlipayConfig, Keys};
use tantu_channels::secret::Secret;
use tantu_channels::unionpay::{PRODUCTION_SIGNER, Trust, UnionPay, UnionPayConfig};
use tantu_codes::Tables;
use tantu_domain::bank::{Bank, sandbox_bins};
use tantu_domain::channel::Channel;
use tantu_domain::clock::Clock;
use tantu_domain::ids::{JobId, Shard};
use tantu_domain::policy::{CardPolicy, Policy};
use tantu_engine::cards::keeper::CardKeeper;
use tantu_engine::command::Settings;
use tantu_engine::merchants::open::RegisterMerchant;
use tantu_engine::passwords::keeper::PasswordKeeper;
use tantu_engine::people::People;
use tantu_engine::time::{SystemClock, UuidIds};
use tantu_engine::watch::NotReady;
use tantu_engine::{CardConnector, Connector, Engine, EngineConfig};
use tantu_web::DemoLinks;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::OpenStore;
use crate::config::pay_later::{Offered, practice};
use crate::config::webhooks::webhooks;
use crate::config::{AlipaySection, Config, ServerSection};
use crate::output::Failure;
use crate::people;
use crate::staff;
use crate::tls::{Tls, TlsListener};

/// Where a server finds what it needs.
pub(crate) struct ServerPlan {
    pub(crate) config: Config,
    pub(crate) policy: Policy,
    pub(crate) listen: SocketAddr,
    /// What we prove ourselves with; plain HTTP if absent.
    pub(crate) tls: Option<Tls>,
    /// One address, or the addresses of several databases that hold the shards in their order.
    pub(crate) databases: Vec<String>,
    /// How they are opened.
    pub(crate) open_store: OpenStore,
    /// Where they were given, as an error names it.
    pub(crate) database_field: &'static str,
    /// A sandbox's control address: channels and clock come from there.
    pub(crate) sandbox: Option<String>,
    /// A sandbox's clock, if only that is wanted.
    pub(crate) clock: Option<String>,
    /// Whether the pages of a demo are shown.
    pub(crate) demo: bool,
    /// Whether the database ends with the process, so that its keys may too.
    pub(crate) short_lived: bool,
}

/// How long requests that are under way may take while the server ends: longer than any request may take at all.
const LAST_ANSWERS: Duration = Duration::from_secs(35);

/// How long the jobs may then take: longer than a channel may take to answer.
const LAST_JOBS: Duration = Duration::from_secs(20);

/// A server that serves until it is dropped or stopped.
pub(crate) struct Server {
    pub(crate) engine: Engine,
    pub(crate) base: String,
    /// What the demo's page lists.
    pub(crate) demo_links: DemoLinks,
    router: Router,
    task: Door,
    /// Told once no more requests are taken.
    closing: watch::Sender<bool>,
}

/// A listener that is served until it is aborted.
pub(crate) type Door = tokio::task::JoinHandle<std::io::Result<()>>;

impl Server {
    /// Starts one.
    pub(crate) async fn start(plan: ServerPlan) -> Result<Self, Failure> {
        let codes = Arc::new(plan.config.tables()?);
        let listener = listen(plan.listen).await?;
        let address = listener.local_addr()?;
        let scheme = if plan.tls.is_some() { "https" } else { "http" };
        let base = plan.config.server.public_base.clone().unwrap_or_else(|| format!("{scheme}://{address}"));
        let clock = Arc::new(SystemClock::default());
        let alipay = alipay_config(&plan, &codes).await?;
        let kept = kept_key(&plan)?;
        let unionpay = unionpay_config(&plan, &codes, &base, kept.is_some()).await?;
        let partner_origins = partner_origins(alipay.as_ref());
        let channels = connect(alipay, unionpay, &clock)?;
        let (open_store, databases) = (plan.open_store, plan.databases.clone());
        // Opening may wait for another server, so it has a thread that may block.
        let store = tokio::task::spawn_blocking(move || open_store(&databases));
        let store = store.await.map_err(|error| Failure::usage(format!("the database was not opened: {error}")))?;
        let store = store.map_err(|error| Failure::of_database(plan.database_field, &error))?;
        let ids = Arc::new(UuidIds);
        let passwords = kept.as_deref().map(PasswordKeeper::new);
        let card_keeper = kept.as_deref().and_then(CardKeeper::new);
        let mut policy = plan.policy.clone();
        if plan.sandbox.is_some() {
            policy.cards = with_the_sandboxs_banks(policy.cards);
        }
        let offered = pay_later(&plan)?;
        let people = people_of(&plan).await?;
        let webhooks = webhooks(&plan.config.webhooks)?;
        let process = JobId::new(&*ids, Shard::of(0)).to_string();
        let settings = settings(&plan.config.server, process, offered.as_ref(), &base)?;
        let follow = plan.clock.clone().or_else(|| plan.sandbox.as_ref().map(|sandbox| format!("{sandbox}/clock")));
        if let Some(url) = &follow {
            require_loopback("--clock", url)?;
            require_loopback_channels(&plan)?;
            read_clock(&client()?, url, &clock).await?;
        }
        let engine = Engine::start(EngineConfig {
            store,
            clock: clock.clone(),
            ids,
            policy,
            settings,
            channels,
            passwords,
            card_keeper,
            second_factors: staff::keeper(&plan.config.server, plan.short_lived)?,
            people,
            webhooks,
            codes: codes.clone(),
        })
        .await?;
        register_lender(&engine, offered).await?;
        compare_clocks(&engine).await;
        if let Some(url) = follow {
            tokio::spawn(follow_clock(url, clock, engine.clone()));
        }
        let demo_links = DemoLinks::default();
        let web = tantu_web::WebConfig {
            demo: plan.demo,
            demo_links: demo_links.clone(),
            codes: Some(codes),
            partner_origins,
            most_requests: plan.config.server.most_requests,
            ticket_promise: SignedDuration::from_mins(i64::from(plan.config.server.ticket_answer_minutes)),
            ..tantu_web::WebConfig::new(&base, secret(plan.config.server.secret_file.as_deref())?)
        };
        let router = tantu_web::router(tantu_web::App::new(engine.clone(), web));
        let closing = watch::Sender::new(false);
        let task = open_door(listener, plan.tls.as_ref(), router.clone(), closing.subscribe());
        Ok(Self { engine, base, demo_links, router, task, closing })
    }

    /// Serves until the task ends, which it does not by itself.
    pub(crate) async fn ended(&mut self) -> Result<(), Failure> {
        (&mut self.task).await.map_err(|error| Failure::usage(format!("the server stopped: {error}")))??;
        Ok(())
    }

    /// Ends without breaking anything off: still takes requests for as long as `notice`, while `/readyz` sends others elsewhere,
    /// then no more; finishes those that are under way and the jobs that they have left. Whether that was done in time.
    pub(crate) async fn drain(&mut self, notice: Duration) -> bool {
        self.engine.drain();
        tokio::time::sleep(notice).await;
        self.closing.send_replace(true);
        let answered = tokio::time::timeout(LAST_ANSWERS, self.ended()).await;
        answered.is_ok_and(|ended| ended.is_ok()) && self.engine.jobs_done(LAST_JOBS).await
    }

    /// Opens another door to the same server, encrypted, on a free port of loopback.
    pub(crate) async fn also_over_tls(&self, tls: &Tls) -> Result<(SocketAddr, Door), Failure> {
        let listener = listen(([127, 0, 0, 1], 0).into()).await?;
        let door = |listener| open_door(listener, Some(tls), self.router.clone(), self.closing.subscribe());
        Ok((listener.local_addr()?, door(listener)))
    }

    /// Stops serving.
    pub(crate) fn stop(self) {
        self.task.abort();
    }
}

/// What the engine is told of how this server is configured.
fn settings(
    server: &ServerSection,
    process: String,
    offered: Option<&Offered>,
    base: &str,
) -> Result<Settings, Failure> {
    Ok(Settings {
        process,
        charge_expiry: server.charge_expiry(),
        confirm_expiry: server.confirm_expiry()?,
        lease: SignedDuration::from_secs(15),
        mandate_days: server.mandate_days,
        answer_wait: Duration::from_secs(u64::from(server.answer_wait_seconds)),
        fold_interval: server.fold_interval()?,
        pay_later: offered.map(|offered| offered.product.clone()),
        notify_base: base.to_owned(),
    })
}

/// The pay-later product: as it is configured, or the practice one beside a sandbox.
fn pay_later(plan: &ServerPlan) -> Result<Option<Offered>, Failure> {
    match (&plan.config.pay_later, &plan.sandbox) {
        (Some(section), _) => section.offered().map(Some),
        (None, Some(_)) => practice().map(Some),
        (None, None) => Ok(None),
    }
}

/// Repayments are payments to the lender, so he is a merchant.
async fn register_lender(engine: &Engine, offered: Option<Offered>) -> Result<(), Failure> {
    let Some(offered) = offered else { return Ok(()) };
    Ok(engine.run(RegisterMerchant(offered.lender)).await?)
}

/// The server works whatever the database's clock shows; `/readyz` sends others elsewhere until the two agree.
async fn compare_clocks(engine: &Engine) {
    if let Err(NotReady::Clock(ahead)) = engine.database_ready().await {
        tracing::error!(
            seconds = ahead.as_secs(),
            "the database's clock is ahead of ours (behind, if negative): one of them is wrong; set both by NTP"
        );
    }
}

/// Serves what comes through a listener, encrypted or plain, until it closes. Handlers learn the caller's address either way.
fn open_door(listener: TcpListener, tls: Option<&Tls>, router: Router, mut closing: watch::Receiver<bool>) -> Door {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let closed = async move {
        if closing.wait_for(|closing| *closing).await.is_err() {
            // Nobody is left who could close it; it ends with its task.
            std::future::pending::<()>().await;
        }
    };
    match tls.map(|tls| tls.config.clone()) {
        // Tapped for nothing, because only a tapped listener of another kind tells its callers' addresses.
        Some(config) => {
            let listener = TlsListener::new(listener, config).tap_io(|_| {});
            tokio::spawn(async move { axum::serve(listener, service).with_graceful_shutdown(closed).await })
        }
        None => tokio::spawn(async move { axum::serve(listener, service).with_graceful_shutdown(closed).await }),
    }
}

/// Binds an address, and says the way out if somebody else has it.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let hint = "stop the other process, or choose another address with --listen (port 0 takes a free one)";
        Failure::with_hint(format!("cannot listen on {address}: {error}"), hint)
    })
}

/// An HTTP client for loopback: no proxy, no redirects, bounded waits.
pub(crate) fn client() -> Result<reqwest::Client, Failure> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(3))
        .timeout(Duration::from_secs(40));
    Ok(client.build()?)
}

/// What a sandbox's `/credentials` tells of Alipay.
#[derive(Debug, Deserialize)]
struct Credentials {
    alipay: AlipayCredentials,
    unionpay: Option<UnionPayCredentials>,
}

#[derive(Debug, Deserialize)]
struct UnionPayCredentials {
    mer_id: String,
    tr_id: String,
    endpoint: String,
    merchant_certificate: String,
    merchant_private_key_pkcs8: String,
    root_certificate: String,
    middle_certificate: String,
}

#[derive(Debug, Deserialize)]
struct AlipayCredentials {
    app_id: String,
    gateway: String,
    seller_id: String,
    merchant_private_key_pkcs8: String,
    alipay_public_key: String,
}

/// What a sandbox says that a client needs.
async fn credentials(control: &str) -> Result<Credentials, Failure> {
    require_loopback("--sandbox", control)?;
    let unreachable = |error: reqwest::Error| {
        Failure::with_hint(format!("no sandbox answers at {control}: {error}"), "start one with `tantu sandbox`")
    };
    let answer = client()?.get(format!("{control}/credentials")).send().await.map_err(unreachable)?;
    answer.json().await.map_err(unreachable)
}

/// Where UnionPay's signatures come from, in production and in a sandbox that says so.
async fn unionpay_config(
    plan: &ServerPlan,
    codes: &Arc<Tables>,
    base: &str,
    has_key: bool,
) -> Result<Option<UnionPayConfig>, Failure> {
    let notify_url = format!("{base}/v1/notifications/{}", Channel::UnionPay.id());
    let signer = PRODUCTION_SIGNER.to_owned();
    if let Some(control) = &plan.sandbox {
        let Some(found) = credentials(control).await?.unionpay else { return Ok(None) };
        require_loopback("the sandbox's UnionPay", &found.endpoint)?;
        if !has_key {
            tracing::warn!("bank cards are not offered: they ask for a key, and server.password_key_file names none");
            return Ok(None);
        }
        return Ok(Some(UnionPayConfig {
            gateway: url::Url::parse(&format!("{}/gateway/api/", found.endpoint))?,
            mer_id: found.mer_id,
            tr_id: found.tr_id,
            sign_key_pem: Secret::new(found.merchant_private_key_pkcs8),
            sign_cert_pem: found.merchant_certificate,
            trust: Trust {
                roots_pem: found.root_certificate,
                middle_pem: found.middle_certificate,
                signer,
                sha1: false,
            },
            notify_url,
            timeout: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(2),
            codes: codes.clone(),
        }));
    }
    let Some(section) = &plan.config.unionpay else { return Ok(None) };
    Ok(Some(UnionPayConfig {
        gateway: url::Url::parse(&section.gateway)
            .map_err(|error| Failure::usage(format!("unionpay.gateway: {error}")))?,
        mer_id: section.mer_id.clone(),
        tr_id: section.tr_id.clone(),
        sign_key_pem: Secret::new(key("unionpay.sign_key_file", &section.sign_key_file)?),
        sign_cert_pem: key("unionpay.sign_cert_file", &section.sign_cert_file)?,
        trust: Trust {
            roots_pem: key("unionpay.root_certs_file", &section.root_certs_file)?,
            middle_pem: key("unionpay.middle_certs_file", &section.middle_certs_file)?,
            signer,
            sha1: false,
        },
        notify_url,
        timeout: Duration::from_secs(15),
        connect_timeout: Duration::from_secs(5),
        codes: codes.clone(),
    }))
}

/// A sandbox's banks are nowhere else. One of them we do not bind, so that somebody meets that, too.
fn with_the_sandboxs_banks(cards: CardPolicy) -> CardPolicy {
    let cards = cards.with_bins(sandbox_bins());
    match Bank::parse("zhuxi") {
        Some(bank) => cards.without(bank),
        None => cards,
    }
}

async fn alipay_config(plan: &ServerPlan, codes: &Arc<Tables>) -> Result<Option<AlipayConfig>, Failure> {
    if let Some(control) = &plan.sandbox {
        let found = credentials(control).await?;
        require_loopback("the sandbox's gateway", &found.alipay.gateway)?;
        return Ok(Some(AlipayConfig {
            gateway: url::Url::parse(&found.alipay.gateway)?,
            app_id: found.alipay.app_id,
            merchant_private_key_pem: found.alipay.merchant_private_key_pkcs8,
            keys: Keys::PublicKey { alipay_public_key_pem: found.alipay.alipay_public_key },
            seller_id: Some(found.alipay.seller_id),
            sign_scene: "INDUSTRY|DIGITAL_MEDIA".into(),
            connect_timeout: Duration::from_secs(2),
            timeout: Duration::from_secs(5),
            codes: codes.clone(),
        }));
    }
    plan.config.alipay.as_ref().map(|section| from_section(section, codes)).transpose()
}

fn from_section(section: &AlipaySection, codes: &Arc<Tables>) -> Result<AlipayConfig, Failure> {
    Ok(AlipayConfig {
        gateway: url::Url::parse(&section.gateway)
            .map_err(|error| Failure::usage(format!("alipay.gateway: {error}")))?,
        app_id: section.app_id.clone(),
        merchant_private_key_pem: key("alipay.merchant_private_key_file", &section.merchant_private_key_file)?,
        keys: keys(section)?,
        seller_id: section.seller_id.clone(),
        sign_scene: section.sign_scene.clone(),
        connect_timeout: Duration::from_secs(5),
        timeout: Duration::from_secs(15),
        codes: codes.clone(),
    })
}

/// The keys of whichever of the two modes is filled in, whole.
fn keys(section: &AlipaySection) -> Result<Keys, Failure> {
    let AlipaySection { alipay_public_key_file, app_cert_file, alipay_cert_file, alipay_root_cert_file, .. } = section;
    match (alipay_public_key_file, app_cert_file, alipay_cert_file, alipay_root_cert_file) {
        (Some(public), None, None, None) => {
            Ok(Keys::PublicKey { alipay_public_key_pem: key("alipay.alipay_public_key_file", public)? })
        }
        (None, Some(app), Some(alipay), Some(root)) => Ok(Keys::Certificates {
            app_cert_pem: key("alipay.app_cert_file", app)?,
            alipay_cert_pem: key("alipay.alipay_cert_file", alipay)?,
            alipay_root_cert_pem: key("alipay.alipay_root_cert_file", root)?,
        }),
        _ => Err(Failure::with_hint(
            "alipay: it is not clear how Alipay and we know each other's keys",
            "write alipay_public_key_file alone, or app_cert_file, alipay_cert_file and alipay_root_cert_file together; \
             the application's page in Alipay's console says which of the two it is",
        )),
    }
}

fn key(field: &str, path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| {
        Failure::with_hint(
            format!("{field}: {} cannot be read: {error}", path.display()),
            "put the PEM file there, or name another path",
        )
    })
}

/// Where a payer's own device goes besides us: to the channel's pages.
fn partner_origins(alipay: Option<&AlipayConfig>) -> Vec<String> {
    alipay.map(|alipay| alipay.gateway.origin().ascii_serialization()).into_iter().collect()
}

fn connect(
    alipay: Option<AlipayConfig>,
    unionpay: Option<UnionPayConfig>,
    clock: &Arc<SystemClock>,
) -> Result<HashMap<Channel, Connector>, Failure> {
    let mut channels = HashMap::new();
    if let Some(config) = unionpay {
        let hands: Arc<dyn Clock> = clock.clone();
        let made = UnionPay::new(&config, hands).map_err(|error| Failure::usage(format!("unionpay: {error}")))?;
        let unionpay = Arc::new(made);
        let connector = Connector {
            charge: unionpay.clone(),
            mandates: None,
            pages: None,
            cards: Some(CardConnector { binding: unionpay.clone(), payments: unionpay.clone() }),
            notifications: unionpay,
        };
        channels.insert(Channel::UnionPay, connector);
    }
    if let Some(config) = alipay {
        let hands: Arc<dyn Clock> = clock.clone();
        let alipay = Arc::new(Alipay::new(config, hands)?);
        let connector = Connector {
            charge: alipay.clone(),
            mandates: Some(alipay.clone()),
            pages: Some(alipay.clone()),
            cards: None,
            notifications: alipay,
        };
        channels.insert(Channel::Alipay, connector);
    }
    Ok(channels)
}

/// A moved clock or a sandbox's keys are for this machine only: with them a stranger could pay with toy money.
pub(crate) fn require_loopback(option: &str, url: &str) -> Result<(), Failure> {
    let parsed =
        url::Url::parse(url).map_err(|error| Failure::usage(format!("{option}: {url:?} is no address: {error}")))?;
    let loopback = match parsed.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    };
    if loopback {
        Ok(())
    } else {
        Err(Failure::usage(format!("{option}: {url} is not on this machine; a sandbox is only trusted on loopback")))
    }
}

fn require_loopback_channels(plan: &ServerPlan) -> Result<(), Failure> {
    if plan.sandbox.is_some() {
        return Ok(());
    }
    if let Some(alipay) = &plan.config.alipay {
        require_loopback("--clock with alipay.gateway", &alipay.gateway)?;
    }
    if let Some(unionpay) = &plan.config.unionpay {
        require_loopback("--clock with unionpay.gateway", &unionpay.gateway)?;
    }
    Ok(())
}

#[derive(Debug, Deserialize)]
struct SandboxClock {
    offset_seconds: i64,
    version: u64,
}

async fn read_clock(client: &reqwest::Client, url: &str, clock: &SystemClock) -> Result<u64, Failure> {
    let read: SandboxClock = client.get(url).send().await?.json().await?;
    clock.set_offset(read.offset_seconds);
    Ok(read.version)
}

/// Follows a sandbox's business clock until the process ends: each question waits there for the next move.
async fn follow_clock(url: String, clock: Arc<SystemClock>, engine: Engine) {
    let Ok(client) = client() else { return };
    let mut version = 0;
    loop {
        let next = format!("{url}?wait_version={version}&timeout_ms=20000");
        match client.get(&next).send().await {
            Ok(answer) => {
                if let Ok(read) = answer.json::<SandboxClock>().await {
                    version = read.version;
                    if clock.set_offset(read.offset_seconds) {
                        engine.clock_moved();
                    }
                }
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
        }
    }
}

fn secret(file: Option<&Path>) -> Result<tantu_web::ServerSecret, Failure> {
    let bytes = match file {
        Some(path) => random_bytes_of("server.secret_file", path)?,
        None => fresh_bytes()?,
    };
    Ok(tantu_web::ServerSecret::new(&bytes))
}

/// What keeps pay passwords, and of card numbers what may be kept. Unlike the secret of links it must outlive the
/// process, so a fresh one will do only where the database is as short-lived.
fn kept_key(plan: &ServerPlan) -> Result<Option<Vec<u8>>, Failure> {
    let bytes = match (&plan.config.server.password_key_file, plan.short_lived) {
        (Some(path), _) => random_bytes_of("server.password_key_file", path)?,
        (None, true) => fresh_bytes()?,
        (None, false) => {
            let asked = plan.policy.limits.iter().any(|limit| limit.password_free.is_some());
            // Nobody has asked for what a sandbox only happens to have.
            if asked || (plan.config.unionpay.is_some() && plan.sandbox.is_none()) {
                let hint = "make one with `head -c 32 /dev/urandom > password_key`, keep it away from the database and its backups, and name it in the configuration";
                return Err(Failure::with_hint(
                    "pay passwords (policy.limits.password_free) and bank cards ask for a key, and server.password_key_file names none",
                    hint,
                ));
            }
            return Ok(None);
        }
    };
    Ok(Some(bytes))
}

/// What it takes to know people: a sandbox's services, or those that are configured.
async fn people_of(plan: &ServerPlan) -> Result<Option<People>, Failure> {
    match (&plan.sandbox, &plan.config.people) {
        (_, Some(section)) => people::of_section(section).map(Some),
        (Some(control), None) if plan.short_lived => people::of_sandbox(control).await.map(Some),
        (_, None) => Ok(None),
    }
}

fn fresh_bytes() -> Result<Vec<u8>, Failure> {
    let mut fresh = vec![0; 32];
    aws_lc_rs::rand::fill(&mut fresh).map_err(|_| Failure::usage("the machine gives no random bytes"))?;
    Ok(fresh)
}

fn random_bytes_of(field: &str, path: &Path) -> Result<Vec<u8>, Failure> {
    let read = std::fs::read(path)
        .map_err(|error| Failure::usage(format!("{field}: {} cannot be read: {error}", path.display())))?;
    let weak = read.len() < 32 || read.iter().all(|byte| *byte == read[0]);
    if weak {
        let hint = format!("head -c 32 /dev/urandom > {}", path.display());
        return Err(Failure::with_hint(format!("{field}: at least 32 random bytes are needed"), hint));
    }
    Ok(read)
}
