//! `tantu doctor`: what this device sees on the way to a server, and what of it would stop a payment.
//!
//! Nothing is sent without `--send`; what would be sent is what `--json` prints under `report`.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::Args;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Value, json};
use tantu_doctor::{Check, Examination, Plan, Progress, ProxySetting, Surroundings, Target, examine, report_document};
use tantu_domain::clock::Clock as _;
use tantu_domain::device_report::DeviceRules;
use tantu_domain::evidence::Finding;
use tantu_engine::time::SystemClock;
use tantu_explain::Lang;
use tantu_explain::words::{Context, doctor_words, fill, words};
use tantu_web::render;

use crate::commands::causes::language;
use crate::output::{Failure, Output};

/// Options of `doctor`.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// The server; without a scheme, https.
    #[arg(default_value = "http://127.0.0.1:8080")]
    url: String,
    /// Resolvers to compare this device's with, such as 223.5.5.5.
    #[arg(long, value_name = "ADDRESS")]
    resolver: Vec<String>,
    /// A time server to compare this device's clock with: ADDRESS:PORT.
    #[arg(long, value_name = "ADDRESS")]
    ntp: Option<SocketAddr>,
    /// Addresses that paying needs besides the server's, each HOST:PORT; the server names its own.
    #[arg(long, value_name = "ADDRESS")]
    address: Vec<String>,
    /// Trust the authorities in this PEM file besides the system's.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// From how many milliseconds on a round trip counts as too long.
    #[arg(long, value_name = "MS")]
    round_trip_ms: Option<u32>,
    /// From how many of 100 questions that lose something on a line counts as unstable.
    #[arg(long, value_name = "PERCENT")]
    affected_percent: Option<u32>,
    /// Send what was measured to the server.
    #[arg(long)]
    send: bool,
    /// The language: zh-Hans, zh-Hant or en.
    #[arg(long, default_value = "en")]
    lang: String,
}

impl Doctor {
    pub(crate) async fn run(self, output: &Output) -> Result<bool, Failure> {
        let (lang, plan) = (language(&self.lang)?, self.plan()?);
        let (say, clock) = (doctor_words(lang), SystemClock::default());
        output.say(fill(say.begins, &[("server", &self.url)]));
        if !self.send {
            output.say(output.dim(say.nothing_sent));
        }
        let shown = *output;
        let mut tell = move |progress: Progress<'_>| {
            if let Progress::Done(check) = progress {
                line(check, lang, shown);
            }
        };
        let surroundings = Surroundings::read(proxy_of_environment());
        let seen = examine(&plan, &surroundings, &clock, &mut tell).await;
        let report = report_document(&seen.report, clock.wall());
        output.document(&document(&seen, &report, lang, &Context::at(clock.now())));
        if !output.is_json() {
            conclude(&seen, lang, &Context::at(clock.now()), *output);
        }
        if self.send {
            self.send(&report, lang, *output).await?;
        } else if !output.is_json() {
            let command = format!("tantu doctor {} --send", self.url);
            output.say(output.dim(fill(say.send_hint, &[("command", &command)])));
        }
        Ok(seen.findings.is_empty() && seen.checks.iter().all(|check| check.ok))
    }

    fn plan(&self) -> Result<Plan, Failure> {
        let mut rules = DeviceRules::default();
        rules.round_trip_ms = self.round_trip_ms.unwrap_or(rules.round_trip_ms);
        rules.affected_percent = self.affected_percent.unwrap_or(rules.affected_percent);
        Ok(Plan {
            target: Target::parse(&self.url).map_err(|error| Failure::usage(error.to_string()))?,
            resolvers: self.resolver.iter().map(|text| resolver(text)).collect::<Result<_, _>>()?,
            ntp: self.ntp,
            addresses: self.address.clone(),
            authorities: self.ca.as_deref().map(authorities).transpose()?.unwrap_or_default(),
            rules,
        })
    }

    async fn send(&self, report: &Value, lang: Lang, output: Output) -> Result<(), Failure> {
        let base = if self.url.contains("://") { self.url.clone() } else { format!("https://{}", self.url) };
        let url = format!("{}/v1/device-reports", base.trim_end_matches('/'));
        let mut client = reqwest::Client::builder().timeout(std::time::Duration::from_secs(10));
        for authority in self.ca.as_deref().map(authorities).transpose()?.unwrap_or_default() {
            client = client.add_root_certificate(reqwest::Certificate::from_der(&authority)?);
        }
        let answer = client.build()?.post(&url).json(report).send().await;
        let say = doctor_words(lang);
        match answer.and_then(reqwest::Response::error_for_status) {
            Ok(_) => output.say(fill(say.sent, &[("server", &self.url)])),
            Err(error) => return Err(Failure::usage(format!("{} {error}", say.not_sent))),
        }
        Ok(())
    }
}

fn resolver(text: &str) -> Result<SocketAddr, Failure> {
    let address = text.parse::<SocketAddr>().or_else(|_| text.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, 53)));
    address.map_err(|_| Failure::usage(format!("--resolver: {text:?} is no address; write one such as 223.5.5.5")))
}

fn authorities(path: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    read.map_err(|error| Failure::usage(format!("--ca: {} holds no certificates: {error}", path.display())))
}

/// The proxy that programs on this device use, in the order in which they look.
#[expect(clippy::disallowed_methods, reason = "the command line is the reader of the environment")]
fn proxy_of_environment() -> Option<ProxySetting> {
    ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"].into_iter().find_map(|name| {
        let address = std::env::var(name).ok().filter(|address| !address.is_empty())?;
        Some(ProxySetting { address, set_in: name.to_owned() })
    })
}

/// One thing that was looked at.
fn line(check: &Check, lang: Lang, output: Output) {
    let mark = if check.ok { output.green("✓") } else { output.red("✗") };
    let measured = if check.ok { brief(check) } else { check.measured.to_string() };
    output.say(format_args!("{mark} {}  {}", doctor_words(lang).check(check.id), output.dim(measured)));
}

/// The one figure of a check that people want to see.
fn brief(check: &Check) -> String {
    let measured = &check.measured;
    let shown = |name: &str, unit: &str| match &measured[name] {
        Value::Null => String::new(),
        Value::String(text) => format!("{text}{unit}"),
        other => format!("{other}{unit}"),
    };
    match check.id {
        "loss" => shown("round_trip_ms", " ms"),
        "clock" => shown("skew_seconds", " s"),
        "tls" => shown("issuer", ""),
        "server" => shown("status", ""),
        "device" => shown("system", ""),
        "proxy" => shown("proxy", ""),
        _ => String::new(),
    }
}

fn document(seen: &Examination, report: &Value, lang: Lang, context: &Context) -> Value {
    let checks: Vec<Value> =
        seen.checks.iter().map(|check| json!({ "id": check.id, "ok": check.ok, "measured": check.measured })).collect();
    let causes: Vec<Value> = seen.findings.iter().map(|finding| render::finding(finding, lang, context)).collect();
    json!({ "checks": checks, "causes": causes, "report": report })
}

fn conclude(seen: &Examination, lang: Lang, context: &Context, output: Output) {
    let say = doctor_words(lang);
    output.say("");
    if seen.findings.is_empty() {
        let well = seen.checks.iter().all(|check| check.ok);
        output.say(if well { output.green(say.all_well) } else { output.red(say.unexplained) });
        return;
    }
    output.say(say.found);
    for finding in &seen.findings {
        tell(finding, lang, context, output);
    }
}

fn tell(finding: &Finding, lang: Lang, context: &Context, output: Output) {
    let said = words(finding, lang, context);
    output.say(format_args!("{}  {}", output.bold(&said.title), output.dim(finding.cause.id())));
    output.say(format_args!("  {}", said.happened));
    for sentence in &said.now {
        output.say(format_args!("  · {sentence}"));
    }
}
