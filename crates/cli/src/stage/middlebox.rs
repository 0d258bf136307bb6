//! Somebody between the payer's phone and the world: a proxy that signs every certificate anew, or a blocker that drops
//! what goes to one address. The phone sends everything through him.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::output::Failure;

/// The name by which the proxy signs.
pub(crate) const ISSUER: &str = "Cafe Inspection CA";

/// What he does.
#[derive(Debug, Clone)]
enum Manner {
    Resigns(Arc<ServerConfig>),
    Drops(String),
}

/// He; he goes when this goes.
pub(crate) struct Middlebox {
    pub(crate) address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Middlebox {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Middlebox {
    /// A proxy that shows a certificate of its own making for this host.
    pub(crate) async fn that_signs_anew(host: &str) -> Result<Self, Failure> {
        let key = rcgen::KeyPair::generate()?;
        let mut wanted = rcgen::CertificateParams::new([host.to_owned()])?;
        wanted.distinguished_name = rcgen::DistinguishedName::new();
        wanted.distinguished_name.push(rcgen::DnType::CommonName, ISSUER);
        let made = wanted.self_signed(&key)?;
        let private = PrivateKeyDer::try_from(key.serialize_der()).map_err(Failure::usage)?;
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
        let config = config.with_safe_default_protocol_versions()?.with_no_client_auth();
        let config = config.with_single_cert(vec![made.der().clone()], private)?;
        Self::open(Manner::Resigns(Arc::new(config))).await
    }

    /// A blocker that drops what goes to this address, `host:port`, and lets everything else through.
    pub(crate) async fn that_drops(address: &str) -> Result<Self, Failure> {
        Self::open(Manner::Drops(address.to_owned())).await
    }

    async fn open(manner: Manner) -> Result<Self, Failure> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(carry(stream, manner.clone()));
            }
        });
        Ok(Self { address, task })
    }
}

/// One connection: how it ends is nobody's matter, as with every proxy.
async fn carry(mut stream: TcpStream, manner: Manner) {
    let Some(head) = read_head(&mut stream).await else { return };
    let text = String::from_utf8_lossy(&head).into_owned();
    let mut words = text.split_whitespace();
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return };
    let tunnel = method == "CONNECT";
    let authority = if tunnel {
        target.to_owned()
    } else {
        let Some(rest) = target.strip_prefix("http://") else { return };
        rest.split('/').next().unwrap_or_default().to_owned()
    };
    match manner {
        Manner::Drops(dropped) if dropped == authority => {}
        Manner::Resigns(config) => {
            if stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.is_ok()
                && let Ok(mut seen) = TlsAcceptor::from(config).accept(stream).await
            {
                // Whoever trusts him nevertheless gets nothing.
                drop(seen.read_u8().await);
            }
        }
        Manner::Drops(_) => {
            let Ok(mut far) = TcpStream::connect(&authority).await else { return };
            let begun = if tunnel {
                stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await
            } else {
                far.write_all(&head).await
            };
            if begun.is_ok() {
                drop(tokio::io::copy_bidirectional(&mut stream, &mut far).await);
            }
        }
    }
}

/// The head of a request, one byte at a time: what comes behind it is not ours.
async fn read_head(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() > 16 * 1024 {
            return None;
        }
        head.push(stream.read_u8().await.ok()?);
    }
    Some(head)
}
