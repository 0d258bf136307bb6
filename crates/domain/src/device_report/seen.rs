//! The typed proof that a device's own report gives of a cause.

use jiff::Timestamp;

use crate::cause::Cause;
use crate::channel::Channel;
use crate::client::Version;
use crate::evidence::{Field, Value};
use crate::evidence_fields::{fields, text, time};

/// What a device saw, as the proof of one cause.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are named as the API shows them")]
pub enum Seen {
    /// Our server answers wrongly, or not at all.
    ServerFaulty { fault: &'static str, status: Option<u16> },
    /// The line loses or delays, or leads nowhere.
    LineUnstable {
        fault: &'static str,
        at: Option<String>,
        loss_percent: Option<u32>,
        round_trip_ms: Option<u32>,
        probes: Option<u32>,
    },
    /// The name leads nowhere, or elsewhere.
    Dns { resolver: Option<String>, answers: String, expected: Option<String> },
    /// Something between us breaks the connection or signs it anew.
    ProxyInterference { fault: &'static str, proxy: Option<String>, issuer: Option<String>, via: Vec<String> },
    /// Something is stuck until it is started again.
    TransientFault { what: String, count: Option<u32>, since: Option<Timestamp> },
    /// The device's owner or system forbids what this step needs.
    PermissionDenied { permission: String, state: &'static str },
    /// Requests to these addresses are dropped on the device.
    BackgroundInterference { addresses: Vec<String> },
    /// The device's system is older than what may pay.
    OsOutdated { system: String, version: Version, minimum: Version },
    /// What our app has stored is not what we gave it.
    CacheCorrupt { expected: String, found: String },
    /// This version of our app has a known fault, or another app on the phone stops it.
    AppFault { app: String, version: Version, fault: String, fixed_in: Option<Version>, other_app: Option<String> },
    /// A channel's own app is too old to confirm in.
    PartnerOutdated { partner: Channel, version: Version, minimum: Version },
}

impl Seen {
    /// The cause that it proves.
    pub fn cause(&self) -> Cause {
        match self {
            Self::ServerFaulty { .. } => Cause::PlatformOutage,
            Self::LineUnstable { .. } => Cause::NetworkUnstable,
            Self::Dns { .. } => Cause::NetworkDns,
            Self::ProxyInterference { .. } => Cause::NetworkProxyInterference,
            Self::TransientFault { .. } => Cause::DeviceTransientFault,
            Self::PermissionDenied { .. } => Cause::DevicePermissionDenied,
            Self::BackgroundInterference { .. } => Cause::DeviceBackgroundInterference,
            Self::OsOutdated { .. } => Cause::DeviceOsOutdated,
            Self::CacheCorrupt { .. } => Cause::AppCacheCorrupt,
            Self::AppFault { .. } => Cause::AppBug,
            Self::PartnerOutdated { .. } => Cause::AppPartnerOutdated,
        }
    }

    pub(crate) fn facts(&self) -> Vec<Field> {
        match self {
            Self::ServerFaulty { fault, status } => {
                fields([("fault", text(fault)), ("status", number(status.map(u32::from)))])
            }
            Self::LineUnstable { fault, at, loss_percent, round_trip_ms, probes } => fields([
                ("fault", text(fault)),
                ("at", known(at.as_deref())),
                ("loss_percent", number(*loss_percent)),
                ("round_trip_ms", number(*round_trip_ms)),
                ("probes", number(*probes)),
            ]),
            Self::Dns { resolver, answers, expected } => fields([
                ("resolver", known(resolver.as_deref())),
                ("answers", text(answers)),
                ("expected", known(expected.as_deref())),
            ]),
            Self::ProxyInterference { fault, proxy, issuer, via } => fields([
                ("fault", text(fault)),
                ("proxy", known(proxy.as_deref())),
                ("issuer", known(issuer.as_deref())),
                ("via", known((!via.is_empty()).then(|| via.join(", ")).as_deref())),
            ]),
            Self::TransientFault { what, count, since } => {
                fields([("what", text(what)), ("count", number(*count)), ("since", time(*since))])
            }
            Self::PermissionDenied { permission, state } => {
                fields([("permission", text(permission)), ("state", text(state))])
            }
            Self::BackgroundInterference { addresses } => fields([("addresses", text(addresses.join(", ")))]),
            Self::OsOutdated { system, version, minimum } => {
                fields([("system", text(system)), ("version", text(version)), ("minimum", text(minimum))])
            }
            Self::CacheCorrupt { expected, found } => fields([("expected", text(expected)), ("found", text(found))]),
            Self::AppFault { app, version, fault, fixed_in, other_app } => fields([
                ("app", text(app)),
                ("version", text(version)),
                ("fault", text(fault)),
                ("fixed_in", fixed_in.map_or(Value::Unknown, text)),
                ("other_app", known(other_app.as_deref())),
            ]),
            Self::PartnerOutdated { partner, version, minimum } => {
                fields([("channel", text(partner.id())), ("version", text(version)), ("minimum", text(minimum))])
            }
        }
    }
}

fn known(value: Option<&str>) -> Value {
    value.map_or(Value::Unknown, text)
}

fn number(value: Option<u32>) -> Value {
    value.map_or(Value::Unknown, |count| Value::Count(i64::from(count)))
}
