//! What a device, a browser or `tantu doctor` saw on the way to us, and what that explains.
//!
//! A report is only facts: who was asked, what came back, how long it took. What they mean is judged here and
//! nowhere else, so that a device, the server and a payment's decision cannot come to different answers. Nobody
//! vouches for a report; it explains, and what it names is cleared by a newer one.

mod local;
mod network;
mod seen;

use std::net::IpAddr;

use jiff::Timestamp;

use crate::cause::Cause;
use crate::client::{Client, Stored, Versioned};
use crate::client_rules::{ClientRules, Doing};
use crate::evidence::{Confidence, Evidence, Finding};

pub use seen::Seen;

/// What somebody who was asked for a name's addresses answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// These addresses.
    Addresses(Vec<IpAddr>),
    /// That there is no such name.
    NoSuchName,
    /// That the name has no address.
    NoAddress,
    /// That he does not answer us.
    Refused,
    /// That he could not find out.
    Failing,
    /// Something that is no answer.
    Garbage,
    /// Nothing.
    Silent,
    /// Nobody answers at his address.
    Unreachable,
    /// The device knows no way to him.
    NoRoute,
    /// The device's own system forbids asking.
    Forbidden,
}

/// Who was asked for the server's addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// A resolver that the device is set to.
    System,
    /// The device's own way, with its hosts file.
    Device,
    /// One that was only asked to compare.
    Other,
}

impl Asked {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::System, Self::Device, Self::Other];

    /// The name that reports use.
    pub fn id(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Device => "device",
            Self::Other => "other",
        }
    }

    /// The one of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.id() == id)
    }
}

/// One look-up of the server's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// Who was asked: an address, or `device`.
    pub resolver: String,
    /// In which role.
    pub asked: Asked,
    /// What came back.
    pub answer: Answer,
    /// After how many milliseconds.
    pub took_ms: u32,
}

/// How an attempt to reach an address ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// A connection was made.
    Open,
    /// Nobody listens there.
    Refused,
    /// It was cut while it was made.
    Reset,
    /// No answer.
    Silent,
    /// The device knows no way there.
    NoRoute,
    /// The device's own system forbids it.
    Forbidden,
    /// The device has no free connection left.
    NoneFree,
}

impl Reach {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Open, Self::Refused, Self::Reset, Self::Silent, Self::NoRoute, Self::Forbidden, Self::NoneFree];

    /// The name that reports use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Refused => "refused",
            Self::Reset => "reset",
            Self::Silent => "silent",
            Self::NoRoute => "no_route",
            Self::Forbidden => "forbidden",
            Self::NoneFree => "none_free",
        }
    }

    /// The one of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.id() == id)
    }
}

/// One attempt to reach the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connection {
    /// Where.
    pub address: IpAddr,
    /// How it ended.
    pub reach: Reach,
}

/// What the device had against the encrypted connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsResult {
    /// Nothing.
    Trusted,
    /// By its clock the certificate's time is over.
    Expired,
    /// By its clock the certificate's time has not come.
    NotYetValid,
    /// Nobody whom it trusts has issued it.
    UnknownIssuer,
    /// It is another server's.
    WrongName,
    /// Something else is wrong with it.
    Untrusted,
    /// The other side speaks only what is no longer safe.
    OldProtocol,
    /// The other side does not speak TLS.
    NotTls,
    /// The connection was cut at the first secret word.
    Cut,
    /// No answer.
    Silent,
}

impl TlsResult {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Trusted,
        Self::Expired,
        Self::NotYetValid,
        Self::UnknownIssuer,
        Self::WrongName,
        Self::Untrusted,
        Self::OldProtocol,
        Self::NotTls,
        Self::Cut,
        Self::Silent,
    ];

    /// The name that reports use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Trusted => "trusted",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::UnknownIssuer => "unknown_issuer",
            Self::WrongName => "wrong_name",
            Self::Untrusted => "untrusted",
            Self::OldProtocol => "old_protocol",
            Self::NotTls => "not_tls",
            Self::Cut => "cut",
            Self::Silent => "silent",
        }
    }

    /// The one of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.id() == id)
    }
}

/// What the device saw of the encrypted connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsReport {
    /// What it had against it.
    pub result: TlsResult,
    /// Who has signed the certificate that it saw.
    pub issuer: Option<String>,
}

/// How a question over HTTP ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpResult {
    /// Our server answered it.
    Answered,
    /// Our server answered that it cannot.
    Faulty,
    /// Somebody else answered, with a page of his own.
    SomebodyElse,
    /// What came is no answer.
    Garbage,
    /// No answer.
    Silent,
    /// The connection was cut.
    Cut,
}

impl HttpResult {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Answered, Self::Faulty, Self::SomebodyElse, Self::Garbage, Self::Silent, Self::Cut];

    /// The name that reports use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Faulty => "faulty",
            Self::SomebodyElse => "somebody_else",
            Self::Garbage => "garbage",
            Self::Silent => "silent",
            Self::Cut => "cut",
        }
    }

    /// The one of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.id() == id)
    }
}

/// What the device saw of a question over HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpReport {
    /// How it ended.
    pub result: HttpResult,
    /// The status, if one came.
    pub status: Option<u16>,
    /// Where it was sent instead.
    pub redirected_to: Option<String>,
}

/// How a proxy treats the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyResult {
    /// It lets it through.
    Open,
    /// It cannot be reached.
    Unreachable,
    /// It wants something first, or says no.
    Refuses,
    /// It says nothing, or nonsense.
    Broken,
}

impl ProxyResult {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Open, Self::Unreachable, Self::Refuses, Self::Broken];

    /// The name that reports use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Unreachable => "unreachable",
            Self::Refuses => "refuses",
            Self::Broken => "broken",
        }
    }

    /// The one of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.id() == id)
    }
}

/// A proxy that the device is set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyReport {
    /// Its address.
    pub address: String,
    /// How it treats the device.
    pub result: ProxyResult,
}

/// Many small questions, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProbesReport {
    /// How many were sent.
    pub sent: u32,
    /// How many had no answer at all.
    pub lost: u32,
    /// How many were answered only after something had been sent again.
    pub late: u32,
    /// The middle one's round trip, in milliseconds; `None` if none came back.
    pub round_trip_ms: Option<u32>,
}

/// Whether large packets come through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathReport {
    /// Whether as much as one answer of a server usually has comes through.
    pub large: bool,
    /// Whether the same comes through in small pieces.
    pub small: bool,
}

/// What the device saw of the way to us.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NetworkReport {
    /// Who was asked for our name, and what came back. Empty if we were given as an address.
    pub lookups: Vec<Lookup>,
    /// The addresses that the server itself names as its own.
    pub expected: Vec<IpAddr>,
    /// Every address that was tried.
    pub connections: Vec<Connection>,
    /// The encrypted connection, if one was tried.
    pub tls: Option<TlsReport>,
    /// What our server said.
    pub http: Option<HttpReport>,
    /// The proxy that the device is set to.
    pub proxy: Option<ProxyReport>,
    /// The name of a tunnel (VPN) that everything goes through.
    pub tunnel: Option<String>,
    /// Through whom the request came, as the server saw it.
    pub via: Vec<String>,
    /// Loss and delay.
    pub probes: Option<ProbesReport>,
    /// Large packets.
    pub path: Option<PathReport>,
    /// Where a network's own page asks for a sign-in first.
    pub portal: Option<String>,
    /// Addresses of ours and of our partners that do not answer, though others do.
    pub blocked: Vec<String>,
}

/// What is stuck inside the device until it is started again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    /// What: `half_open_connections`, `no_free_connections`, or the app's own word.
    pub what: String,
    /// How many of it, if it can be counted.
    pub count: Option<u32>,
    /// Since when.
    pub since: Option<Timestamp>,
}

/// How much power a device has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Power {
    /// 0 to 100.
    pub percent: u8,
    /// Whether it is being charged.
    pub charging: bool,
}

/// A permission and what the device's owner has said to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// `network`, `sms`, `notification` or `camera`.
    pub name: String,
    /// Whether it is denied.
    pub denied: bool,
}

/// All that a device observed. What it did not look at is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceReport {
    /// Its clock minus the server's, in seconds.
    pub skew_seconds: Option<i64>,
    /// The way to us.
    pub network: Option<NetworkReport>,
    /// Its power.
    pub power: Option<Power>,
    /// Its permissions.
    pub permissions: Vec<Permission>,
    /// Its system.
    pub system: Option<Versioned>,
    /// Our app on it.
    pub app: Option<Versioned>,
    /// The configuration that our app has stored.
    pub configuration: Option<Stored>,
    /// Other apps on it: our partners' and those that run beside ours.
    pub other_apps: Vec<Versioned>,
    /// What is stuck.
    pub stuck: Option<Stuck>,
}

/// The figures by which reports are judged. Data, never code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRules {
    /// Of a hundred small questions, from how many on that had to be sent again a line is unstable.
    pub affected_percent: u32,
    /// From how many milliseconds on a round trip is too long.
    pub round_trip_ms: u32,
    /// From how many milliseconds on a resolver is as good as silent.
    pub resolver_ms: u32,
    /// From how many connections on that nobody closed an app's pool is stuck.
    pub half_open: u32,
    /// How far a clock may be off, in seconds.
    pub skew_seconds: i64,
    /// What apps and phones must be.
    pub clients: ClientRules,
    /// For what the device is used.
    pub doing: Doing,
    /// The permissions that paying needs.
    pub permissions: Vec<String>,
    /// Below how much power nothing is begun that must not be cut off; `None` if power does not matter here.
    pub power_floor: Option<u8>,
}

impl Default for DeviceRules {
    fn default() -> Self {
        Self {
            affected_percent: 20,
            round_trip_ms: 1_000,
            resolver_ms: 2_500,
            half_open: 8,
            skew_seconds: crate::device::ALLOWED_SKEW_SECONDS,
            clients: ClientRules::default(),
            doing: Doing::Pay,
            permissions: vec!["network".to_owned()],
            power_floor: None,
        }
    }
}

/// What was concluded so far.
#[derive(Default)]
struct Conclusions(Vec<(Confidence, Evidence)>);

impl Conclusions {
    fn certain(&mut self, evidence: impl Into<Evidence>) {
        self.0.push((Confidence::Certain, evidence.into()));
    }

    fn likely(&mut self, evidence: impl Into<Evidence>) {
        self.0.push((Confidence::Likely, evidence.into()));
    }

    fn possible(&mut self, evidence: impl Into<Evidence>) {
        self.0.push((Confidence::Possible, evidence.into()));
    }

    fn has(&self, cause: Cause) -> bool {
        self.0.iter().any(|(_, evidence)| evidence.cause() == cause)
    }
}

impl DeviceReport {
    /// The app and its phone as a request's header would name them.
    fn client(&self) -> Option<Client> {
        let app = self.app.clone()?;
        Some(Client {
            system: self.system.clone(),
            configuration: self.configuration.clone(),
            beside: self.other_apps.clone(),
            ..Client::new(app.name, app.version)
        })
    }

    /// What the report explains, the surest first and then in the catalogue's order; each cause once.
    pub fn findings(&self, rules: &DeviceRules) -> Vec<Finding> {
        let mut found = Conclusions::default();
        local::judge(self, rules, &mut found);
        if let Some(network) = &self.network {
            network::judge(self, network, rules, &mut found);
        }
        let mut conclusions = found.0;
        conclusions.sort_by_key(|(confidence, evidence)| (*confidence, evidence.cause()));
        let mut findings: Vec<Finding> = Vec::new();
        for (confidence, evidence) in conclusions {
            let cause = evidence.cause();
            if findings.iter().all(|known| known.cause != cause) {
                findings.push(Finding { cause, confidence, evidence: evidence.fields(), instrument: None });
            }
        }
        findings
    }
}
