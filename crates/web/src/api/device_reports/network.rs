//! What a device saw of the way to us, as a report has it. `tantu doctor --send` and the page `/check` send the same.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use tantu_domain::device_report::{
    Answer, Asked, Connection, HttpReport, HttpResult, Lookup, NetworkReport, PathReport, ProbesReport, ProxyReport,
    ProxyResult, Reach, TlsReport, TlsResult,
};
use utoipa::ToSchema;

use super::reading::{At, clean, short};
use crate::problem::Problem;

/// What a device saw of the way to us.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct NetworkRequest {
    /// Who was asked for our name, and what came back.
    lookups: Vec<LookupRequest>,
    /// Every address of ours that was tried.
    connections: Vec<ConnectionRequest>,
    /// The encrypted connection.
    tls: Option<TlsRequest>,
    /// What came back over HTTP.
    http: Option<HttpRequest>,
    /// The proxy that the device is set to.
    proxy: Option<ProxyRequest>,
    /// The name of a tunnel (VPN) that everything goes through.
    #[schema(example = "tun0")]
    tunnel: Option<String>,
    /// Many small questions, one after the other.
    probes: Option<ProbesRequest>,
    /// Whether large packets come through.
    large_packets: Option<LargePacketsRequest>,
    /// Where a network's own page asks for a sign-in first.
    portal: Option<String>,
    /// Addresses of ours and of our partners that do not answer, though others do.
    blocked: Vec<String>,
}

/// One look-up of our name.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LookupRequest {
    /// Who was asked: an address, or `device` for the device's own way.
    #[schema(example = "223.5.5.5")]
    resolver: String,
    /// `system`: a resolver that the device is set to; `device`: its own way; `other`: only to compare.
    asked: String,
    /// `addresses`, `no_such_name`, `no_address`, `refused`, `failing`, `garbage`, `silent`, `unreachable`, `no_route` or
    /// `forbidden`.
    answer: String,
    /// With `addresses`, and only then: which.
    #[serde(default)]
    addresses: Vec<String>,
    /// After how many milliseconds.
    #[serde(default)]
    took_ms: u32,
}

/// One attempt to reach an address of ours.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConnectionRequest {
    /// Which.
    address: String,
    /// `open`, `refused`, `reset`, `silent`, `no_route`, `forbidden` or `none_free`.
    result: String,
}

/// What a device saw of the encrypted connection.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TlsRequest {
    /// `trusted`, `expired`, `not_yet_valid`, `unknown_issuer`, `wrong_name`, `untrusted`, `old_protocol`, `not_tls`, `cut` or
    /// `silent`.
    result: String,
    /// Who has signed the certificate that it saw.
    #[serde(default)]
    issuer: Option<String>,
}

/// What came back over HTTP.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HttpRequest {
    /// `answered` (by us), `faulty` (by us, with a 5xx or 429), `somebody_else`, `garbage`, `silent` or `cut`.
    result: String,
    /// The status, if one came.
    #[serde(default)]
    status: Option<u16>,
    /// Where it was sent instead.
    #[serde(default)]
    redirected_to: Option<String>,
}

/// The proxy that the device is set to.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProxyRequest {
    /// Its address, without a name or password.
    address: String,
    /// `open`, `unreachable`, `refuses` or `broken`.
    result: String,
}

/// Many small questions.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProbesRequest {
    /// How many were sent.
    sent: u32,
    /// How many had no answer.
    lost: u32,
    /// How many were answered only after something had been sent again.
    late: u32,
    /// The middle one's round trip; absent if none came back.
    #[serde(default)]
    round_trip_ms: Option<u32>,
}

/// Whether large packets come through.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LargePacketsRequest {
    /// As large as an answer of ours may be.
    large: bool,
    /// The same in small pieces.
    small: bool,
}

/// The most entries of a list.
const MOST: usize = 16;

impl NetworkRequest {
    /// Reads it, and refuses what cannot be together. `via` is what we saw ourselves.
    pub(crate) fn read(&self, at: &At<'_>, via: Vec<String>) -> Result<NetworkReport, Problem> {
        for (name, length) in
            [("lookups", self.lookups.len()), ("connections", self.connections.len()), ("blocked", self.blocked.len())]
        {
            if length > MOST {
                return Err(at.wrong(name, format!("give at most {MOST}")));
            }
        }
        let report = NetworkReport {
            lookups: self.lookups.iter().map(|one| one.read(at)).collect::<Result<_, _>>()?,
            expected: Vec::new(),
            connections: self.connections.iter().map(|one| one.read(at)).collect::<Result<_, _>>()?,
            tls: self.tls.as_ref().map(|one| one.read(at)).transpose()?,
            http: self.http.as_ref().map(|one| one.read(at)).transpose()?,
            proxy: self.proxy.as_ref().map(|one| one.read(at)).transpose()?,
            tunnel: self.tunnel.as_deref().map(|name| short(at, "tunnel", name)).transpose()?,
            via,
            probes: self.probes.as_ref().map(|one| one.read(at)).transpose()?,
            path: self.large_packets.as_ref().map(|one| PathReport { large: one.large, small: one.small }),
            portal: self.portal.as_deref().map(|page| clean(at, "portal", page)).transpose()?,
            blocked: self.blocked.iter().map(|one| clean(at, "blocked", one)).collect::<Result<_, _>>()?,
        };
        consistent(&report, at)?;
        Ok(report)
    }
}

/// What contradicts itself explains nothing: better to say so than to believe the half that was read first.
fn consistent(report: &NetworkReport, at: &At<'_>) -> Result<(), Problem> {
    let reached = report.connections.is_empty()
        || report.proxy.is_some()
        || report.connections.iter().any(|connection| connection.reach == Reach::Open);
    let spoke = report.tls.as_ref().is_some_and(|tls| tls.result != TlsResult::Silent);
    if !reached && spoke {
        return Err(at.wrong("tls", "no connection was open, yet something was said over one; measure again"));
    }
    let answered = report.http.as_ref().filter(|http| http.status.is_some());
    if !reached && answered.is_some() {
        return Err(at.wrong("http", "no connection was open, yet an answer came; measure again"));
    }
    let unencrypted = |tls: &TlsReport| {
        matches!(tls.result, TlsResult::Silent | TlsResult::Cut | TlsResult::NotTls | TlsResult::OldProtocol)
    };
    if answered.is_some_and(|http| http.result == HttpResult::Answered) && report.tls.as_ref().is_some_and(unencrypted)
    {
        return Err(
            at.wrong("http", "the encrypted connection never stood, yet our answer came over it; measure again")
        );
    }
    if report.proxy.as_ref().is_some_and(|proxy| proxy.result != ProxyResult::Open) && answered.is_some() {
        return Err(at.wrong("proxy", "the proxy lets nothing through, yet an answer came; measure again"));
    }
    if report.path.is_some_and(|path| path.large && !path.small) {
        return Err(at.wrong("large_packets", "what comes through in large packets comes through in small ones, too"));
    }
    Ok(())
}

fn address(at: &At<'_>, field: &str, text: &str) -> Result<IpAddr, Problem> {
    text.parse().map_err(|_| at.wrong(field, "write an IPv4 or IPv6 address"))
}

impl LookupRequest {
    fn read(&self, at: &At<'_>) -> Result<Lookup, Problem> {
        let answer = match self.answer.as_str() {
            "addresses" => {
                let found = self.addresses.iter().take(MOST).map(|text| address(at, "lookups.addresses", text));
                Answer::Addresses(found.collect::<Result<_, _>>()?)
            }
            "no_such_name" => Answer::NoSuchName,
            "no_address" => Answer::NoAddress,
            "refused" => Answer::Refused,
            "failing" => Answer::Failing,
            "garbage" => Answer::Garbage,
            "silent" => Answer::Silent,
            "unreachable" => Answer::Unreachable,
            "no_route" => Answer::NoRoute,
            "forbidden" => Answer::Forbidden,
            _ => return Err(at.wrong("lookups.answer", "this answer is not known; the documentation lists them")),
        };
        if matches!(&answer, Answer::Addresses(found) if found.is_empty()) {
            return Err(at.wrong("lookups.addresses", "the answer is addresses, yet none is named"));
        }
        if !matches!(answer, Answer::Addresses(_)) && !self.addresses.is_empty() {
            return Err(at.wrong("lookups.addresses", "addresses are named, yet the answer is another"));
        }
        Ok(Lookup {
            resolver: short(at, "lookups.resolver", &self.resolver)?,
            asked: at.one_of("lookups.asked", Asked::parse(&self.asked), Asked::ALL.iter().map(|one| one.id()))?,
            answer,
            took_ms: self.took_ms,
        })
    }
}

impl ConnectionRequest {
    fn read(&self, at: &At<'_>) -> Result<Connection, Problem> {
        let known = Reach::ALL.iter().map(|one| one.id());
        Ok(Connection {
            address: address(at, "connections.address", &self.address)?,
            reach: at.one_of("connections.result", Reach::parse(&self.result), known)?,
        })
    }
}

impl TlsRequest {
    fn read(&self, at: &At<'_>) -> Result<TlsReport, Problem> {
        let known = TlsResult::ALL.iter().map(|one| one.id());
        Ok(TlsReport {
            result: at.one_of("tls.result", TlsResult::parse(&self.result), known)?,
            issuer: self.issuer.as_deref().map(|name| short(at, "tls.issuer", name)).transpose()?,
        })
    }
}

impl HttpRequest {
    fn read(&self, at: &At<'_>) -> Result<HttpReport, Problem> {
        let known = HttpResult::ALL.iter().map(|one| one.id());
        let result = at.one_of("http.result", HttpResult::parse(&self.result), known)?;
        let fits = match (result, self.status) {
            (_, None) => true,
            (HttpResult::Answered, Some(status)) => (200..500).contains(&status) && status != 429,
            (HttpResult::Faulty, Some(status)) => status == 429 || (500..600).contains(&status),
            (HttpResult::SomebodyElse, Some(status)) => (100..600).contains(&status),
            (HttpResult::Garbage | HttpResult::Silent | HttpResult::Cut, Some(_)) => false,
        };
        if !fits {
            return Err(at.wrong("http.status", format!("{} has no such status", result.id())));
        }
        let redirected_to = self.redirected_to.as_deref().map(|to| clean(at, "http.redirected_to", to)).transpose()?;
        Ok(HttpReport { result, status: self.status, redirected_to })
    }
}

impl ProxyRequest {
    fn read(&self, at: &At<'_>) -> Result<ProxyReport, Problem> {
        let known = ProxyResult::ALL.iter().map(|one| one.id());
        Ok(ProxyReport {
            address: clean(at, "proxy.address", &self.address)?,
            result: at.one_of("proxy.result", ProxyResult::parse(&self.result), known)?,
        })
    }
}

impl ProbesRequest {
    fn read(&self, at: &At<'_>) -> Result<ProbesReport, Problem> {
        let Self { sent, lost, late, round_trip_ms } = *self;
        if sent == 0 || u64::from(lost) + u64::from(late) > u64::from(sent) {
            return Err(at.wrong("probes", "more were lost or late than were sent"));
        }
        if (lost == sent) != round_trip_ms.is_none() {
            let detail = "a round trip is of a question that came back: give it if one did, and only then";
            return Err(at.wrong("probes.round_trip_ms", detail));
        }
        Ok(ProbesReport { sent, lost, late, round_trip_ms })
    }
}
