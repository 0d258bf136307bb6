//! The whole examination: what is asked in which order, within half a minute, and what came of it.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use serde_json::{Value, json};
use tantu_domain::clock::Clock;
use tantu_domain::device_report::{
    Answer, Asked, Connection, DeviceReport, DeviceRules, HttpResult, Lookup, NetworkReport, PathReport, ProbesReport,
    ProxyReport, ProxyResult, Reach, Stuck, TlsReport, TlsResult,
};
use tantu_domain::evidence::Finding;
use tokio::time::{Instant, timeout_at};

use crate::document::{self, rules_of};
use crate::probe::http::{self, CHECKS, Told};
use crate::probe::tls::{Trust, handshake};
use crate::probe::{blocked, lookup, loss, ntp, path, portal};
use crate::route::{Blocked, Route, connect};
use crate::surroundings::Surroundings;
use crate::target::{Target, is_public};

/// The whole may take so long.
const WHOLE: Duration = Duration::from_secs(29);

/// The most addresses of a server that are tried.
const MOST_ADDRESSES: usize = 8;

/// How long one part may take, so that there is time for the next.
const SERVER: Duration = Duration::from_secs(10);
const REST: Duration = Duration::from_secs(9);

/// What is to be examined.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The server.
    pub target: Target,
    /// Resolvers to compare with.
    pub resolvers: Vec<SocketAddr>,
    /// A time server.
    pub ntp: Option<SocketAddr>,
    /// Addresses that paying needs besides, each `host:port`; the server may name more.
    pub addresses: Vec<String>,
    /// Authorities to trust besides the system's.
    pub authorities: Vec<CertificateDer<'static>>,
    /// The figures to judge by; the server's own rules are added to them.
    pub rules: DeviceRules,
}

/// One thing that was looked at.
#[derive(Debug, Clone)]
pub struct Check {
    /// Which: `names`, `connections`, `tls`, `server`, `clock`, `loss`, `large_packets`, `portal`, `addresses`, `device`.
    pub id: &'static str,
    /// Whether nothing was wrong with it.
    pub ok: bool,
    /// What was seen.
    pub measured: Value,
}

/// What is going on.
#[derive(Debug)]
pub enum Progress<'a> {
    /// This is being looked at.
    Begun(&'static str),
    /// This is what was seen.
    Done(&'a Check),
}

/// All that came of it.
#[derive(Debug)]
pub struct Examination {
    /// Everything that was looked at, in order.
    pub checks: Vec<Check>,
    /// The facts, as they can be reported.
    pub report: DeviceReport,
    /// What they explain.
    pub findings: Vec<Finding>,
}

/// Who is told what is going on.
type Tell<'a> = &'a mut (dyn FnMut(Progress<'_>) + Send);

/// An examination under way.
struct Doctor<'a> {
    plan: &'a Plan,
    surroundings: &'a Surroundings,
    clock: &'a dyn Clock,
    trust: Trust,
    tell: Tell<'a>,
    until: Instant,
    checks: Vec<Check>,
    report: DeviceReport,
    network: NetworkReport,
    rules: DeviceRules,
    /// The way that works, if one does.
    route: Option<Route>,
    /// Where else the server sends us.
    addresses: Vec<String>,
}

/// Examines the way to a server.
pub async fn examine(plan: &Plan, surroundings: &Surroundings, clock: &dyn Clock, tell: Tell<'_>) -> Examination {
    let mut doctor = Doctor {
        plan,
        surroundings,
        clock,
        trust: Trust::of_system(&plan.authorities),
        tell,
        until: Instant::now() + WHOLE,
        checks: Vec::new(),
        report: DeviceReport {
            system: surroundings.system.clone(),
            power: surroundings.power,
            ..DeviceReport::default()
        },
        network: NetworkReport { tunnel: surroundings.tunnel.clone(), ..NetworkReport::default() },
        rules: plan.rules.clone(),
        route: None,
        addresses: plan.addresses.clone(),
    };
    let addresses = doctor.names().await;
    doctor.connections(&addresses).await;
    doctor.server().await;
    doctor.rest(&addresses).await;
    doctor.device(&addresses);
    let report = DeviceReport { network: Some(doctor.network), ..doctor.report };
    let findings = report.findings(&doctor.rules);
    Examination { checks: doctor.checks, report, findings }
}

impl Doctor<'_> {
    fn begun(&mut self, id: &'static str) {
        (self.tell)(Progress::Begun(id));
    }

    fn done(&mut self, id: &'static str, ok: bool, measured: Value) {
        let check = Check { id, ok, measured };
        (self.tell)(Progress::Done(&check));
        self.checks.push(check);
    }

    /// The end of a part that may take so long.
    fn at_most(&self, longest: Duration) -> Instant {
        self.until.min(Instant::now() + longest)
    }

    /// Who finds the server's name.
    async fn names(&mut self) -> Vec<IpAddr> {
        if let Some(address) = self.plan.target.address {
            return vec![address];
        }
        self.begun("names");
        let name = self.plan.target.host.as_str();
        let systems = self.surroundings.resolvers.iter().map(|address| (*address, Asked::System));
        let others = self.plan.resolvers.iter().map(|address| (*address, Asked::Other));
        let mut asked = tokio::task::JoinSet::new();
        for (index, (resolver, role)) in systems.chain(others).enumerate() {
            let name = name.to_owned();
            asked.spawn(async move { (index, lookup::by_resolver(&name, resolver, role).await) });
        }
        let device = match self.surroundings.own_resolver {
            Some(resolver) => lookup::by_app(name, resolver).await,
            None => lookup::by_device(name).await,
        };
        let mut answers = Vec::new();
        while let Some(one) = asked.join_next().await {
            answers.extend(one.ok());
        }
        answers.sort_by_key(|(index, _)| *index);
        self.network.lookups = std::iter::once(device).chain(answers.into_iter().map(|(_, lookup)| lookup)).collect();
        let addresses = used(&self.network.lookups);
        let measured = self.network.lookups.iter().map(document::lookup).collect();
        self.done("names", !addresses.is_empty(), Value::Array(measured));
        addresses
    }

    /// Which addresses can be reached at all; the first that can is the way.
    async fn connections(&mut self, addresses: &[IpAddr]) {
        let port = self.plan.target.port;
        if let Some(setting) = &self.surroundings.proxy {
            let setting = setting.clone();
            self.begun("proxy");
            let result = match first_hop(&setting.address).await {
                Some(first) => {
                    let route = Route { first, through: Some(self.plan.target.authority()) };
                    let result = match route.open(None).await {
                        Ok(_) => ProxyResult::Open,
                        Err(Blocked::Proxy(result)) => result,
                        Err(Blocked::Unconnected(_)) => ProxyResult::Unreachable,
                    };
                    self.route = (result == ProxyResult::Open).then_some(route);
                    result
                }
                None => ProxyResult::Unreachable,
            };
            self.network.proxy = Some(ProxyReport { address: shown(&setting.address), result });
            let measured = json!({ "proxy": shown(&setting.address), "set_in": setting.set_in, "result": result.id() });
            self.done("proxy", result == ProxyResult::Open, measured);
            return;
        }
        if addresses.is_empty() {
            return;
        }
        self.begun("connections");
        let mut tried = tokio::task::JoinSet::new();
        for (index, address) in addresses.iter().take(MOST_ADDRESSES).enumerate() {
            let address = *address;
            tried.spawn(async move { (index, address, connect(SocketAddr::new(address, port), None).await.err()) });
        }
        let mut made = Vec::new();
        while let Some(one) = tried.join_next().await {
            made.extend(one.ok());
        }
        made.sort_by_key(|(index, _, _)| *index);
        self.network.connections = made
            .iter()
            .map(|(_, address, failed)| Connection { address: *address, reach: failed.unwrap_or(Reach::Open) })
            .collect();
        let open = self.network.connections.iter().find(|connection| connection.reach == Reach::Open);
        self.route = open.map(|open| Route { first: SocketAddr::new(open.address, port), through: None });
        let measured = self.network.connections.iter().map(document::connection).collect();
        let ok = self.network.connections.iter().all(|connection| connection.reach == Reach::Open);
        self.done("connections", ok, Value::Array(measured));
    }

    /// What the server says, how fast, and what its time is.
    async fn server(&mut self) {
        let Some(route) = self.route.clone() else { return };
        self.begun(if self.plan.target.tls { "tls" } else { "server" });
        let (trust, target) = (self.trust.clone(), &self.plan.target);
        let authority = target.authority();
        let tls = target.tls.then_some((&trust, target.host.as_str()));
        let (until, longest) = (self.at_most(SERVER), self.at_most(Duration::from_secs(8)));
        let ntp = async {
            match self.plan.ntp {
                Some(server) => ntp::skew_seconds(server).await,
                None => None,
            }
        };
        let (asked, probes, offset) = tokio::join!(
            timeout_at(until, ask(&route, tls, &authority)),
            timeout_at(longest, loss::measure(&route, tls, &authority)),
            ntp,
        );
        let (seen, told) = asked.unwrap_or((None, None));
        self.encryption(seen);
        self.told(told, offset);
        self.loss(probes.ok());
    }

    fn encryption(&mut self, seen: Option<TlsReport>) {
        if !self.plan.target.tls {
            return;
        }
        let seen = seen.unwrap_or(TlsReport { result: TlsResult::Silent, issuer: None });
        let measured = json!({ "result": seen.result.id(), "issuer": seen.issuer });
        self.done("tls", seen.result == TlsResult::Trusted, measured);
        self.network.tls = Some(seen);
    }

    fn told(&mut self, told: Option<Told>, offset: Option<i64>) {
        let mut skew = offset;
        if let Some(told) = told {
            if let Some(document) = &told.document {
                self.learn(document);
                let date = told.date.map(|date| self.clock.wall().duration_since(date).as_secs());
                skew = skew.or(date);
            }
            if !self.plan.target.tls {
                self.network.portal.clone_from(&told.report.redirected_to);
            }
            let result = told.report.result;
            let measured = json!({
                "result": result.id(), "status": told.report.status,
                "redirected_to": told.report.redirected_to, "via": self.network.via,
            });
            self.done("server", result == HttpResult::Answered, measured);
            self.network.http = Some(told.report);
        }
        self.report.skew_seconds = skew;
        if let Some(skew) = skew {
            let ok = skew.saturating_abs() <= self.rules.skew_seconds;
            self.done("clock", ok, json!({ "skew_seconds": skew, "allowed_seconds": self.rules.skew_seconds }));
        }
    }

    /// What the server asks of devices, and what it saw of this one.
    fn learn(&mut self, document: &Value) {
        let texts = |value: &Value| -> Vec<String> {
            let all = value.as_array().into_iter().flatten().take(16);
            all.filter_map(|one| Some(one.as_str()?.chars().take(200).collect())).collect()
        };
        self.network.via = texts(&document["seen"]["via"]);
        let inside = self.is_inside();
        // A server out there has no business with what stands in this device's own network.
        let named = texts(&document["addresses"]).into_iter();
        self.addresses.extend(named.filter(|address| inside || !blocked::is_inside(address)));
        self.addresses.sort_unstable();
        self.addresses.dedup();
        rules_of(document, &mut self.rules);
    }

    /// Whether the server stands in the device's own network, or on it.
    fn is_inside(&self) -> bool {
        let found = used(&self.network.lookups);
        self.plan.target.address.into_iter().chain(found).any(|address| !is_public(address))
    }

    fn loss(&mut self, probes: Option<ProbesReport>) {
        let probes = probes.unwrap_or(ProbesReport { sent: 1, lost: 1, late: 0, round_trip_ms: None });
        let ok = probes.affected_percent() < self.rules.affected_percent
            && probes.round_trip_ms.is_some_and(|trip| trip < self.rules.round_trip_ms);
        // Whoever never finished one handshake has measured the handshake, not the line.
        let through = match (&self.network.tls, &self.network.http) {
            (Some(tls), _) => matches!(tls.result, TlsResult::Trusted | TlsResult::Expired | TlsResult::NotYetValid),
            (None, http) => http.as_ref().is_some_and(|http| http.status.is_some()),
        };
        if !through && probes.lost == probes.sent {
            return;
        }
        self.done("loss", ok, document::probes(probes));
        self.network.probes = Some(probes);
    }

    /// Large packets, a network's own page, and the other addresses: the last two only where they can tell something.
    async fn rest(&mut self, addresses: &[IpAddr]) {
        let answered = self.network.http.as_ref().is_some_and(|http| http.result == HttpResult::Answered);
        let trusted = self.network.tls.as_ref().is_none_or(|tls| tls.result == TlsResult::Trusted);
        let silent = self.network.tls.as_ref().is_some_and(|tls| tls.result == TlsResult::Silent)
            || self.network.http.as_ref().is_some_and(|http| http.result == HttpResult::Silent);
        let until = self.at_most(REST);
        let (trust, target) = (self.trust.clone(), &self.plan.target);
        let authority = target.authority();
        let tls = target.tls.then_some((&trust, target.host.as_str()));
        let route = self.route.clone().filter(|_| answered || silent);
        let large = async {
            match &route {
                Some(route) => timeout_at(until, path::measure(route, tls, &authority)).await.ok(),
                None => None,
            }
        };
        let well = answered && trusted;
        let page = async {
            if well || self.surroundings.proxy.is_some() {
                return None;
            }
            timeout_at(until, portal::redirection(&target.host, addresses)).await.ok().flatten()
        };
        let others = async {
            if !well || self.addresses.is_empty() {
                return None;
            }
            let proxy = self.route.as_ref().filter(|route| route.through.is_some()).map(|route| route.first);
            let blocked = timeout_at(until, blocked::among(&self.addresses, proxy, self.is_inside())).await;
            Some(blocked.unwrap_or_else(|_| self.addresses.clone()))
        };
        let (large, page, others) = tokio::join!(large, page, others);
        self.keep(large, page, others);
    }

    fn keep(&mut self, large: Option<PathReport>, page: Option<String>, others: Option<Vec<String>>) {
        if let Some(path) = large {
            self.done("large_packets", path.large, json!({ "large": path.large, "small": path.small }));
            self.network.path = Some(path);
        }
        if let Some(page) = page.or_else(|| self.network.portal.take()) {
            self.done("portal", false, json!({ "redirected_to": page }));
            self.network.portal = Some(page);
        }
        if let Some(blocked) = others {
            let measured = json!({ "tried": self.addresses, "blocked": blocked });
            self.done("addresses", blocked.is_empty(), measured);
            self.network.blocked = blocked;
        }
    }

    /// What the device says of itself.
    fn device(&mut self, addresses: &[IpAddr]) {
        let port = self.plan.target.port;
        let ours: Vec<SocketAddr> = addresses.iter().map(|address| SocketAddr::new(*address, port)).collect();
        let stuck: Option<Stuck> = self.surroundings.stuck(&ours);
        let system = self.surroundings.system.as_ref();
        let measured = json!({
            "system": system.map(|system| format!("{} {}", system.name, system.version)),
            "tunnel": self.surroundings.tunnel,
            "power_percent": self.surroundings.power.map(|power| power.percent),
            "half_open_connections": stuck.as_ref().and_then(|stuck| stuck.count).unwrap_or(0),
        });
        self.report.stuck = stuck;
        let ok = self.report.findings(&self.rules).iter().all(|finding| !finding.cause.id().starts_with("device."));
        self.done("device", ok, measured);
    }
}

/// The addresses that the device uses: its own way's, or, if that is slow to answer, its resolvers'.
fn used(lookups: &[Lookup]) -> Vec<IpAddr> {
    let of = |asked| lookups.iter().filter(move |lookup| lookup.asked == asked);
    let found = |lookup: &Lookup| match &lookup.answer {
        Answer::Addresses(addresses) => Some(addresses.clone()),
        _ => None,
    };
    let slow = of(Asked::Device).any(|lookup| lookup.answer == Answer::Silent);
    let own = of(Asked::Device).find_map(found);
    own.or_else(|| of(Asked::System).filter(|_| slow).find_map(found)).unwrap_or_default()
}

/// One question to the server, and what was seen of the encryption on the way.
async fn ask(route: &Route, tls: Option<(&Trust, &str)>, authority: &str) -> (Option<TlsReport>, Option<Told>) {
    let Ok(mut stream) = route.open(None).await else { return (None, None) };
    match tls {
        Some((trust, host)) => match handshake(trust, host, stream).await {
            (seen, Some(mut stream)) => (Some(seen), Some(http::ask(&mut stream, authority, CHECKS, 0).await)),
            (seen, None) => (Some(seen), None),
        },
        None => (None, Some(http::ask(&mut stream, authority, CHECKS, 0).await)),
    }
}

/// Where a proxy is; only such as speak HTTP are known.
async fn first_hop(address: &str) -> Option<SocketAddr> {
    let url = if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
    let url = url::Url::parse(&url).ok()?;
    let (host, port) = (url.host_str()?.trim_matches(['[', ']']).to_owned(), url.port_or_known_default()?);
    tokio::net::lookup_host((host, port)).await.ok()?.next()
}

/// A proxy's address as it may be shown: without the name and password that it may carry.
fn shown(address: &str) -> String {
    let shown = match address.rsplit_once('@') {
        Some((_, rest)) => rest.to_owned(),
        None => address.split_once("://").map_or(address, |(_, rest)| rest).to_owned(),
    };
    shown.trim_end_matches('/').chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxys_password_is_never_shown() {
        for (set, seen) in [
            ("http://me:secret@10.0.0.9:3128/", "10.0.0.9:3128"),
            ("http://10.0.0.9:3128", "10.0.0.9:3128"),
            ("proxy.lan:80", "proxy.lan:80"),
        ] {
            assert_eq!(shown(set), seen);
        }
    }
}
