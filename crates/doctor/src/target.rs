//! The server that is looked for: an address as people write it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Where a server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its name, or its address as a text.
    pub host: String,
    /// Its address, if it was given as one.
    pub address: Option<IpAddr>,
    /// Its port.
    pub port: u16,
    /// Whether it speaks TLS.
    pub tls: bool,
}

/// Why a text is no server's address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// It is no address at all.
    #[error("{0:?} is no address; write one such as https://pay.example")]
    NoUrl(String),
    /// It is neither http nor https.
    #[error("{0}: only http and https lead to a server")]
    Scheme(String),
    /// A name or a password stands in it, which is nobody's to be shown.
    #[error("leave the name and the password out of the address")]
    UserInfo,
}

impl Target {
    /// Reads an address; one without a scheme is taken for https.
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        let text = text.trim();
        let no_url = || TargetError::NoUrl(text.chars().take(128).collect());
        let url = if text.contains("://") { Url::parse(text) } else { Url::parse(&format!("https://{text}")) };
        let url = url.map_err(|_| no_url())?;
        let tls = match url.scheme() {
            "https" => true,
            "http" => false,
            other => return Err(TargetError::Scheme(other.to_owned())),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(TargetError::UserInfo);
        }
        let (host, address) = match url.host().ok_or_else(no_url)? {
            Host::Domain(name) => (name.to_owned(), None),
            Host::Ipv4(address) => (address.to_string(), Some(address.into())),
            Host::Ipv6(address) => (address.to_string(), Some(address.into())),
        };
        let port = url.port_or_known_default().ok_or_else(no_url)?;
        Ok(Self { host, address, port, tls })
    }

    /// What stands in the head of a request and after `CONNECT`.
    pub(crate) fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        format!("{host}:{}", self.port)
    }
}

/// Whether an address belongs to the network that everybody shares, and not to somebody's own or to this device.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => is_public_four(four),
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or_else(|| is_public_six(six), is_public_four),
    }
}

fn is_public_four(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    // 0.0.0.0/8 is this device, 100.64.0.0/10 a carrier's own.
    let own = first == 0 || (first == 100 && (64..128).contains(&second));
    !(own
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast())
}

fn is_public_six(address: Ipv6Addr) -> bool {
    !(address.is_unspecified()
        || address.is_loopback()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_addresses_as_people_write_them() {
        let table = [
            ("https://pay.example", "pay.example:443", true),
            ("pay.example", "pay.example:443", true),
            ("http://127.0.0.1:8080/x", "127.0.0.1:8080", false),
            ("http://[::1]:8080", "[::1]:8080", false),
            (" https://支付.example:8443 ", "xn--tdd8b.example:8443", true),
        ];
        for (text, authority, tls) in table {
            let target = Target::parse(text).unwrap();
            let written = if text.contains("支付") {
                target.authority().ends_with(":8443")
            } else {
                target.authority() == authority
            };
            assert!(written && target.tls == tls, "{text}: {target:?}");
        }
        for text in ["", "://", "ftp://pay.example", "http://", "mailto:a@b", "http://a b/"] {
            assert!(Target::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn tells_everybodys_network_from_ones_own() {
        let public = |text: &str| is_public(text.parse().unwrap());
        for own in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.100.100.200",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(!public(own), "{own}");
        }
        for everybodys in ["8.8.8.8", "172.32.0.1", "100.63.0.1", "223.5.5.5", "2400:3200::1", "::ffff:8.8.8.8"] {
            assert!(public(everybodys), "{everybodys}");
        }
    }
}
