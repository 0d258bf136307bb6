//! A payer's handset: how it finds our name, through whom it goes, and the few connections that its app has. It fails as
//! real ones do, and its own doctor measures why.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use tantu_doctor::{
    Examination, Plan, Progress, ProxySetting, Surroundings, Target, by_resolver, examine, report_document,
};
use tantu_domain::clock::Clock as _;
use tantu_domain::device_report::{Answer, Asked, DeviceRules};
use tantu_engine::time::SystemClock;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::output::Failure;
use crate::stage::actors::Order;
use crate::stage::payer::Payer;
use crate::stage::reply::Reply;
use crate::stage::{Stage, wait_until};

/// How many connections the app keeps at most, as HTTP clients do.
const POOL: usize = 12;

/// How long the app waits for a free connection before it gives up.
const PATIENCE: Duration = Duration::from_millis(800);

/// A handset.
pub(crate) struct Handset {
    /// The address under which its app knows us.
    pub(crate) base: String,
    /// The resolver that it asks; `None` if it knows us by address.
    pub(crate) resolver: Option<SocketAddr>,
    /// A resolver that is right, to compare with.
    pub(crate) other_resolver: Option<SocketAddr>,
    /// Through whom everything goes.
    pub(crate) proxy: Option<SocketAddr>,
    /// Whom its app trusts besides the system's authorities.
    pub(crate) authority: Option<CertificateDer<'static>>,
    pool: Arc<Semaphore>,
    stuck: Vec<(TcpStream, OwnedSemaphorePermit)>,
}

impl Handset {
    /// One with which nothing is wrong.
    pub(crate) fn new(base: impl Into<String>) -> Self {
        Self {
            base: base.into(),
            resolver: None,
            other_resolver: None,
            proxy: None,
            authority: None,
            pool: Arc::new(Semaphore::new(POOL)),
            stuck: Vec::new(),
        }
    }

    /// What its app speaks HTTP with, as the handset is set now; a failure if it cannot even find us.
    pub(crate) async fn browser(&self) -> Result<Result<reqwest::Client, String>, Failure> {
        let mut client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(10));
        let target = Target::parse(&self.base)?;
        if let Some(resolver) = self.resolver {
            let found = by_resolver(&target.host, resolver, Asked::Device).await;
            let Answer::Addresses(addresses) = found.answer else {
                return Ok(Err(format!("{} was not found: {}", target.host, found.answer.id())));
            };
            let addresses: Vec<SocketAddr> =
                addresses.into_iter().map(|address| SocketAddr::new(address, target.port)).collect();
            client = client.resolve_to_addrs(&target.host, &addresses);
        }
        if let Some(proxy) = self.proxy {
            client = client.proxy(reqwest::Proxy::all(format!("http://{proxy}"))?);
        }
        if let Some(authority) = &self.authority {
            let mut roots = RootCertStore::empty();
            roots.add(authority.clone())?;
            let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
            let config = config.with_safe_default_protocol_versions()?.with_root_certificates(roots);
            client = client.tls_backend_preconfigured(config.with_no_client_auth());
        }
        Ok(Ok(client.build()?))
    }

    /// Its app asks for the order to be paid: an answer, or why there was none.
    pub(crate) async fn pays(
        &self,
        stage: &Stage,
        order: &Order,
        payer: &Payer,
        instrument: &str,
    ) -> Result<Result<Reply, String>, Failure> {
        let body = Stage::payment_body(order, payer, instrument);
        self.sends(stage, "/v1/payments", &order.key, &body).await
    }

    /// Its app takes a refused order up again, with this instrument: an answer, or why there was none.
    pub(crate) async fn resumes(
        &self,
        stage: &Stage,
        payment: &str,
        instrument: &str,
    ) -> Result<Result<Reply, String>, Failure> {
        let key = format!("resume-{}", hex::encode(stage.server.engine.ids().fresh()));
        let body = json!({ "instrument": instrument });
        self.sends(stage, &format!("/v1/payments/{payment}/resume"), &key, &body).await
    }

    async fn sends(
        &self,
        stage: &Stage,
        path: &str,
        key: &str,
        body: &Value,
    ) -> Result<Result<Reply, String>, Failure> {
        let Ok(Ok(_connection)) = tokio::time::timeout(PATIENCE, self.pool.acquire()).await else {
            return Ok(Err("no connection was free".to_owned()));
        };
        let app = match self.browser().await? {
            Ok(app) => app,
            Err(why) => return Ok(Err(why)),
        };
        let request = app
            .post(format!("{}{path}", self.base))
            .bearer_auth(&stage.merchant_key)
            .header("Idempotency-Key", key)
            .header("Accept-Language", stage.language)
            .json(body);
        match request.send().await {
            Ok(answer) => Ok(Ok(Reply::of(answer).await?)),
            Err(error) => Ok(Err(error.to_string())),
        }
    }

    /// What its doctor measures. Loss is left out: nothing is lost on loopback, and what a busy machine delays is no fault.
    pub(crate) async fn examined(&self) -> Result<Examination, Failure> {
        let plan = Plan {
            target: Target::parse(&self.base)?,
            resolvers: self.other_resolver.into_iter().collect(),
            ntp: None,
            addresses: Vec::new(),
            authorities: self.authority.iter().cloned().collect(),
            rules: DeviceRules { affected_percent: 101, round_trip_ms: u32::MAX, ..DeviceRules::default() },
        };
        let proxy = self.proxy.map(|proxy| ProxySetting { address: proxy.to_string(), set_in: "wifi".to_owned() });
        let surroundings = Surroundings {
            resolvers: self.resolver.into_iter().collect(),
            own_resolver: self.resolver,
            proxy,
            hanging: Surroundings::read(None).hanging,
            ..Surroundings::default()
        };
        let mut seen = examine(&plan, &surroundings, &SystemClock::default(), &mut |_: Progress<'_>| {}).await;
        if let Some(network) = &mut seen.report.network {
            network.probes = None;
        }
        Ok(seen)
    }

    /// Reports what was measured, over another network: the mobile one instead of the Wi-Fi.
    pub(crate) async fn report(
        &self,
        stage: &Stage,
        seen: &Examination,
        payment: Option<&str>,
    ) -> Result<Reply, Failure> {
        let body = Self::document(seen, payment);
        let told = stage.ask(Method::POST, "/v1/device-reports", &stage.merchant_key, Some(body)).await?;
        told.expect("the device's report")
    }

    /// Asks, over another network, what both what was measured and what is stored of a payment say together.
    pub(crate) async fn diagnosed(&self, stage: &Stage, seen: &Examination, payment: &str) -> Result<Reply, Failure> {
        let body = json!({ "device_report": Self::document(seen, Some(payment)) });
        let told = stage.ask(Method::POST, "/v1/diagnoses", &stage.merchant_key, Some(body)).await?;
        told.expect("a diagnosis of device and payment")
    }

    fn document(seen: &Examination, payment: Option<&str>) -> Value {
        let mut body = report_document(&seen.report, SystemClock::default().wall());
        if let Some(payment) = payment {
            body["payment"] = json!(payment);
        }
        body
    }

    /// All connections that the app may have were closed by the server, and it has not noticed: the bug of many an app
    /// that was asleep for long.
    pub(crate) async fn forgets_its_connections(&mut self) -> Result<(), Failure> {
        let server: SocketAddr = self.base.trim_start_matches("http://").parse()?;
        for _ in 0..POOL {
            let permit = self.pool.clone().acquire_owned().await?;
            let mut stream = TcpStream::connect(server).await?;
            stream.write_all(b"nonsense\r\n\r\n").await?;
            self.stuck.push((stream, permit));
        }
        // A connection hangs once the server's end of it has come.
        wait_until(|| async {
            let hanging = Surroundings::read(None).hanging;
            Ok((hanging.iter().filter(|address| **address == server).count() >= POOL).then_some(()))
        })
        .await
    }

    /// The app is started again.
    pub(crate) fn restarts(&mut self) {
        self.stuck.clear();
    }
}
