//! Addresses that paying needs besides our own: those of the channels whose pages and services a device calls itself.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::route::{Route, connect};
use crate::target::is_public;

/// How long all of one address may take.
const LONGEST: Duration = Duration::from_millis(5_000);

/// The most addresses that are tried.
const MOST: usize = 16;

/// Whether an address, `host:port`, is written as one in the device's own network.
pub(crate) fn is_inside(address: &str) -> bool {
    let written = address.rsplit_once(':').map_or(address, |(host, _)| host);
    let host = written.trim_start_matches('[').trim_end_matches(']');
    host.parse().is_ok_and(|address| !is_public(address))
}

/// Which of these addresses, each `host:port`, cannot be reached, through the device's proxy if it has one. Unless the server
/// itself is `inside`, a name that leads into the device's own network leads nowhere, and nobody is asked there.
pub(crate) async fn among(addresses: &[String], proxy: Option<SocketAddr>, inside: bool) -> Vec<String> {
    let mut tried = JoinSet::new();
    for address in addresses.iter().take(MOST) {
        let address = address.clone();
        tried.spawn(async move {
            let reached = timeout(LONGEST, reaches(&address, proxy, inside)).await.unwrap_or(false);
            (!reached).then_some(address)
        });
    }
    let mut blocked = Vec::new();
    while let Some(one) = tried.join_next().await {
        blocked.extend(one.ok().flatten());
    }
    blocked.sort_unstable();
    blocked
}

async fn reaches(address: &str, proxy: Option<SocketAddr>, inside: bool) -> bool {
    if let Some(first) = proxy {
        return Route { first, through: Some(address.to_owned()) }.open(None).await.is_ok();
    }
    let Ok(found) = tokio::net::lookup_host(address).await else { return false };
    // The nearest way that works is enough; a blocker that answers with "nowhere" in place of an address works by that.
    let leads_on = |address: &SocketAddr| !address.ip().is_unspecified() && (inside || is_public(address.ip()));
    for address in found.filter(leads_on).collect::<Vec<SocketAddr>>() {
        if connect(address, None).await.is_ok() {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn knows_what_is_written_as_an_address_inside() {
        for inside in ["127.0.0.1:80", "[::1]:443", "169.254.169.254:80", "[::ffff:10.0.0.1]:80", "192.168.1.1"] {
            assert!(is_inside(inside), "{inside}");
        }
        for outside in ["8.8.8.8:53", "openapi.alipay.com:443", "[2400:3200::1]:443", "localhost:80", ""] {
            assert!(!is_inside(outside), "{outside}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_followed_only_for_a_server_inside() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = vec![format!("localhost:{}", listener.local_addr().unwrap().port())];
        assert_eq!(among(&address, None, true).await, Vec::<String>::new());
        drop(listener.accept().await.unwrap());
        assert_eq!(among(&address, None, false).await, address);
        let asked = timeout(Duration::from_millis(200), listener.accept()).await;
        assert!(asked.is_err(), "somebody was asked inside");
    }
}
