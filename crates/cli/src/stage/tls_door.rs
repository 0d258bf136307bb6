//! A door to the stage's server that speaks TLS with a fresh certificate, and how an app on a phone comes through.

use std::net::SocketAddr;
use std::sync::Arc;

use jiff::SignedDuration;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tantu_domain::clock::day_of;
use tempfile::TempDir;

use crate::output::Failure;
use crate::server::Door;
use crate::stage::Stage;
use crate::stage::phone::PhoneClock;
use crate::tls::{NamedFile, Tls};

/// The door; it closes when this goes.
pub(crate) struct TlsDoor {
    pub(crate) base: String,
    certificate: CertificateDer<'static>,
    door: Door,
    /// The files that a real server is started with.
    _files: TempDir,
}

impl Drop for TlsDoor {
    fn drop(&mut self) {
        self.door.abort();
    }
}

impl TlsDoor {
    /// Opens it with a certificate that began two days ago and ends in thirty days.
    pub(crate) async fn open(stage: &Stage) -> Result<Self, Failure> {
        let wall = stage.server.engine.clock().wall();
        let files = tempfile::tempdir()?;
        let key = rcgen::KeyPair::generate()?;
        let mut wanted = rcgen::CertificateParams::new(["127.0.0.1".to_owned()])?;
        let day = |days: i64| -> Result<_, Failure> {
            let day = day_of(wall.checked_add(SignedDuration::from_hours(24 * days))?);
            Ok(rcgen::date_time_ymd(day.year().into(), day.month().try_into()?, day.day().try_into()?))
        };
        [wanted.not_before, wanted.not_after] = [day(-2)?, day(30)?];
        let made = wanted.self_signed(&key)?;
        let file = |option, name: &str, pem: String| -> Result<NamedFile, Failure> {
            let path = files.path().join(name);
            std::fs::write(&path, pem)?;
            Ok(NamedFile { option, path })
        };
        let certificate = file("--tls-cert", "certificate.pem", made.pem())?;
        let private = file("--tls-key", "key.pem", key.serialize_pem())?;
        let tls = Tls::of(Some(certificate), Some(private), wall)?;
        let tls = tls.ok_or_else(|| Failure::usage("the stage has no certificate"))?;
        let (address, door): (SocketAddr, Door) = stage.server.also_over_tls(&tls).await?;
        Ok(Self { base: format!("https://{address}"), certificate: made.der().clone(), door, _files: files })
    }

    /// The certificate that it shows.
    pub(crate) fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// An app that trusts this certificate while its phone's clock says that it is valid, as every app does.
    pub(crate) fn app(&self, clock: &Arc<PhoneClock>) -> Result<reqwest::Client, Failure> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone())?;
        let config = ClientConfig::builder_with_details(Arc::new(aws_lc_rs::default_provider()), clock.clone());
        let config = config.with_safe_default_protocol_versions()?.with_root_certificates(roots);
        client(config.with_no_client_auth())
    }

    /// The same app's way to tell that it trusts nobody: it sees that it is this very certificate, and does not
    /// look at its dates. What goes this way must be no secret.
    pub(crate) fn reporter(&self) -> Result<reqwest::Client, Failure> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = Arc::new(Pinned { certificate: self.certificate.clone(), provider: provider.clone() });
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        client(config.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
    }
}

fn client(config: ClientConfig) -> Result<reqwest::Client, Failure> {
    Ok(reqwest::Client::builder().no_proxy().tls_backend_preconfigured(config).build()?)
}

/// What an app had against a server's certificate, in the words of a device report.
pub(crate) fn certificate_fault(error: &reqwest::Error) -> Option<&'static str> {
    let mut behind: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = behind {
        match error.downcast_ref::<rustls::Error>() {
            Some(rustls::Error::InvalidCertificate(
                CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. },
            )) => return Some("certificate_not_yet_valid"),
            Some(rustls::Error::InvalidCertificate(
                CertificateError::Expired | CertificateError::ExpiredContext { .. },
            )) => return Some("certificate_expired"),
            Some(_) | None => {}
        }
        behind = match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            // An error of the socket leaves the one that it carries out of the chain.
            Some(carried) => Some(carried),
            None => error.source(),
        };
    }
    None
}

/// Takes one certificate and no other, whatever the time is.
#[derive(Debug)]
struct Pinned {
    certificate: CertificateDer<'static>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if *shown == self.certificate {
            return Ok(ServerCertVerified::assertion());
        }
        Err(rustls::Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
