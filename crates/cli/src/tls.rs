//! TLS for the server: a certificate and its key from PEM files, checked before anything else is opened.
//!
//! What is wrong is named by the option or field that it came from. A certificate whose time is over, or has not
//! come, is only warned of: the server's own clock may be the one that is off.

mod listener;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::output::Failure;

pub(crate) use listener::TlsListener;

/// A file, and the option or field that named it.
#[derive(Debug, Clone)]
pub(crate) struct NamedFile {
    pub(crate) option: &'static str,
    pub(crate) path: PathBuf,
}

impl NamedFile {
    fn read(&self) -> Result<Vec<u8>, Failure> {
        std::fs::read(&self.path).map_err(|error| {
            self.wrong(format_args!("cannot be read: {error}"), "put the PEM file there, or name another path")
        })
    }

    fn wrong(&self, why: impl std::fmt::Display, hint: &str) -> Failure {
        Failure::with_hint(format!("{}: {} {why}", self.option, self.path.display()), hint)
    }
}

/// What a server proves itself with.
#[derive(Debug, Clone)]
pub(crate) struct Tls {
    pub(crate) config: Arc<ServerConfig>,
    /// What is wrong with it, although it can be used.
    pub(crate) warning: Option<String>,
}

impl Tls {
    /// Both files or neither; one alone is an error that names the other.
    pub(crate) fn of(
        certificate: Option<NamedFile>,
        key: Option<NamedFile>,
        wall: Timestamp,
    ) -> Result<Option<Self>, Failure> {
        let alone = |given: &NamedFile, other: &str| {
            let hint = format!("give both for TLS, or neither for plain HTTP; {other} is missing");
            Failure::with_hint(format!("{} stands alone", given.option), hint)
        };
        match (certificate, key) {
            (Some(certificate), Some(key)) => Self::load(&certificate, &key, wall).map(Some),
            (Some(certificate), None) => Err(alone(&certificate, "--tls-key (server.tls_key)")),
            (None, Some(key)) => Err(alone(&key, "--tls-cert (server.tls_cert)")),
            (None, None) => Ok(None),
        }
    }

    fn load(certificate: &NamedFile, key: &NamedFile, wall: Timestamp) -> Result<Self, Failure> {
        let chain = certificates(certificate)?;
        let warning = chain.first().map(|own| warning(certificate, own, wall)).transpose()?.flatten();
        let private = private_key(key)?;
        let fits = |error: rustls::Error| match error {
            rustls::Error::InconsistentKeys(_) => key.wrong(
                format_args!("does not belong to the certificate in {}", certificate.path.display()),
                "name the key that the certificate was made for; the server's own certificate stands first in its file",
            ),
            rustls::Error::InvalidCertificate(_) => certificate.wrong(
                format_args!("holds a certificate that cannot be used: {error}"),
                "ask its authority for an X.509 certificate of a server",
            ),
            other => {
                key.wrong(format_args!("holds a key that cannot be used: {other}"), "use an ECDSA, Ed25519 or RSA key")
            }
        };
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
        let config = config.with_safe_default_protocol_versions()?.with_no_client_auth();
        let mut config = config.with_single_cert(chain, private).map_err(fits)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { config: Arc::new(config), warning })
    }
}

fn certificates(file: &NamedFile) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let hint = "give PEM: the server's own certificate first, then those between it and its authority";
    let pem = file.read()?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match chain {
        Ok(chain) if chain.is_empty() => Err(file.wrong("holds no certificate", hint)),
        Ok(chain) => Ok(chain),
        Err(error) => Err(file.wrong(format_args!("holds a certificate that cannot be read: {error}"), hint)),
    }
}

fn private_key(file: &NamedFile) -> Result<PrivateKeyDer<'static>, Failure> {
    PrivateKeyDer::from_pem_slice(&file.read()?).map_err(|error| {
        let hint = "give PEM: a PKCS#8, SEC1 or PKCS#1 key that no password protects";
        file.wrong(format_args!("holds no private key that can be read: {error}"), hint)
    })
}

/// Whether clients with a right clock will refuse the certificate.
fn warning(file: &NamedFile, own: &CertificateDer<'_>, wall: Timestamp) -> Result<Option<String>, Failure> {
    let (_, read) = x509_parser::parse_x509_certificate(own).map_err(|error| {
        file.wrong(format_args!("holds a certificate that cannot be read: {error}"), "ask its authority for another")
    })?;
    let [begins, ends] = [read.validity().not_before, read.validity().not_after].map(|at| at.timestamp());
    let told = |what: &str, at: i64| {
        let at = Timestamp::from_second(at).map_or_else(|_| "an unknown time".to_owned(), |at| at.to_string());
        format!("{}: the certificate in {} {what} {at}; clients will refuse it", file.option, file.path.display())
    };
    let now = wall.as_second();
    if now > ends {
        Ok(Some(told("ended at", ends)))
    } else if now < begins {
        Ok(Some(told("begins at", begins)))
    } else {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    struct Folder(tempfile::TempDir);

    impl Folder {
        fn file(&self, option: &'static str, name: &str, text: &str) -> NamedFile {
            let path = self.0.path().join(name);
            std::fs::write(&path, text).unwrap();
            NamedFile { option, path }
        }
    }

    fn made(years: [i32; 2]) -> (String, String) {
        let mut wanted = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
        [wanted.not_before, wanted.not_after] = years.map(|year| rcgen::date_time_ymd(year, 1, 1));
        let key = rcgen::KeyPair::generate().unwrap();
        (wanted.self_signed(&key).unwrap().pem(), key.serialize_pem())
    }

    fn wall() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_pair_that_fits_is_taken_and_old_ones_are_warned_of() {
        let folder = Folder(tempfile::tempdir().unwrap());
        for (years, warned) in [([2020, 2030], None), ([2020, 2021], Some("ended")), ([2030, 2031], Some("begins"))] {
            let (certificate, key) = made(years);
            let pair = (folder.file("--tls-cert", "c.pem", &certificate), folder.file("--tls-key", "k.pem", &key));
            let tls = Tls::of(Some(pair.0), Some(pair.1), wall()).unwrap_or_else(|failure| panic!("{failure:?}"));
            let warning = tls.unwrap().warning;
            assert_eq!(warning.is_some(), warned.is_some(), "{years:?}: {warning:?}");
            assert!(warning.unwrap_or_default().contains(warned.unwrap_or_default()), "{years:?}");
        }
        assert!(Tls::of(None, None, wall()).unwrap_or_else(|failure| panic!("{failure:?}")).is_none());
    }

    #[test]
    fn what_is_wrong_is_named_by_its_option() {
        let folder = Folder(tempfile::tempdir().unwrap());
        let ((own, own_key), (_, other_key)) = (made([2020, 2030]), made([2020, 2030]));
        let certificate = |text: &str| Some(folder.file("--tls-cert", "certificate.pem", text));
        let key = |text: &str| Some(folder.file("server.tls_key", "key.pem", text));
        let missing = |option| Some(NamedFile { option, path: Path::new("nowhere.pem").to_owned() });
        let no_der = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let table = [
            (certificate(&own), None, "--tls-cert stands alone"),
            (None, key(&own_key), "server.tls_key stands alone"),
            (missing("--tls-cert"), key(&own_key), "--tls-cert: nowhere.pem cannot be read"),
            (certificate(&own), missing("--tls-key"), "--tls-key: nowhere.pem cannot be read"),
        ];
        for (certificate, key, told) in table {
            says(certificate, key, told);
        }
        // These lie in the same files, one after the other.
        for (certificate_text, key_text, told) in [
            ("", own_key.as_str(), "certificate.pem holds no certificate"),
            (no_der, &own_key, "certificate.pem holds a certificate that cannot be read"),
            (&own, "no key", "key.pem holds no private key"),
            (&own, &own, "key.pem holds no private key"),
            (&own, &other_key, "key.pem does not belong to the certificate in "),
        ] {
            says(certificate(certificate_text), key(key_text), told);
        }
    }

    fn says(certificate: Option<NamedFile>, key: Option<NamedFile>, told: &str) {
        let failure = Tls::of(certificate, key, wall()).map(drop).unwrap_err();
        assert!(failure.message().contains(told), "{told}: {failure:?}");
    }
}
