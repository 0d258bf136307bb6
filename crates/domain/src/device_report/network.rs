//! What the way to us shows. What explains the rest is looked at first: whoever was led to a wrong address saw a
//! wrong certificate, too, and needs to hear only of the first.

use std::net::IpAddr;

use super::{
    Answer, Asked, Conclusions, DeviceReport, DeviceRules, HttpResult, Lookup, NetworkReport, ProbesReport,
    ProxyResult, Reach, Seen, TlsResult,
};
use crate::cause::Cause;

pub(super) fn judge(report: &DeviceReport, network: &NetworkReport, rules: &DeviceRules, found: &mut Conclusions) {
    if let Some(portal) = &network.portal {
        return found.certain(line("captive_portal", Some(portal.clone()), None));
    }
    let unstable = network.probes.filter(|probes| probes.unstable(rules));
    let stops = match unstable {
        // A resolver that is silent on a line that loses everything is not to blame.
        Some(_) => false,
        None => names(network, rules, found),
    };
    if stops || proxy(network, found) || connections(network, found) {
        return;
    }
    if network.path.is_some_and(|path| path.small && !path.large) {
        return found.certain(line("large_packets_lost", None, None));
    }
    if let Some(probes) = unstable {
        let fault = if probes.affected_percent() >= rules.affected_percent { "loss" } else { "delay" };
        found.certain(line(fault, None, Some(probes)));
        if !network.http.as_ref().is_some_and(|http| http.result == HttpResult::Answered) {
            return;
        }
    }
    if !tls(report, network, found) {
        http(network, found);
    }
    if !network.blocked.is_empty() {
        found.certain(Seen::BackgroundInterference { addresses: network.blocked.clone() });
    }
}

fn line(fault: &'static str, at: Option<String>, probes: Option<ProbesReport>) -> Seen {
    Seen::LineUnstable {
        fault,
        at,
        loss_percent: probes.map(|probes| probes.loss_percent()),
        round_trip_ms: probes.and_then(|probes| probes.round_trip_ms),
        probes: probes.map(|probes| probes.sent),
    }
}

impl ProbesReport {
    /// Of a hundred questions, how many lost something on their way.
    pub fn affected_percent(&self) -> u32 {
        (self.lost.saturating_add(self.late)).saturating_mul(100).checked_div(self.sent).unwrap_or(0).min(100)
    }

    /// Of a hundred packets, how many were lost, about: a question and its answer are four, and lose something if
    /// one of them is lost.
    pub fn loss_percent(&self) -> u32 {
        let affected = u64::from(self.affected_percent());
        let through = |lost: u64| (100 - lost).pow(4);
        let whole: u64 = 100u64.pow(4);
        let lost = (0..100u32).find(|lost| whole - through(u64::from(*lost)) >= affected * whole / 100);
        lost.unwrap_or(100)
    }

    fn unstable(&self, rules: &DeviceRules) -> bool {
        self.affected_percent() >= rules.affected_percent
            || self.round_trip_ms.is_some_and(|trip| trip >= rules.round_trip_ms)
    }
}

impl Answer {
    fn addresses(&self) -> &[IpAddr] {
        match self {
            Self::Addresses(addresses) => addresses,
            Self::NoSuchName
            | Self::NoAddress
            | Self::Refused
            | Self::Failing
            | Self::Garbage
            | Self::Silent
            | Self::Unreachable
            | Self::NoRoute
            | Self::Forbidden => &[],
        }
    }

    /// The name of an answer, as reports and evidence use it.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Addresses(_) => "addresses",
            Self::NoSuchName => "no_such_name",
            Self::NoAddress => "no_address",
            Self::Refused => "refused",
            Self::Failing => "failing",
            Self::Garbage => "garbage",
            Self::Silent => "silent",
            Self::Unreachable => "unreachable",
            Self::NoRoute => "no_route",
            Self::Forbidden => "forbidden",
        }
    }
}

/// Whether the name was found; what is wrong with that goes to `found`. True if nothing further can be judged.
fn names(network: &NetworkReport, rules: &DeviceRules, found: &mut Conclusions) -> bool {
    let of = |asked| network.lookups.iter().filter(move |lookup| lookup.asked == asked);
    let Some(device) = of(Asked::Device).next() else { return false };
    let (systems, others): (Vec<&Lookup>, Vec<&Lookup>) = (of(Asked::System).collect(), of(Asked::Other).collect());
    let elsewhere = others.iter().find(|lookup| !lookup.answer.addresses().is_empty());
    if !device.answer.addresses().is_empty() {
        return misled(network, device, &systems, elsewhere.copied(), rules, found);
    }
    let found_late = systems.iter().find(|lookup| !lookup.answer.addresses().is_empty());
    if let Some(late) = found_late.filter(|_| device.answer == Answer::Silent) {
        // The resolver answers; the device's own way asks too seldom for a line that loses the one question.
        let slow = late.took_ms >= rules.resolver_ms;
        if slow {
            found.certain(Seen::Dns {
                resolver: Some(late.resolver.clone()),
                answers: "slow".to_owned(),
                expected: None,
            });
        }
        return slow;
    }
    if systems.iter().any(|lookup| lookup.answer == Answer::Forbidden) {
        found.certain(Seen::PermissionDenied { permission: "network".to_owned(), state: "denied" });
        return true;
    }
    let nowhere = |lookup: &&Lookup| matches!(lookup.answer, Answer::NoRoute | Answer::Silent);
    if !systems.is_empty() && elsewhere.is_none() && systems.iter().all(|lookup| lookup.answer == Answer::NoRoute) {
        found.certain(line("no_route", None, None));
        return true;
    }
    if !others.is_empty() && systems.iter().all(nowhere) && others.iter().all(nowhere) {
        match &network.tunnel {
            Some(tunnel) => found.certain(interference(network, Some(tunnel.clone()), "tunnel_leads_nowhere")),
            None => found.certain(line("nothing_answers", None, None)),
        }
        return true;
    }
    let failing = systems.iter().find(|lookup| lookup.answer.addresses().is_empty());
    let evidence = Seen::Dns {
        resolver: failing.map(|lookup| lookup.resolver.clone()),
        answers: failing.map_or("no_resolver", |lookup| lookup.answer.id()).to_owned(),
        expected: elsewhere.map(|lookup| list(lookup.answer.addresses())),
    };
    let denied_by_all = !others.is_empty() && others.iter().all(|lookup| lookup.answer == Answer::NoSuchName);
    match (elsewhere, denied_by_all) {
        (Some(_), _) => found.certain(evidence),
        (None, true) => found.possible(evidence),
        (None, false) => found.likely(evidence),
    }
    true
}

/// The device has addresses: are they the server's, and did they come in time?
fn misled(
    network: &NetworkReport,
    device: &Lookup,
    systems: &[&Lookup],
    elsewhere: Option<&Lookup>,
    rules: &DeviceRules,
    found: &mut Conclusions,
) -> bool {
    let told = device.answer.addresses();
    let shared = |others: &[IpAddr]| told.iter().any(|address| others.contains(address));
    let right: &[IpAddr] = match elsewhere {
        _ if !network.expected.is_empty() => &network.expected,
        Some(lookup) => lookup.answer.addresses(),
        None => &[],
    };
    // A server has different addresses for different people; only those that lead elsewhere are wrong.
    if !right.is_empty() && !shared(right) && !arrived(network) {
        let by = systems.iter().find(|lookup| shared(lookup.answer.addresses()));
        found.certain(Seen::Dns {
            resolver: Some(by.map_or_else(|| "hosts".to_owned(), |lookup| lookup.resolver.clone())),
            answers: list(told),
            expected: Some(list(right)),
        });
        return true;
    }
    let slow = |lookup: &&&Lookup| lookup.took_ms >= rules.resolver_ms;
    if let Some(slowest) = systems.iter().find(slow)
        && systems.iter().all(|lookup| slow(&lookup))
        && device.took_ms >= rules.resolver_ms
    {
        let resolver = Some(slowest.resolver.clone());
        found.certain(Seen::Dns { resolver, answers: "slow".to_owned(), expected: None });
        return true;
    }
    false
}

/// Whether the server itself was met, by what only it has.
fn arrived(network: &NetworkReport) -> bool {
    let trusted = network.tls.as_ref().is_none_or(|tls| tls.result == TlsResult::Trusted);
    trusted && network.http.as_ref().is_some_and(|http| http.result == HttpResult::Answered)
}

fn list(addresses: &[IpAddr]) -> String {
    let mut texts: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    texts.sort_unstable();
    texts.join(", ")
}

fn interference(network: &NetworkReport, proxy: Option<String>, fault: &'static str) -> Seen {
    Seen::ProxyInterference {
        fault,
        proxy,
        issuer: network.tls.as_ref().filter(|tls| tls.result != TlsResult::Trusted).and_then(|tls| tls.issuer.clone()),
        via: network.via.clone(),
    }
}

/// Whether a proxy that the device is set to lets nothing through.
fn proxy(network: &NetworkReport, found: &mut Conclusions) -> bool {
    let Some(proxy) = &network.proxy else { return false };
    let fault = match proxy.result {
        ProxyResult::Open => return false,
        ProxyResult::Unreachable => "proxy_unreachable",
        ProxyResult::Refuses => "proxy_refuses",
        ProxyResult::Broken => "proxy_broken",
    };
    found.certain(interference(network, Some(proxy.address.clone()), fault));
    true
}

/// Whether no connection was made at all; and a family of addresses that leads nowhere.
fn connections(network: &NetworkReport, found: &mut Conclusions) -> bool {
    let made = &network.connections;
    if made.is_empty() {
        return false;
    }
    if made.iter().any(|connection| connection.reach == Reach::Open) {
        for (fault, v6) in [("ipv6_leads_nowhere", true), ("ipv4_leads_nowhere", false)] {
            let mut family = made.iter().filter(|connection| connection.address.is_ipv6() == v6).peekable();
            if let Some(first) = family.peek().map(|first| first.address.to_string())
                && family.all(|connection| connection.reach == Reach::Silent)
            {
                found.certain(line(fault, Some(first), None));
            }
        }
        return false;
    }
    unconnected(network, found);
    true
}

fn unconnected(network: &NetworkReport, found: &mut Conclusions) {
    let made = &network.connections;
    let any = |reach| made.iter().any(|connection| connection.reach == reach);
    let addresses: Vec<String> = made.iter().map(|connection| connection.address.to_string()).collect();
    let broken = |fault| Seen::ServerFaulty { fault, status: None };
    if any(Reach::Forbidden) {
        found.certain(Seen::PermissionDenied { permission: "network".to_owned(), state: "denied" });
    } else if any(Reach::NoneFree) {
        let what = "no_free_connections".to_owned();
        found.certain(Seen::TransientFault { what, count: None, since: None });
    } else if let Some(tunnel) = &network.tunnel {
        found.certain(interference(network, Some(tunnel.clone()), "tunnel_leads_nowhere"));
    } else if any(Reach::Silent) && network.lookups.iter().any(|lookup| !lookup.answer.addresses().is_empty()) {
        // Names are still found, so the line is there: something lets go no request to this very address.
        found.likely(Seen::BackgroundInterference { addresses });
        found.possible(broken("silent"));
    } else if any(Reach::Silent) {
        found.likely(line("nothing_answers", None, None));
    } else if any(Reach::Refused) || any(Reach::Reset) {
        found.likely(broken("refused"));
    } else {
        found.certain(line("no_route", None, None));
    }
}

/// Whether something is wrong with the encrypted connection.
fn tls(report: &DeviceReport, network: &NetworkReport, found: &mut Conclusions) -> bool {
    let Some(tls) = &network.tls else { return false };
    let fault = match tls.result {
        TlsResult::Trusted => return false,
        TlsResult::Expired | TlsResult::NotYetValid => {
            if !found.has(Cause::DeviceClockSkew) {
                let fault =
                    if tls.result == TlsResult::Expired { "certificate_expired" } else { "certificate_not_yet_valid" };
                let evidence = Seen::ServerFaulty { fault, status: None };
                // Only who knows that the clock is right knows that the certificate is wrong.
                match report.skew_seconds {
                    Some(_) => found.certain(evidence),
                    None => found.likely(evidence),
                }
            }
            return true;
        }
        TlsResult::Silent => {
            found.likely(Seen::ServerFaulty { fault: "silent", status: None });
            return true;
        }
        TlsResult::UnknownIssuer | TlsResult::Untrusted => "certificate_signed_anew",
        TlsResult::WrongName => "certificate_of_another",
        TlsResult::OldProtocol => "old_protocol",
        TlsResult::NotTls => "not_encrypted",
        TlsResult::Cut => "cut_in_handshake",
    };
    match (&network.proxy, &network.tunnel) {
        (Some(proxy), _) => found.certain(interference(network, Some(proxy.address.clone()), fault)),
        (None, Some(tunnel)) => found.certain(interference(network, Some(tunnel.clone()), fault)),
        (None, None) => found.likely(interference(network, None, fault)),
    }
    true
}

/// What is wrong with the answer.
fn http(network: &NetworkReport, found: &mut Conclusions) {
    let Some(http) = &network.http else { return };
    let fault = match http.result {
        HttpResult::Answered => return,
        HttpResult::SomebodyElse => {
            // Whoever has our certificate and answers otherwise is another server of ours, or another's that was asked.
            if network.tls.is_none() {
                found.likely(interference(network, http.redirected_to.clone(), "another_answers"));
            }
            return;
        }
        HttpResult::Faulty => "answers_with_faults",
        HttpResult::Garbage => "answers_garbage",
        HttpResult::Silent => "silent",
        HttpResult::Cut => "cut",
    };
    let evidence = Seen::ServerFaulty { fault, status: http.status };
    if http.result == HttpResult::Faulty { found.certain(evidence) } else { found.likely(evidence) }
}
