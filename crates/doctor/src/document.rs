//! The report as JSON: what `POST /v1/device-reports` takes. Its fields are facts; each that was not measured is absent.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tantu_domain::client::Version;
use tantu_domain::client_rules::SystemRule;
use tantu_domain::device_report::{
    Answer, Connection, DeviceReport, DeviceRules, Lookup, NetworkReport, ProbesReport, TlsResult,
};

/// A report's JSON. `device_time` is what the device's clock shows.
pub fn report_document(report: &DeviceReport, device_time: Timestamp) -> Value {
    let mut document = Map::new();
    let date = report.network.as_ref().and_then(|network| network.tls.as_ref()).map(|tls| tls.result);
    let tls_error = match date {
        Some(TlsResult::Expired) => Some("certificate_expired"),
        Some(TlsResult::NotYetValid) => Some("certificate_not_yet_valid"),
        _ => None,
    };
    document.insert("clock".into(), sparse(json!({ "device_time": device_time.to_string(), "tls_error": tls_error })));
    if let Some(power) = report.power {
        document.insert("power".into(), json!({ "percent": power.percent, "charging": power.charging }));
    }
    if let Some(seen) = &report.network {
        document.insert("network".into(), network(seen));
    }
    if let Some(system) = &report.system {
        document.insert("system".into(), json!({ "name": system.name, "version": system.version.to_string() }));
    }
    if let Some(stuck) = &report.stuck {
        let since = stuck.since.map(|since| since.to_string());
        document.insert("stuck".into(), sparse(json!({ "what": stuck.what, "count": stuck.count, "since": since })));
    }
    Value::Object(document)
}

fn network(seen: &NetworkReport) -> Value {
    let tls = seen.tls.as_ref().map(|seen| sparse(json!({ "result": seen.result.id(), "issuer": seen.issuer })));
    let http = seen.http.as_ref().map(|seen| {
        let (status, to) = (seen.status, &seen.redirected_to);
        sparse(json!({ "result": seen.result.id(), "status": status, "redirected_to": to }))
    });
    let proxy = seen.proxy.as_ref().map(|seen| json!({ "address": seen.address, "result": seen.result.id() }));
    let some = |list: Vec<Value>| (!list.is_empty()).then_some(list);
    sparse(json!({
        "lookups": some(seen.lookups.iter().map(lookup).collect()),
        "connections": some(seen.connections.iter().map(connection).collect()),
        "tls": tls,
        "http": http,
        "proxy": proxy,
        "tunnel": seen.tunnel,
        "probes": seen.probes.map(probes),
        "large_packets": seen.path.map(|path| json!({ "large": path.large, "small": path.small })),
        "portal": seen.portal,
        "blocked": some(seen.blocked.iter().map(|address| json!(address)).collect()),
    }))
}

/// Without what is not known.
fn sparse(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        other => other,
    }
}

pub(crate) fn lookup(lookup: &Lookup) -> Value {
    let addresses = match &lookup.answer {
        Answer::Addresses(addresses) => Some(addresses.iter().map(ToString::to_string).collect::<Vec<_>>()),
        _ => None,
    };
    sparse(json!({
        "resolver": lookup.resolver, "asked": lookup.asked.id(), "answer": lookup.answer.id(), "addresses": addresses,
        "took_ms": lookup.took_ms,
    }))
}

pub(crate) fn connection(connection: &Connection) -> Value {
    json!({ "address": connection.address.to_string(), "result": connection.reach.id() })
}

pub(crate) fn probes(probes: ProbesReport) -> Value {
    sparse(json!({
        "sent": probes.sent, "lost": probes.lost, "late": probes.late, "round_trip_ms": probes.round_trip_ms,
    }))
}

/// Adds what a server asks of devices to the figures by which they are judged.
pub fn rules_of(document: &Value, rules: &mut DeviceRules) {
    let asked = &document["rules"];
    let systems = asked["systems"].as_array().into_iter().flatten().take(32);
    rules.clients.systems.extend(systems.filter_map(|system| {
        let minimum: Version = system["minimum"].as_str()?.parse().ok()?;
        Some(SystemRule { system: system["name"].as_str()?.to_owned(), doing: None, minimum })
    }));
    if let Some(floor) = asked["power_floor"].as_u64().and_then(|floor| u8::try_from(floor).ok()) {
        rules.power_floor = Some(floor);
    }
}
