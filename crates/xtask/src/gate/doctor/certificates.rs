//! The certificates that a device may be shown, and the authority that it trusts.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;

use crate::failure::Failure;

/// Every certificate as a server that shows it.
#[derive(Debug, Clone)]
pub(crate) struct Certificates {
    pub(crate) authority_pem: String,
    pub(crate) good: Arc<ServerConfig>,
    pub(crate) expired: Arc<ServerConfig>,
    pub(crate) not_yet: Arc<ServerConfig>,
    pub(crate) of_another: Arc<ServerConfig>,
    pub(crate) signed_anew: Arc<ServerConfig>,
}

type Dates = [(i32, u8, u8); 2];

const NOW: Dates = [(2025, 1, 1), (2045, 1, 1)];

impl Certificates {
    /// Makes them.
    pub(crate) fn make() -> Result<Self, Failure> {
        let (trusted, impostor) = (authority("Tantu Test Authority")?, authority("Corporate Inspection CA")?);
        let name = "pay.tantu.test";
        Ok(Self {
            authority_pem: trusted.0.clone(),
            good: server(&trusted.1, name, NOW)?,
            expired: server(&trusted.1, name, [(2020, 1, 1), (2021, 1, 1)])?,
            not_yet: server(&trusted.1, name, [(2044, 1, 1), (2045, 1, 1)])?,
            of_another: server(&trusted.1, "somebody.else.test", NOW)?,
            signed_anew: server(&impostor.1, name, NOW)?,
        })
    }
}

fn authority(name: &str) -> Result<(String, Issuer<'static, KeyPair>), Failure> {
    let key = KeyPair::generate()?;
    let mut wanted = dated(CertificateParams::new(Vec::<String>::new())?, [(2015, 1, 1), (2050, 1, 1)]);
    wanted.distinguished_name.push(DnType::CommonName, name);
    wanted.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let made = wanted.self_signed(&key)?;
    Ok((made.pem(), Issuer::new(wanted, key)))
}

fn dated(mut wanted: CertificateParams, [from, to]: Dates) -> CertificateParams {
    wanted.not_before = date_time_ymd(from.0, from.1, from.2);
    wanted.not_after = date_time_ymd(to.0, to.1, to.2);
    wanted
}

fn server(issuer: &Issuer<'static, KeyPair>, name: &str, dates: Dates) -> Result<Arc<ServerConfig>, Failure> {
    let key = KeyPair::generate()?;
    let made = dated(CertificateParams::new(vec![name.to_owned()])?, dates).signed_by(&key, issuer)?;
    let private = PrivateKeyDer::try_from(key.serialize_der()).map_err(Failure::new)?;
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let config = config.with_safe_default_protocol_versions()?.with_no_client_auth();
    Ok(Arc::new(config.with_single_cert(vec![made.der().clone()], private)?))
}
