//! Both sides on loopback: a sandbox, and a server of the production engine, connectors and router on an embedded database,
//! with a business clock that the run moves.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use jiff::SignedDuration;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tantu_channels::Charge;
use tantu_channels::alipay::{Alipay, AlipayConfig, Keys};
use tantu_channels::secret::Secret;
use tantu_channels::unionpay::{PRODUCTION_SIGNER, Trust, UnionPay, UnionPayConfig};
use tantu_domain::bank::sandbox_bins;
use tantu_domain::channel::Channel;
use tantu_domain::clock::Clock;
use tantu_domain::policy::{CardPolicy, Policy};
use tantu_engine::cards::keeper::CardKeeper;
use tantu_engine::command::Settings;
use tantu_engine::time::{SystemClock, UuidIds};
use tantu_engine::{CardConnector, Connector, Engine, EngineConfig};
use tantu_sandbox::{Sandbox, SandboxConfig};
use tantu_store::sqlite::SqliteStore;
use tantu_web::{App, ServerSecret, WebConfig, router};
use tokio::net::TcpListener;

use crate::outcome::Failure;

/// The longest that a call to a channel may take: long enough for a busy machine, short enough to be met by a slow channel.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);

/// How a charge's connector is dressed before the engine gets it.
pub(crate) type Dress = fn(Channel, Arc<dyn Charge>) -> Arc<dyn Charge>;

/// As it is.
pub(crate) fn plain(_: Channel, charge: Arc<dyn Charge>) -> Arc<dyn Charge> {
    charge
}

/// Both sides.
pub(crate) struct Stage {
    pub(crate) engine: Engine,
    clock: Arc<SystemClock>,
    http: Client,
    control: String,
    /// The sandbox ends with its runtime, and the files with the stage.
    _sandbox: Sandbox,
    _folder: tempfile::TempDir,
}

impl Stage {
    /// Sets both sides up. `before` stands before the server's router.
    pub(crate) async fn set_up(dress: Dress, before: impl FnOnce(Router) -> Router) -> Result<Self, Failure> {
        let sandbox = Sandbox::start(SandboxConfig { listen: ([127, 0, 0, 1], 0).into(), seed: 1 }).await?;
        let (control, http) = (sandbox.control_url(), client()?);
        let credentials: Value = http.get(format!("{control}/credentials")).send().await?.json().await?;
        let clock = Arc::new(SystemClock::default());
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let base = format!("http://{}", listener.local_addr()?);
        let folder = tempfile::tempdir()?;
        let database = format!("sqlite:{}", folder.path().join("gate.db").display());
        let engine = Engine::start(EngineConfig {
            people: None,
            webhooks: None,
            store: Arc::new(SqliteStore::open_url(&database)?),
            clock: clock.clone(),
            ids: Arc::new(UuidIds),
            policy: Policy {
                version: "gate".into(),
                cards: CardPolicy::default().with_bins(sandbox_bins()),
                ..Policy::default()
            },
            settings: settings(&base),
            channels: HashMap::from([
                (Channel::Alipay, alipay(&credentials["alipay"], &clock, dress)?),
                (Channel::UnionPay, unionpay(&credentials["unionpay"], &clock, &base, dress)?),
            ]),
            passwords: None,
            // The key of a server that lives for one run.
            card_keeper: CardKeeper::new(base.as_bytes()),
            second_factors: None,
            codes: Arc::default(),
        })
        .await?;
        // The secret of a server that lives for one run and shows no pages.
        let web = WebConfig::new(base, ServerSecret::new(folder.path().as_os_str().as_encoded_bytes()));
        let router = before(router(App::new(engine.clone(), web)));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { engine, clock, http, control, _sandbox: sandbox, _folder: folder })
    }

    /// Moves business time on both sides, and has our side look at what falls due.
    pub(crate) async fn advance(&self, seconds: u64) -> Result<(), Failure> {
        let moved = self.control(Method::POST, "/clock", Some(json!({ "advance_seconds": seconds }))).await?;
        let offset = moved["offset_seconds"].as_i64().ok_or("the sandbox's clock does not say how far it is ahead")?;
        self.clock.set_offset(offset);
        self.engine.clock_moved();
        Ok(())
    }

    /// Asks the sandbox's control; anything but success is a failure.
    pub(crate) async fn control(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value, Failure> {
        let mut request = self.http.request(method, format!("{}{path}", self.control));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        let status = answer.status();
        let body: Value = answer.json().await?;
        if status.is_success() {
            Ok(body)
        } else {
            Err(format!("the sandbox answered {status} to {path}: {body}").into())
        }
    }

    /// Opens a page as a browser does; gives its text.
    pub(crate) async fn open(&self, page: &str) -> Result<String, Failure> {
        Ok(self.http.get(page).send().await?.text().await?)
    }

    /// Sends a page's form as a browser does.
    pub(crate) async fn press(&self, address: &str, form: &[(&str, &str)]) -> Result<(), Failure> {
        let status = self.http.post(address).form(form).send().await?.status();
        let fine = status.is_success() || status.is_redirection();
        if fine { Ok(()) } else { Err(format!("the form at {address} was answered {status}").into()) }
    }
}

fn settings(base: &str) -> Settings {
    Settings {
        process: "gate".into(),
        charge_expiry: SignedDuration::from_mins(2),
        confirm_expiry: SignedDuration::from_mins(15),
        lease: SignedDuration::from_secs(15),
        mandate_days: 365,
        answer_wait: Duration::from_secs(20),
        fold_interval: Duration::from_secs(60),
        pay_later: None,
        notify_base: base.to_owned(),
    }
}

fn alipay(credentials: &Value, clock: &Arc<SystemClock>, dress: Dress) -> Result<Connector, Failure> {
    let hands: Arc<dyn Clock> = clock.clone();
    let config = AlipayConfig {
        gateway: text(credentials, "gateway")?.parse()?,
        app_id: text(credentials, "app_id")?,
        merchant_private_key_pem: text(credentials, "merchant_private_key_pkcs8")?,
        keys: Keys::PublicKey { alipay_public_key_pem: text(credentials, "alipay_public_key")? },
        seller_id: Some(text(credentials, "seller_id")?),
        sign_scene: "INDUSTRY|DIGITAL_MEDIA".into(),
        timeout: PATIENCE,
        connect_timeout: PATIENCE,
        codes: Arc::default(),
    };
    let alipay = Arc::new(Alipay::new(config, hands)?);
    Ok(Connector {
        charge: dress(Channel::Alipay, alipay.clone()),
        mandates: Some(alipay.clone()),
        pages: Some(alipay.clone()),
        cards: None,
        notifications: alipay,
    })
}

fn unionpay(credentials: &Value, clock: &Arc<SystemClock>, base: &str, dress: Dress) -> Result<Connector, Failure> {
    let hands: Arc<dyn Clock> = clock.clone();
    let config = UnionPayConfig {
        gateway: format!("{}/gateway/api/", text(credentials, "endpoint")?).parse()?,
        mer_id: text(credentials, "mer_id")?,
        tr_id: text(credentials, "tr_id")?,
        sign_key_pem: Secret::new(text(credentials, "merchant_private_key_pkcs8")?),
        sign_cert_pem: text(credentials, "merchant_certificate")?,
        trust: Trust {
            roots_pem: text(credentials, "root_certificate")?,
            middle_pem: text(credentials, "middle_certificate")?,
            signer: PRODUCTION_SIGNER.into(),
            sha1: false,
        },
        notify_url: format!("{base}/v1/notifications/{}", Channel::UnionPay.id()),
        timeout: PATIENCE,
        connect_timeout: PATIENCE,
        codes: Arc::default(),
    };
    let unionpay = Arc::new(UnionPay::new(&config, hands)?);
    Ok(Connector {
        charge: dress(Channel::UnionPay, unionpay.clone()),
        mandates: None,
        pages: None,
        cards: Some(CardConnector { binding: unionpay.clone(), payments: unionpay.clone() }),
        notifications: unionpay,
    })
}

/// A text of a JSON object.
pub(crate) fn text(object: &Value, name: &str) -> Result<String, Failure> {
    let found = object[name].as_str().map(str::to_owned);
    found.ok_or_else(|| format!("there is no {name} in {object}").into())
}

/// A client for loopback: no proxy, no redirects, bounded waits.
pub(crate) fn client() -> Result<Client, Failure> {
    let client =
        Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).timeout(Duration::from_secs(60));
    Ok(client.build()?)
}
