//! The encrypted connection: who has signed the certificate that is seen, and whether its time is now.
//!
//! The handshake is always finished, whatever is wrong with the certificate, because the server's own time is behind
//! it. What goes through afterwards is a question without any secret.

use std::sync::{Arc, Mutex};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, Error, InvalidMessage, RootCertStore,
    SignatureScheme,
};
use tantu_domain::device_report::{TlsReport, TlsResult};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::ANSWER;

/// The longest issuer that is told.
const LONGEST_ISSUER: usize = 200;

/// Whom the device trusts.
#[derive(Debug, Clone)]
pub(crate) struct Trust(Arc<Judge>);

#[derive(Debug)]
struct Judge {
    inner: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl Trust {
    /// The system's authorities, and further ones that the caller names.
    pub(crate) fn of_system(also: &[CertificateDer<'static>]) -> Self {
        let mut roots = RootCertStore::empty();
        let system = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(system.certs);
        roots.add_parsable_certificates(also.iter().cloned());
        let provider = Arc::new(aws_lc_rs::default_provider());
        // Without a single authority nothing is trusted, and that is then what is seen.
        let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build().ok();
        Self(Arc::new(Judge { inner, provider }))
    }
}

/// Speaks TLS over a connection, and says what it saw.
pub(crate) async fn handshake(
    trust: &Trust,
    host: &str,
    stream: TcpStream,
) -> (TlsReport, Option<TlsStream<TcpStream>>) {
    let watcher = Arc::new(Watcher { judge: trust.0.clone(), seen: Mutex::new(None) });
    let report = |result| TlsReport { result, issuer: watcher.issuer() };
    let Ok(name) = ServerName::try_from(host.to_owned()) else { return (report(TlsResult::WrongName), None) };
    let versions = ClientConfig::builder_with_provider(trust.0.provider.clone()).with_safe_default_protocol_versions();
    let Ok(versions) = versions else { return (report(TlsResult::Untrusted), None) };
    let config = versions.dangerous().with_custom_certificate_verifier(watcher.clone()).with_no_client_auth();
    match timeout(ANSWER, TlsConnector::from(Arc::new(config)).connect(name, stream)).await {
        Ok(Ok(stream)) => (report(watcher.result()), Some(stream)),
        Ok(Err(error)) => (report(broken(&error)), None),
        Err(_) => (report(TlsResult::Silent), None),
    }
}

/// What an error of the handshake says of the other side.
fn broken(error: &std::io::Error) -> TlsResult {
    let Some(Some(inner)) = error.get_ref().map(|inner| inner.downcast_ref::<Error>()) else { return TlsResult::Cut };
    match inner {
        Error::PeerIncompatible(_)
        | Error::InvalidMessage(InvalidMessage::UnknownProtocolVersion)
        | Error::AlertReceived(AlertDescription::ProtocolVersion | AlertDescription::HandshakeFailure) => {
            TlsResult::OldProtocol
        }
        Error::InvalidMessage(_) => TlsResult::NotTls,
        Error::AlertReceived(_) => TlsResult::Cut,
        _ => TlsResult::Untrusted,
    }
}

/// Looks at the certificate as every app does, remembers what is wrong with it, and lets the handshake go on.
#[derive(Debug)]
struct Watcher {
    judge: Arc<Judge>,
    seen: Mutex<Option<(TlsResult, Option<String>)>>,
}

impl Watcher {
    fn seen(&self) -> Option<(TlsResult, Option<String>)> {
        self.seen.lock().ok().and_then(|seen| seen.clone())
    }

    fn result(&self) -> TlsResult {
        self.seen().map_or(TlsResult::Untrusted, |(result, _)| result)
    }

    fn issuer(&self) -> Option<String> {
        self.seen().and_then(|(_, issuer)| issuer)
    }

    fn judge(
        &self,
        end: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> TlsResult {
        let Some(inner) = &self.judge.inner else { return TlsResult::UnknownIssuer };
        let verify = |at| inner.verify_server_cert(end, between, name, ocsp, at).map(drop);
        let dated = match verify(now) {
            Ok(()) => return TlsResult::Trusted,
            Err(error) => named(&error),
        };
        if !matches!(dated, TlsResult::Expired | TlsResult::NotYetValid) {
            return dated;
        }
        // Whether only its dates are wrong shows at a time in the middle of them.
        let Some(middle) = middle(end) else { return TlsResult::Untrusted };
        match verify(middle) {
            Ok(()) => dated,
            Err(error) => named(&error),
        }
    }
}

fn middle(certificate: &CertificateDer<'_>) -> Option<UnixTime> {
    let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
    let (begin, end) = (parsed.validity().not_before.timestamp(), parsed.validity().not_after.timestamp());
    let middle = begin.checked_add(end.checked_sub(begin)? / 2)?;
    Some(UnixTime::since_unix_epoch(std::time::Duration::from_secs(u64::try_from(middle).ok()?)))
}

fn named(error: &Error) -> TlsResult {
    match error {
        Error::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
            TlsResult::Expired
        }
        Error::InvalidCertificate(CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. }) => {
            TlsResult::NotYetValid
        }
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => TlsResult::WrongName,
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => TlsResult::UnknownIssuer,
        _ => TlsResult::Untrusted,
    }
}

fn issuer(certificate: &CertificateDer<'_>) -> Option<String> {
    let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
    let text = parsed.issuer().to_string();
    Some(text.chars().filter(|letter| !letter.is_control()).take(LONGEST_ISSUER).collect())
}

impl ServerCertVerifier for Watcher {
    fn verify_server_cert(
        &self,
        end: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let seen = (self.judge(end, between, name, ocsp, now), issuer(end));
        if let Ok(mut place) = self.seen.lock() {
            *place = Some(seen);
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.judge.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.judge.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.judge.provider.signature_verification_algorithms.supported_schemes()
    }
}
