//! The sandbox speaks to this machine only.
//!
//! It gives out private keys and moves (play) money without asking who calls, so it binds loopback, answers only
//! requests whose `Host` names loopback (a page on the web cannot reach it through a name that it controls), and
//! notifies only loopback addresses.

use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::{Host, Url};

/// Refuses a request whose `Host` is not a name of this machine.
pub(crate) async fn require_loopback_host(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    // HTTP/2 and absolute-form requests carry the host in the address instead of the header.
    let host = host.or_else(|| request.uri().authority().map(axum::http::uri::Authority::as_str));
    match host {
        Some(host) if is_loopback_authority(host) => next.run(request).await,
        _ => {
            let message = "the sandbox answers only to loopback names: address it as 127.0.0.1, [::1] or localhost\n";
            (StatusCode::MISDIRECTED_REQUEST, message).into_response()
        }
    }
}

fn is_loopback_authority(authority: &str) -> bool {
    Url::parse(&format!("http://{authority}/")).is_ok_and(|url| is_loopback_url(&url))
}

/// Whether a URL leads to this machine without asking a resolver.
pub(crate) fn is_loopback_url(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_loopback_authority;

    #[test]
    fn only_names_of_this_machine_pass() {
        for (authority, passes) in [
            ("127.0.0.1:9080", true),
            ("127.8.0.1", true),
            ("[::1]:9080", true),
            ("localhost:9080", true),
            ("192.168.1.5", false),
            ("localhost.example.com", false),
            ("127.0.0.1.example.com", false),
            ("", false),
        ] {
            assert_eq!(is_loopback_authority(authority), passes, "{authority}");
        }
    }
}
