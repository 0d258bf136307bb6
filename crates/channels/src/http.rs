//! How every channel is spoken to: one call is one HTTP request. Nothing is sent twice from here, no redirect is
//! followed, no proxy is asked, and no answer is read further than its longest.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::{Client, RequestBuilder, StatusCode};
use url::{Host, Url};

/// What came back.
pub(crate) enum Reply {
    /// An answer, whatever its status.
    Answer {
        /// Its status.
        status: StatusCode,
        /// Its bytes.
        body: Vec<u8>,
    },
    /// Nothing, or more than there may be; why, for the log.
    Nothing(String),
}

/// One channel's client.
pub(crate) struct Http {
    client: Client,
    longest: usize,
}

impl Http {
    /// A client whose calls take at most `timeout` as a whole and `connect` until the connection stands, and whose
    /// answers have at most `longest` bytes.
    ///
    /// # Errors
    /// Why it cannot be made.
    pub(crate) fn new(timeout: Duration, connect: Duration, longest: usize) -> Result<Self, String> {
        let client = Client::builder()
            .connect_timeout(connect)
            .timeout(timeout)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self { client, longest })
    }

    pub(crate) fn get(&self, url: Url) -> RequestBuilder {
        self.client.get(url)
    }

    pub(crate) fn post(&self, url: Url) -> RequestBuilder {
        self.client.post(url)
    }

    /// Sends one request and reads what comes back. Errors are told without the address, which may hold secrets.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Reply {
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(error) => return Reply::Nothing(error.without_url().to_string()),
        };
        let status = response.status();
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= self.longest => body.extend_from_slice(&chunk),
                Ok(Some(_)) => return Reply::Nothing("the answer is too long".to_owned()),
                Ok(None) => return Reply::Answer { status, body },
                Err(error) => return Reply::Nothing(error.without_url().to_string()),
            }
        }
    }
}

/// Whether an address may be spoken to: over TLS, or on this machine, where nobody can listen in between.
pub(crate) fn is_safe(url: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => is_here(url),
        _ => false,
    }
}

fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_spoken_to_in_the_open() {
        for (url, safe) in [
            ("https://openapi.alipay.com/gateway.do", true),
            ("http://127.0.0.1:9081/gateway.do", true),
            ("http://localhost:9081/gateway.do", true),
            ("http://[::1]:9081/gateway.do", true),
            ("http://openapi.alipay.com/gateway.do", false),
            ("http://127.0.0.1.example.com/gateway.do", false),
            ("http://localhost.example.com/gateway.do", false),
            ("ftp://127.0.0.1/gateway.do", false),
        ] {
            assert_eq!(is_safe(&Url::parse(url).unwrap()), safe, "{url}");
        }
    }
}
