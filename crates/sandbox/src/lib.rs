//! The other side: the payment channels as a server on loopback, over their real protocols, failing on demand.
//!
//! Nothing here is shared with the connectors that talk to it, so that each checks the other, and independent clients
//! check both. It sends no field and no code that the channel does not publish; where a page or a port had to be
//! invented (the real one is a phone's screen), `GET /credentials` names it under `invented`.
//!
//! One port is the control; each channel, the SMS service and the registry have their own. The books of a channel are the
//! truth: money moves there in whole fen between payers and the merchant, and `GET /truth` shows them.

mod alipay;
mod backstage;
mod banks;
mod beijing;
mod calls;
mod clock;
mod control;
mod faults;
mod ids;
mod keys;
mod loopback;
mod money;
mod outbox;
mod people;
mod phones;
mod plain_call;
mod registry;
mod sms;
mod tasks;
mod unionpay;
mod wire;
mod x509;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::alipay::Alipay;
use crate::backstage::Backstage;
use crate::banks::Banks;
use crate::control::Controlled;
use crate::phones::Phones;
use crate::registry::Registry;
use crate::sms::Sms;
use crate::unionpay::UnionPay;
use crate::wire::{Connection, CuttableListener};

/// Each port's distance from the base port, where Alipay is 1. 2, 3 and 7 are kept for channels to come.
const ALIPAY: u16 = 1;
const UNIONPAY: u16 = 4;
const SMS: u16 = 5;
const REGISTRY: u16 = 6;

/// Where the sandbox listens and from what its numbers follow.
#[derive(Clone, Copy, Debug)]
pub struct SandboxConfig {
    /// The control address and base port; Alipay listens one port above it, UnionPay four, the SMS service five and the
    /// registry six. Port 0 takes free ports.
    pub listen: SocketAddr,
    /// Numbers of trades, buyers, orders, tokens and cards follow from it; keys do not.
    pub seed: u64,
}

/// Why the sandbox did not start. Each text says the way out.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The address could be reached from outside of this machine.
    #[error("{0} is not a loopback address; the sandbox gives out private keys, so listen on 127.0.0.1 or [::1]")]
    NotLoopback(SocketAddr),
    /// Somebody else listens there.
    #[error(
        "port {port} for {purpose} is in use; stop the other process, or choose another base port with --listen {ip}:0 \
         (free ports)", port = .address.port(), ip = .address.ip()
    )]
    PortInUse {
        /// The address that is taken.
        address: SocketAddr,
        /// What was to listen there.
        purpose: &'static str,
    },
    /// The base port leaves no room for the channels' ports above it.
    #[error(
        "base port {0} leaves no room for the channels' ports above it; choose one below 65526, or 0 for free ports"
    )]
    NoRoom(u16),
    /// The operating system refused the address for another reason.
    #[error("cannot listen on {address} for {purpose}: {source}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What was to listen there.
        purpose: &'static str,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The keys or certificates of the merchant or of the channel could not be made.
    #[error("cannot make keys and certificates: {0}; the cryptographic library refused, which a restart may cure")]
    Keys(String),
    /// The client that sends notifications could not be made.
    #[error("cannot make the HTTP client for notifications: {0}")]
    Client(String),
}

/// A running sandbox. It ends with [`stop`](Self::stop), or with the runtime that it was started on.
pub struct Sandbox {
    addresses: Addresses,
    backstage: Backstage,
    stopping: watch::Sender<bool>,
    servers: Vec<JoinHandle<()>>,
}

/// Where everything listens.
#[derive(Clone, Copy)]
struct Addresses {
    control: SocketAddr,
    alipay: SocketAddr,
    unionpay: SocketAddr,
    sms: SocketAddr,
    registry: SocketAddr,
}

impl Sandbox {
    /// Binds its ports, makes fresh keys and starts to serve.
    ///
    /// # Errors
    /// See [`SandboxError`].
    pub async fn start(config: SandboxConfig) -> Result<Self, SandboxError> {
        let base = config.listen;
        if !base.ip().is_loopback() {
            return Err(SandboxError::NotLoopback(base));
        }
        let (control_listener, control) = listen(base, "the control").await?;
        let (alipay_listener, alipay) = listen(port_above(base, ALIPAY)?, "Alipay").await?;
        let (unionpay_listener, unionpay) = listen(port_above(base, UNIONPAY)?, "UnionPay").await?;
        let (sms_listener, sms) = listen(port_above(base, SMS)?, "the SMS service").await?;
        let (registry_listener, registry) = listen(port_above(base, REGISTRY)?, "the registry").await?;
        let addresses = Addresses { control, alipay, unionpay, sms, registry };

        let controlled = everything(config.seed, addresses)?;
        let backstage = controlled.backstage.clone();
        let (stopping, _) = watch::channel(false);
        let servers = vec![
            serve(alipay_listener, alipay::router(Arc::clone(&controlled.alipay)), &stopping),
            serve(unionpay_listener, unionpay::router(Arc::clone(&controlled.unionpay)), &stopping),
            serve(sms_listener, sms::router(Arc::clone(&controlled.sms)), &stopping),
            serve(registry_listener, registry::router(Arc::clone(&controlled.registry)), &stopping),
            serve(control_listener, control::router(controlled), &stopping),
        ];
        Ok(Self { addresses, backstage, stopping, servers })
    }

    /// Where the control listens: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn control_url(&self) -> String {
        format!("http://{}", self.addresses.control)
    }

    /// Where Alipay listens: `http://127.0.0.1:PORT`; its gateway is `/gateway.do` below it.
    #[must_use]
    pub fn alipay_url(&self) -> String {
        format!("http://{}", self.addresses.alipay)
    }

    /// Where UnionPay listens: `http://127.0.0.1:PORT`; its gateway is `/gateway/api/*.do` below it.
    #[must_use]
    pub fn unionpay_url(&self) -> String {
        format!("http://{}", self.addresses.unionpay)
    }

    /// Where the SMS service listens: `http://127.0.0.1:PORT`; messages go to `/sms/messages` below it.
    #[must_use]
    pub fn sms_url(&self) -> String {
        format!("http://{}", self.addresses.sms)
    }

    /// Where the registry listens: `http://127.0.0.1:PORT`; it is asked at `/registry/verifications` below it.
    #[must_use]
    pub fn registry_url(&self) -> String {
        format!("http://{}", self.addresses.registry)
    }

    /// Ends everything that the sandbox does, also notifications that are still being repeated.
    pub async fn stop(self) {
        self.backstage.tasks.stop();
        // A receiver that is already gone has nothing left to stop.
        let _ = self.stopping.send(true);
        for mut server in self.servers {
            // A client that keeps its connection open must not keep the sandbox alive.
            if tokio::time::timeout(Duration::from_secs(1), &mut server).await.is_err() {
                server.abort();
            }
        }
        // A call that was still being answered may have left something to do.
        self.backstage.tasks.stop();
    }
}

/// Makes the channels and what stands behind them.
fn everything(seed: u64, addresses: Addresses) -> Result<Controlled, SandboxError> {
    let backstage = Backstage::new();
    let banks = Arc::new(Banks::new(seed, Arc::clone(&backstage.clock)));
    let phones = Arc::new(Phones::new(Arc::clone(&backstage.clock)));
    // Making RSA keys is what a start waits for, so both channels make theirs at once.
    let (alipay, unionpay) = std::thread::scope(|scope| {
        let (banks, phones) = (Arc::clone(&banks), Arc::clone(&phones));
        let unionpay = scope.spawn(|| UnionPay::new(seed, addresses.unionpay, &backstage, banks, phones));
        (Alipay::new(seed, addresses.alipay, &backstage), unionpay.join())
    });
    let unionpay = unionpay.map_err(|_| SandboxError::Keys("a thread ended".to_owned()))?;
    Ok(Controlled {
        alipay: Arc::new(alipay?),
        unionpay: Arc::new(unionpay?),
        sms: Arc::new(Sms::new(addresses.sms, &backstage, phones)?),
        registry: Arc::new(Registry::new(addresses.registry, &backstage, banks)?),
        backstage,
    })
}

fn port_above(base: SocketAddr, step: u16) -> Result<SocketAddr, SandboxError> {
    if base.port() == 0 {
        return Ok(base);
    }
    let port = base.port().checked_add(step).ok_or(SandboxError::NoRoom(base.port()))?;
    Ok(SocketAddr::new(base.ip(), port))
}

async fn listen(address: SocketAddr, purpose: &'static str) -> Result<(TcpListener, SocketAddr), SandboxError> {
    let listener = TcpListener::bind(address).await.map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => SandboxError::PortInUse { address, purpose },
        _ => SandboxError::Listen { address, purpose, source },
    })?;
    let bound = local_address(&listener, purpose)?;
    Ok((listener, bound))
}

fn local_address(listener: &TcpListener, purpose: &'static str) -> Result<SocketAddr, SandboxError> {
    let unknown = SocketAddr::from(([127, 0, 0, 1], 0));
    listener.local_addr().map_err(|source| SandboxError::Listen { address: unknown, purpose, source })
}

fn serve(listener: TcpListener, router: Router, stopping: &watch::Sender<bool>) -> JoinHandle<()> {
    let mut stop = stopping.subscribe();
    let router = router.layer(axum::middleware::from_fn(loopback::require_loopback_host));
    let service = router.into_make_service_with_connect_info::<Connection>();
    tokio::spawn(async move {
        let stopped = async move {
            // Either the word was given or the sandbox is gone; both mean the end.
            let _ = stop.wait_for(|stopping| *stopping).await;
        };
        let served = axum::serve(CuttableListener::new(listener), service).with_graceful_shutdown(stopped).await;
        if let Err(error) = served {
            tracing::error!(%error, "a port of the sandbox stopped serving");
        }
    })
}
