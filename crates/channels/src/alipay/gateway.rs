//! The one place that speaks to Alipay, and the one that logs what was said, with secrets struck out.
//!
//! One call is one HTTP request: nothing is sent twice from here, no redirect is followed and no proxy is
//! asked. What comes back is an [`Answer`] only if Alipay's signature over its bytes is good.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use serde_json::Value;
use tantu_codes::{CodeResult, Meaning, Tables};
use tantu_domain::attempt::AttemptReport;
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::clock::Clock;
use url::{Host, Url};

use super::answer::{Answer, Proof, cut};
use super::keys::{Believed, KeyRing};
use super::signature::string_to_sign;
use super::{AlipayConfig, ConfigError, format};

/// No genuine answer to our calls comes near this.
const LONGEST_ANSWER: usize = 256 * 1024;

/// How much of a channel's code or message is kept.
const LONGEST_WORD: usize = 256;

/// What never reaches a log: who pays, what could be used to charge them, and addresses that open something of theirs.
const SECRETS: &[&str] = &[
    "agreement_no",
    "agreement_params",
    "alipay_logon_id",
    "alipay_user_id",
    "auth_code",
    "buyer_logon_id",
    "buyer_open_id",
    "buyer_user_id",
    "quit_url",
    "sign",
];

/// One call.
pub(super) struct Call<'a> {
    /// `alipay.trade.pay`.
    pub(super) method: &'static str,
    /// The family in which its codes are looked up.
    pub(super) family: &'static str,
    /// Our number of what it is about, for the log.
    pub(super) number: &'a str,
    /// Where Alipay tells us more.
    pub(super) notify_url: Option<&'a str>,
    /// The business content.
    pub(super) content: Value,
}

/// What came back.
pub(super) enum Heard {
    /// An answer with Alipay's signature.
    Answer(Answer),
    /// An HTTP status that is no answer, or a failure that nobody signed: it proves nothing about money.
    Fault(ChannelWord),
    /// Nothing, or nothing that can be believed.
    Nothing,
}

/// The connection, the keys, the codes and the clock.
pub(super) struct Gateway {
    client: reqwest::Client,
    url: Url,
    app_id: String,
    keys: KeyRing,
    codes: Arc<Tables>,
    clock: Arc<dyn Clock>,
}

impl Gateway {
    pub(super) fn new(config: &AlipayConfig, clock: Arc<dyn Clock>) -> Result<Self, ConfigError> {
        if config.app_id.is_empty() {
            return Err(ConfigError::Empty("app_id"));
        }
        if config.gateway.scheme() != "https" && !is_here(&config.gateway) {
            return Err(ConfigError::Insecure);
        }
        let client = reqwest::Client::builder()
            .connect_timeout(config.connect_timeout)
            .timeout(config.timeout)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .build()
            .map_err(|error| ConfigError::Client(error.to_string()))?;
        Ok(Self {
            client,
            url: config.gateway.clone(),
            app_id: config.app_id.clone(),
            keys: KeyRing::read(config, clock.wall())?,
            codes: Arc::clone(&config.codes),
            clock,
        })
    }

    pub(super) fn app_id(&self) -> &str {
        &self.app_id
    }

    pub(super) fn believed(&self) -> &Believed {
        self.keys.believed()
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Makes one call.
    pub(super) async fn call(&self, call: &Call<'_>) -> Heard {
        let content = call.content.to_string();
        let Some(parameters) = self.signed(call, None, &content) else {
            return Heard::Nothing;
        };
        tracing::debug!(method = call.method, number = call.number, content = %struck_out(&call.content), "asking Alipay");
        // The system parameters go into the query, as Alipay's own SDKs do it, because the gateway needs
        // `charset` before it can read the form.
        let mut url = self.url.clone();
        url.query_pairs_mut().extend_pairs(&parameters);
        let sent = self.client.post(url).form(&[("biz_content", content)]).send().await;
        let mut response = match sent {
            Ok(response) => response,
            Err(error) => return self.nothing(call, &error.without_url()),
        };
        let status = response.status();
        if status != reqwest::StatusCode::OK {
            let code = format!("http_{}", status.as_u16());
            let word = self.word(&code, status.canonical_reason().unwrap_or_default());
            tracing::warn!(method = call.method, number = call.number, code, "Alipay did not answer");
            return Heard::Fault(word);
        }
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= LONGEST_ANSWER => body.extend_from_slice(&chunk),
                Ok(Some(_)) => return self.nothing(call, &"the answer is too long"),
                Ok(None) => break,
                Err(error) => return self.nothing(call, &error.without_url()),
            }
        }
        self.read(call, &body)
    }

    /// The address of a page, signed.
    pub(super) fn page(&self, call: &Call<'_>, return_url: &str) -> Option<String> {
        let content = call.content.to_string();
        let mut parameters = self.signed(call, Some(return_url), &content)?;
        parameters.push(("biz_content", content));
        let mut url = self.url.clone();
        url.query_pairs_mut().extend_pairs(&parameters);
        tracing::debug!(method = call.method, number = call.number, content = %struck_out(&call.content), "made a page");
        Some(url.into())
    }

    /// All parameters but `biz_content`, with the signature over all of them.
    fn signed(&self, call: &Call<'_>, return_url: Option<&str>, content: &str) -> Option<Vec<(&'static str, String)>> {
        let mut parameters = vec![
            ("app_id", self.app_id.clone()),
            ("method", call.method.to_owned()),
            ("format", "JSON".to_owned()),
            ("charset", "utf-8".to_owned()),
            ("sign_type", "RSA2".to_owned()),
            // Real time: the gateway compares it with its own, whatever the business time is.
            ("timestamp", format::time(self.clock.wall())),
            ("version", "1.0".to_owned()),
        ];
        parameters.extend(self.keys.named());
        for (name, value) in [("notify_url", call.notify_url), ("return_url", return_url)] {
            parameters.extend(value.filter(|value| !value.is_empty()).map(|value| (name, value.to_owned())));
        }
        let pairs = parameters.iter().map(|(name, value)| (*name, value.as_str()));
        let Some(signature) = self.keys.sign(&string_to_sign(pairs.chain([("biz_content", content)]))) else {
            tracing::error!(method = call.method, number = call.number, "our key does not sign; nothing was sent");
            return None;
        };
        parameters.push(("sign", signature));
        Some(parameters)
    }

    fn read(&self, call: &Call<'_>, body: &[u8]) -> Heard {
        let cut = std::str::from_utf8(body).ok().and_then(|text| cut(text, call.method));
        let Some((cut, answer)) = cut.and_then(|cut| Answer::read(cut.object).map(|answer| (cut, answer))) else {
            return self.nothing(call, &"the answer cannot be read");
        };
        let code = answer.deciding();
        match cut.proof(self.keys.believed()) {
            Proof::Signed => {
                tracing::info!(method = call.method, number = call.number, code, "Alipay answered");
                Heard::Answer(answer)
            }
            Proof::Wrong => self.nothing(call, &"the answer's signature is wrong; check Alipay's public key"),
            Proof::UnknownCertificate => {
                let serial = cut.serial.as_deref().unwrap_or_default();
                let (method, number) = (call.method, call.number);
                tracing::error!(method, number, serial, "Alipay signs with a certificate that we do not have; add it");
                Heard::Nothing
            }
            // Success without a signature is the one thing that somebody would want to forge.
            Proof::Unsigned if ["10000", "10003"].contains(&code) => {
                self.nothing(call, &"the answer claims success and is not signed")
            }
            Proof::Unsigned => {
                tracing::warn!(method = call.method, number = call.number, code, "a failure that is not signed");
                Heard::Fault(self.word_of(&answer))
            }
        }
    }

    /// What a signed answer that is no success means in a family that moves money.
    pub(super) fn refusal(&self, call: &Call<'_>, answer: &Answer) -> AttemptReport {
        let word = self.word_of(answer);
        match self.meaning(call, answer) {
            Some(meaning) if meaning.result == CodeResult::Declined => {
                AttemptReport::Declined { word, causes: meaning.causes.clone() }
            }
            Some(_) | None => AttemptReport::Fault(word),
        }
    }

    /// What a signed answer that is no success means in a family that moves none: whatever the code says, it
    /// says it of the call, never of the trade.
    pub(super) fn fault(&self, call: &Call<'_>, answer: &Answer) -> AttemptReport {
        self.meaning(call, answer);
        AttemptReport::Fault(self.word_of(answer))
    }

    /// What an answer's code means, to the operator or as published; what stands in no table is reported here.
    pub(super) fn meaning(&self, call: &Call<'_>, answer: &Answer) -> Option<&Meaning> {
        let code = answer.deciding();
        let meaning = self.codes.look_up(Channel::Alipay.id(), call.family, code);
        if meaning.is_none() {
            let (method, number) = (call.method, call.number);
            tracing::warn!(method, number, code, "unrecognised code, treated as undecided");
        }
        meaning
    }

    /// A signed answer that cannot be about what we asked: nothing in it is believed.
    pub(super) fn not_ours(&self, call: &Call<'_>, field: &str) -> AttemptReport {
        tracing::error!(method = call.method, number = call.number, field, "the answer is about something else");
        AttemptReport::NoAnswer
    }

    /// A signed answer that lacks what it must have to prove anything.
    pub(super) fn incomplete(&self, call: &Call<'_>, field: &str) -> AttemptReport {
        tracing::error!(method = call.method, number = call.number, field, "the answer is incomplete");
        AttemptReport::Fault(self.word("incomplete_answer", &format!("{field} is missing or cannot be read")))
    }

    /// The channel's word of an answer.
    pub(super) fn word_of(&self, answer: &Answer) -> ChannelWord {
        self.word(answer.deciding(), answer.message())
    }

    /// A word that we heard now.
    pub(super) fn word(&self, code: &str, message: &str) -> ChannelWord {
        let short = |text: &str| text.chars().take(LONGEST_WORD).collect();
        ChannelWord { channel: Channel::Alipay, code: short(code), message: short(message), at: self.clock.now() }
    }

    fn nothing(&self, call: &Call<'_>, why: &dyn fmt::Display) -> Heard {
        tracing::warn!(method = call.method, number = call.number, %why, "no answer that can be believed");
        Heard::Nothing
    }
}

/// Whether an address is on this machine, where nobody can listen in between.
fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

/// The same value with every secret in it replaced, at any depth.
fn struck_out(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| {
                let secret = SECRETS.contains(&name.as_str());
                (name.clone(), if secret { Value::from("***") } else { struck_out(value) })
            })
            .collect(),
        Value::Array(items) => items.iter().map(struck_out).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_struck_out_at_any_depth() {
        let content = serde_json::json!({
            "out_trade_no": "1", "agreement_params": {"agreement_no": "2020"}, "list": [{"buyer_logon_id": "a@b"}],
        });
        let logged = struck_out(&content).to_string();
        assert_eq!(logged, r#"{"out_trade_no":"1","agreement_params":"***","list":[{"buyer_logon_id":"***"}]}"#);
    }

    #[test]
    fn only_this_machine_is_spoken_to_in_the_open() {
        for (url, here) in [
            ("http://127.0.0.1:9081/gateway.do", true),
            ("http://localhost:9081/gateway.do", true),
            ("http://[::1]:9081/gateway.do", true),
            ("http://openapi.alipay.com/gateway.do", false),
            ("http://127.0.0.1.example.com/gateway.do", false),
            ("http://localhost.example.com/gateway.do", false),
        ] {
            assert_eq!(is_here(&Url::parse(url).unwrap()), here, "{url}");
        }
    }
}
