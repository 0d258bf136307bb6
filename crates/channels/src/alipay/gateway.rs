//! The one place that speaks to Alipay, and the one that logs what was said, with secrets struck out.
//!
//! One call is one HTTP request: nothing is sent twice from here, no redirect is followed and no proxy is
//! asked. What comes back is an [`Answer`] only if Alipay's signature over its bytes is good.

use std::sync::Arc;

use serde_json::Value;
use tantu_codes::Meaning;
use tantu_domain::attempt::AttemptReport;
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::clock::Clock;
use url::Url;

use super::answer::{Answer, Proof, cut};
use super::keys::{Believed, KeyRing};
use super::signature::string_to_sign;
use super::{AlipayConfig, ConfigError, format};
use crate::http::{Http, Reply, is_safe};
use crate::words::{Subject, Words};

/// No genuine answer to our calls comes near this.
const LONGEST_ANSWER: usize = 256 * 1024;

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

impl Call<'_> {
    /// As it is named in the log and in the tables of codes.
    fn subject(&self) -> Subject<'_> {
        Subject { method: self.method, family: self.family, number: self.number }
    }
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
    http: Http,
    url: Url,
    app_id: String,
    keys: KeyRing,
    words: Words,
}

impl Gateway {
    pub(super) fn new(config: &AlipayConfig, clock: Arc<dyn Clock>) -> Result<Self, ConfigError> {
        if config.app_id.is_empty() {
            return Err(ConfigError::Empty("app_id"));
        }
        if !is_safe(&config.gateway) {
            return Err(ConfigError::Insecure);
        }
        let http = Http::new(config.timeout, config.connect_timeout, LONGEST_ANSWER).map_err(ConfigError::Client)?;
        Ok(Self {
            http,
            url: config.gateway.clone(),
            app_id: config.app_id.clone(),
            keys: KeyRing::read(config, clock.wall())?,
            words: Words::new(Channel::Alipay, Arc::clone(&config.codes), clock),
        })
    }

    pub(super) fn app_id(&self) -> &str {
        &self.app_id
    }

    pub(super) fn believed(&self) -> &Believed {
        self.keys.believed()
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        self.words.clock()
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
        match self.http.send(self.http.post(url).form(&[("biz_content", content)])).await {
            Reply::Answer { status: reqwest::StatusCode::OK, body } => self.read(call, &body),
            Reply::Answer { status, body: _ } => Heard::Fault(self.words.no_answer(&call.subject(), status)),
            Reply::Nothing(why) => self.nothing(call, &why),
        }
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
            ("timestamp", format::time(self.clock().wall())),
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
            return self.nothing(call, "the answer cannot be read");
        };
        let code = answer.deciding();
        match cut.proof(self.keys.believed()) {
            Proof::Signed => {
                tracing::info!(method = call.method, number = call.number, code, "Alipay answered");
                Heard::Answer(answer)
            }
            Proof::Wrong => self.nothing(call, "the answer's signature is wrong; check Alipay's public key"),
            Proof::UnknownCertificate => {
                let serial = cut.serial.as_deref().unwrap_or_default();
                let (method, number) = (call.method, call.number);
                tracing::error!(method, number, serial, "Alipay signs with a certificate that we do not have; add it");
                Heard::Nothing
            }
            // Success without a signature is the one thing that somebody would want to forge.
            Proof::Unsigned if ["10000", "10003"].contains(&code) => {
                self.nothing(call, "the answer claims success and is not signed")
            }
            Proof::Unsigned => {
                tracing::warn!(method = call.method, number = call.number, code, "a failure that is not signed");
                Heard::Fault(self.word_of(&answer))
            }
        }
    }

    /// What a signed answer that is no success means in a family that moves money.
    pub(super) fn refusal(&self, call: &Call<'_>, answer: &Answer) -> AttemptReport {
        self.words.refusal(&call.subject(), answer.deciding(), answer.message())
    }

    /// What a signed answer that is no success means in a family that moves none: whatever the code says, it
    /// says it of the call, never of the trade.
    pub(super) fn fault(&self, call: &Call<'_>, answer: &Answer) -> AttemptReport {
        AttemptReport::Fault(self.words.fault(&call.subject(), answer.deciding(), answer.message()))
    }

    /// What an answer's code means, to the operator or as published.
    pub(super) fn meaning(&self, call: &Call<'_>, answer: &Answer) -> Option<&Meaning> {
        self.words.meaning(&call.subject(), answer.deciding())
    }

    /// A signed answer that cannot be about what we asked: nothing in it is believed.
    pub(super) fn not_ours(&self, call: &Call<'_>, field: &str) -> AttemptReport {
        self.words.not_ours(&call.subject(), field);
        AttemptReport::NoAnswer
    }

    /// A signed answer that lacks what it must have to prove anything.
    pub(super) fn incomplete(&self, call: &Call<'_>, field: &str) -> AttemptReport {
        AttemptReport::Fault(self.words.incomplete(&call.subject(), field))
    }

    /// The channel's word of an answer.
    pub(super) fn word_of(&self, answer: &Answer) -> ChannelWord {
        self.word(answer.deciding(), answer.message())
    }

    /// A word that we heard now.
    pub(super) fn word(&self, code: &str, message: &str) -> ChannelWord {
        self.words.word(code, message)
    }

    fn nothing(&self, call: &Call<'_>, why: &str) -> Heard {
        self.words.nothing(&call.subject(), &why);
        Heard::Nothing
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
}
