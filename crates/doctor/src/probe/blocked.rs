//! Addresses that paying needs besides our own: those of the channels whose pages and services a device calls itself.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::route::{Route, connect};

/// How long all of one address may take.
const LONGEST: Duration = Duration::from_millis(5_000);

/// The most addresses that are tried.
const MOST: usize = 16;

/// Which of these addresses, each `host:port`, cannot be reached, through the device's proxy if it has one.
pub(crate) async fn among(addresses: &[String], proxy: Option<SocketAddr>) -> Vec<String> {
    let mut tried = JoinSet::new();
    for address in addresses.iter().take(MOST) {
        let address = address.clone();
        tried.spawn(async move {
            let reached = timeout(LONGEST, reaches(&address, proxy)).await.unwrap_or(false);
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

async fn reaches(address: &str, proxy: Option<SocketAddr>) -> bool {
    if let Some(first) = proxy {
        return Route { first, through: Some(address.to_owned()) }.open(None).await.is_ok();
    }
    let Ok(found) = tokio::net::lookup_host(address).await else { return false };
    // The nearest way that works is enough; a blocker that answers with "nowhere" in place of an address works by that.
    for address in found.filter(|address| !address.ip().is_unspecified()).collect::<Vec<SocketAddr>>() {
        if connect(address, None).await.is_ok() {
            return true;
        }
    }
    false
}
