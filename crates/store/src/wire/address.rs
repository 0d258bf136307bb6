//! Where a PostgreSQL database is, and whether what is said on the way there can be read by others.
//!
//! TLS always verifies the server's certificate. Without `sslmode` in the address it is demanded, but for a server on this
//! machine; `disable` is said by whoever means it. A password never leaves the address: what is shown has none.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::{StoreError, Trouble};

/// How long one of the address's hosts may take to take the call.
pub(crate) const CONNECT: Duration = Duration::from_secs(3);

/// A database of an address.
pub(crate) struct Address {
    pub(crate) config: Config,
    /// With what the connection is encrypted, if it is.
    pub(crate) tls: Option<MakeRustlsConnect>,
    /// The address without its password.
    pub(crate) shown: String,
    /// The file of the authorities that are trusted, if they are not the system's.
    pub(crate) roots: Option<String>,
}

/// Whether an address is meant for PostgreSQL.
pub(crate) fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// What of an address may be shown. Of one that nobody can read, any part may be the password.
pub(crate) fn shown(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, _)) if split(url).is_ok_and(|(url, _)| url.parse::<Config>().is_ok()) => {
            // After the last of them: a password may hold an @ that was not written as %40.
            let place = url.rsplit_once('@').map_or_else(|| &url[scheme.len() + 3..], |(_, place)| place);
            format!("{scheme}://{}", place.split('?').next().unwrap_or_default())
        }
        Some((scheme, _)) => format!("{scheme}://…"),
        None if url.contains('@') || url.contains("password") => "…".to_owned(),
        None => url.to_owned(),
    }
}

/// What the address says of TLS, which the client's library does not read.
#[derive(Default)]
struct Wished {
    mode: Option<String>,
    roots: Option<String>,
}

/// Takes `sslmode` and `sslrootcert` out of an address.
fn split(url: &str) -> Result<(String, Wished), StoreError> {
    let after_password = url.find('@').unwrap_or(0);
    let query = url.get(after_password..).and_then(|rest| rest.find('?')).map(|at| after_password + at);
    let Some((place, query)) = query.map(|at| url.split_at(at)) else {
        return Ok((url.to_owned(), Wished::default()));
    };
    let (mut wished, mut kept) = (Wished::default(), Vec::new());
    for pair in query.trim_start_matches('?').split('&') {
        let value = |text: &str| {
            let decoded = percent_decode_str(text).decode_utf8();
            decoded.map(|text| Some(text.into_owned())).map_err(|_| unreadable(place))
        };
        match pair.split_once('=') {
            Some(("sslmode", mode)) => wished.mode = value(mode)?,
            Some(("sslrootcert", file)) => wished.roots = value(file)?,
            _ => kept.push(pair),
        }
    }
    let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
    Ok((format!("{place}{query}"), wished))
}

fn unreadable(url: &str) -> StoreError {
    StoreError::Url {
        url: url.split_once("://").map_or_else(|| "…".to_owned(), |(scheme, _)| format!("{scheme}://…"))
    }
}

impl Address {
    /// Reads `postgres://USER:PASSWORD@HOST:PORT/DATABASE`.
    ///
    /// # Errors
    /// [`StoreError::Url`] if it is none; [`StoreError::Unavailable`] if its certificates cannot be read.
    pub(crate) fn parse(url: &str) -> Result<Self, StoreError> {
        if !is_postgres(url) {
            return Err(StoreError::Url { url: shown(url) });
        }
        let (plain, wished) = split(url)?;
        // The library's words may hold a part of the address, and that part may be the password.
        let mut config: Config = plain.parse().map_err(|_| unreadable(url))?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(unreadable(url));
        }
        let shown = shown(url);
        let mode = match wished.mode.as_deref() {
            Some("disable") => SslMode::Disable,
            Some("prefer") => SslMode::Prefer,
            // Whatever is encrypted is verified in full here, so the stricter name means the same.
            Some("require" | "verify-full") => SslMode::Require,
            Some(other) => {
                let why = format!("{shown}: sslmode={other} is none; write disable, prefer or require");
                return Err(StoreError::Unavailable(Trouble::Tls, why));
            }
            None if is_on_this_machine(&config) => SslMode::Disable,
            None => SslMode::Require,
        };
        config.ssl_mode(mode);
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        if config.get_application_name().is_none() {
            config.application_name("tantu");
        }
        // A server that has vanished is noticed while nobody asks it anything.
        config.keepalives_idle(Duration::from_secs(15)).keepalives_interval(Duration::from_secs(5));
        config.keepalives_retries(3);
        let tls = match mode {
            SslMode::Disable => None,
            _ => Some(MakeRustlsConnect::new(tls(wished.roots.as_deref())?)),
        };
        Ok(Self { config, tls, shown, roots: wished.roots })
    }

    /// How many hosts are tried one after the other.
    pub(crate) fn hosts(&self) -> u32 {
        let hosts = self.config.get_hosts().len().max(self.config.get_hostaddrs().len());
        u32::try_from(hosts).unwrap_or(1)
    }
}

/// Whether what is said to the server never leaves this machine.
fn is_on_this_machine(config: &Config) -> bool {
    let hosts = config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()),
    });
    hosts && config.get_hostaddrs().iter().all(IpAddr::is_loopback)
}

/// Trusts the system's certificates, or those of one file alone.
fn tls(roots: Option<&str>) -> Result<ClientConfig, StoreError> {
    let mut store = RootCertStore::empty();
    if let Some(file) = roots {
        let wrong =
            |why: String| StoreError::Unavailable(Trouble::Tls, format!("sslrootcert={file} cannot be read: {why}"));
        for certificate in CertificateDer::pem_file_iter(file).map_err(|error| wrong(error.to_string()))? {
            let certificate = certificate.map_err(|error| wrong(error.to_string()))?;
            store.add(certificate).map_err(|error| wrong(error.to_string()))?;
        }
        if store.is_empty() {
            return Err(wrong("there is no certificate in it".into()));
        }
    } else {
        // A certificate of the system's that cannot be read is one authority less, and none too many.
        store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| StoreError::Unavailable(Trouble::Tls, format!("TLS cannot be used: {error}")))?;
    Ok(config.with_root_certificates(store).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_is_demanded_of_every_other_machine() {
        let table = [
            ("postgres://u@localhost/db", SslMode::Disable),
            ("postgresql://u:p@127.0.0.1:5433/db", SslMode::Disable),
            ("postgres://u@[::1]/db", SslMode::Disable),
            ("postgres://u@%2Frun%2Fpostgresql/db", SslMode::Disable),
            ("postgres://u@localhost,db.example/db", SslMode::Require),
            ("postgres://u@db.example/db", SslMode::Require),
            ("postgres://u@localhost/db?hostaddr=192.0.2.1", SslMode::Require),
            ("postgres://u@db.example/db?sslmode=disable", SslMode::Disable),
            ("postgres://u@db.example/db?application_name=a&sslmode=prefer", SslMode::Prefer),
            ("postgres://u@localhost/db?sslmode=require", SslMode::Require),
            ("postgres://u@localhost/db?sslmode=verify-full&connect_timeout=1", SslMode::Require),
        ];
        for (url, mode) in table {
            let address = Address::parse(url).unwrap();
            assert_eq!(address.config.get_ssl_mode(), mode, "{url}");
            assert_eq!(address.tls.is_some(), mode != SslMode::Disable, "{url}");
        }
    }

    #[test]
    fn what_is_left_of_an_address_is_read_by_the_library() {
        let address = Address::parse("postgres://u:p%40%3F@h:1/d?sslmode=disable&connect_timeout=9").unwrap();
        assert_eq!(address.config.get_password(), Some(b"p@?".as_slice()));
        assert_eq!(address.config.get_connect_timeout(), Some(&Duration::from_secs(9)));
        assert_eq!((address.config.get_ports(), address.config.get_dbname()), ([1].as_slice(), Some("d")));
        assert_eq!(address.shown, "postgres://h:1/d");
        let address = Address::parse("postgres://u@a,b/d?sslmode=disable").unwrap();
        assert_eq!((address.hosts(), address.config.get_connect_timeout()), (2, Some(&CONNECT)));
    }

    #[test]
    fn a_password_is_shown_by_nothing() {
        for url in [
            "postgres://u:SECRET@h/d",
            "postgres://u:SECRET@h/d?sslmode=nonsense",
            "postgres://u:SECRET@h/d?nonsense=1",
            "postgres://u:SECRET@h/d?sslmode=require&sslrootcert=/nowhere",
            "postgres://u:SECRET",
            "postgres://u:SECRET/d",
            "postgres://u:a?SECRET@h/d",
            "postgres://u:a@SECRET@h/d:x:y",
            "postgres://h/d?password=SECRET",
            "postgres://h/d?password=SECRET&port=x",
            "postgres://u@h:SECRET/d",
            "postgres:/u:SECRET@h/d",
            "mysql://u:SECRET@h/d",
            "sqlite:SECRET@h",
            "host=h password=SECRET",
            "postgres://",
        ] {
            let told = match Address::parse(url) {
                Ok(address) => address.shown,
                Err(error) => format!("{error} {error:?}"),
            };
            assert!(!told.contains("SECRET"), "{url}: {told}");
            assert!(!shown(url).contains("SECRET"), "{url}: {}", shown(url));
        }
        for plain in ["sqlite:a.db", "tantu.db", "postgres://localhost/tantu"] {
            assert_eq!(shown(plain), plain);
        }
    }

    #[test]
    fn certificates_that_are_none_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let empty = folder.path().join("empty.pem");
        std::fs::write(&empty, "no certificate").unwrap();
        for file in [empty.display().to_string(), "/nowhere/root.pem".into()] {
            match Address::parse(&format!("postgres://u@h/d?sslrootcert={}", file.replace('/', "%2F"))).err() {
                Some(StoreError::Unavailable(Trouble::Tls, why)) => assert!(why.contains(&file), "{why}"),
                other => panic!("{other:?}"),
            }
        }
    }
}
