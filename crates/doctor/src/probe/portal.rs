//! Whether a network wants a sign-in on a page of its own first: it answers unencrypted questions in our place.

use std::net::{IpAddr, SocketAddr};

use super::http::{self, CHECKS};
use crate::route::connect;

/// Where a question without encryption is sent instead, if it is.
pub(crate) async fn redirection(host: &str, addresses: &[IpAddr]) -> Option<String> {
    let address = addresses.first()?;
    let mut stream = connect(SocketAddr::new(*address, 80), None).await.ok()?;
    let authority = format!("{host}:80");
    http::ask(&mut stream, &authority, CHECKS, 0).await.report.redirected_to
}
