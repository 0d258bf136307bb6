//! Connections that have been shaken hands with. A caller who is slow at that, or silent, keeps nobody else
//! waiting, and is let go after a while.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Ten times what a phone on a bad line needs.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// The most handshakes at once: beyond it callers wait at the door, and the process keeps its descriptors.
const AT_ONCE: usize = 1_000;

/// A listener that gives connections once they are encrypted.
pub(crate) struct TlsListener {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
    patience: Duration,
    /// They end with the listener.
    handshakes: JoinSet<Option<(TlsStream<TcpStream>, SocketAddr)>>,
}

impl TlsListener {
    pub(crate) fn new(tcp: TcpListener, config: Arc<ServerConfig>) -> Self {
        Self { tcp, acceptor: TlsAcceptor::from(config), patience: HANDSHAKE, handshakes: JoinSet::new() }
    }

    fn shake_hands(&mut self, stream: TcpStream, peer: SocketAddr) {
        let shaken = tokio::time::timeout(self.patience, self.acceptor.accept(stream));
        self.handshakes.spawn(async move {
            match shaken.await {
                Ok(Ok(stream)) => Some((stream, peer)),
                Ok(Err(error)) => {
                    tracing::debug!(%peer, %error, "a caller broke off the TLS handshake");
                    None
                }
                Err(_) => {
                    tracing::debug!(%peer, "a caller did not finish the TLS handshake in time");
                    None
                }
            }
        });
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            tokio::select! {
                (stream, peer) = Listener::accept(&mut self.tcp), if self.handshakes.len() < AT_ONCE => {
                    self.shake_hands(stream, peer);
                }
                Some(ended) = self.handshakes.join_next() => {
                    if let Ok(Some(connection)) = ended {
                        return connection;
                    }
                }
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::extract::ConnectInfo;
    use axum::serve::ListenerExt as _;
    use axum::{Router, routing};
    use rustls::crypto::aws_lc_rs;
    use rustls::pki_types::PrivateKeyDer;
    use rustls::{ClientConfig, RootCertStore};
    use tokio::io::AsyncReadExt as _;

    /// A server that tells its callers their address, and a client that trusts it.
    async fn scene(patience: Duration) -> (SocketAddr, reqwest::Client) {
        let key = rcgen::KeyPair::generate().unwrap();
        let own = rcgen::CertificateParams::new(["127.0.0.1".to_owned()]).unwrap().self_signed(&key).unwrap();
        let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
        let config = config.unwrap().with_no_client_auth().with_single_cert(vec![own.der().clone()], private).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(own.der().clone()).unwrap();
        let trusting = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let trusting = trusting.with_root_certificates(roots).with_no_client_auth();
        let client = reqwest::Client::builder().no_proxy().tls_backend_preconfigured(trusting).build().unwrap();
        let tcp = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = tcp.local_addr().unwrap();
        let listener = TlsListener { patience, ..TlsListener::new(tcp, Arc::new(config)) };
        let told = |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() };
        let router = Router::new().route("/", routing::get(told)).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener.tap_io(|_| {}), router).await });
        (address, client)
    }

    #[tokio::test]
    async fn who_is_silent_keeps_nobody_waiting_and_callers_are_known() {
        let (address, client) = scene(HANDSHAKE).await;
        let mut silent = Vec::new();
        for _ in 0..8 {
            silent.push(TcpStream::connect(address).await.unwrap());
        }
        let answer = client.get(format!("https://{address}/")).send().await.unwrap();
        assert_eq!(answer.text().await.unwrap(), "127.0.0.1");
        // Who speaks no TLS is told nothing in the clear.
        assert!(client.get(format!("http://{address}/")).send().await.is_err());
        drop(silent);
    }

    #[tokio::test]
    async fn who_stays_silent_is_let_go() {
        let (address, _) = scene(Duration::from_millis(1)).await;
        let mut silent = TcpStream::connect(address).await.unwrap();
        let mut told = Vec::new();
        assert!(matches!(silent.read_to_end(&mut told).await, Ok(0) | Err(_)), "{told:?}");
    }
}
