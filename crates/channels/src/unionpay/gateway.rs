//! The one place that speaks to UnionPay. What comes back is an [`Answer`] only if its certificate and its signature
//! are good, and only if it is about the order that we asked about.
//!
//! Nothing of what is said is logged but the call's name and our number of the order: cards, holders and tokens stand
//! in too many of the fields.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use tantu_domain::attempt::AttemptReport;
use tantu_domain::channel::Channel;
use tantu_domain::channel::ChannelWord;
use tantu_domain::clock::Clock;
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use super::answer::{About, Answer};
use super::fields::{Fields, string_to_sign};
use super::keys::{KeyRing, SIGN_METHOD, VERSION};
use super::seal::Sealing;
use super::{ConfigError, UnionPayConfig, format};
use crate::http::{Http, Reply, is_safe};
use crate::words::{Subject, Words};

/// No genuine answer to our calls comes near this.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Where orders are sent.
pub(super) const BACK: &str = "backTransReq.do";

/// Where orders are asked about.
pub(super) const QUERY: &str = "queryTrans.do";

/// The token product (无跳转支付, token 版).
pub(super) const TOKEN_PRODUCT: &str = "000902";

/// What is called at calls that belong to no product.
pub(super) const NO_PRODUCT: &str = "000000";

/// Chinese yuan.
pub(super) const YUAN: &str = "156";

/// A field of a request. Some hold what the payer has entered, so each is overwritten when it is let go.
pub(super) type Field = (&'static str, Zeroizing<String>);

/// A field.
pub(super) fn field(name: &'static str, value: impl Into<String>) -> Field {
    (name, Zeroizing::new(value.into()))
}

/// One call.
pub(super) struct Call<'a> {
    /// What it is called in the log, such as `consume`.
    pub(super) method: &'static str,
    /// The family in which its codes are looked up.
    pub(super) family: &'static str,
    /// [`BACK`] or [`QUERY`].
    pub(super) endpoint: &'static str,
    /// Its type, subtype and product.
    pub(super) kind: [&'static str; 3],
    /// `orderId`.
    pub(super) number: &'a str,
    /// `txnTime`, which names the order together with the number.
    pub(super) at: Timestamp,
    /// What only this call says.
    pub(super) fields: Vec<Field>,
}

impl Call<'_> {
    /// As it is named in the log and in the tables of codes.
    pub(super) fn subject(&self) -> Subject<'_> {
        Subject { method: self.method, family: self.family, number: self.number }
    }
}

/// What came back.
pub(super) enum Heard {
    /// A genuine answer about this order.
    Answer(Answer),
    /// An HTTP status that is no answer, or a genuine one that does not say what it is about.
    Fault(ChannelWord),
    /// Nothing, or nothing that can be believed.
    Nothing,
}

/// The connection, the keys, the codes and the clock.
pub(super) struct Gateway {
    http: Http,
    base: Url,
    mer_id: String,
    tr_id: String,
    notify_url: String,
    keys: KeyRing,
    words: Words,
    sealing: Sealing,
}

impl Gateway {
    pub(super) fn new(config: &UnionPayConfig, clock: Arc<dyn Clock>) -> Result<Self, ConfigError> {
        for (name, value) in [("mer_id", &config.mer_id), ("tr_id", &config.tr_id), ("notify_url", &config.notify_url)]
        {
            if value.is_empty() {
                return Err(ConfigError::Empty(name));
            }
        }
        if !is_safe(&config.gateway) {
            return Err(ConfigError::Insecure);
        }
        let mut base = config.gateway.clone();
        if !base.path().ends_with('/') {
            let path = format!("{}/", base.path());
            base.set_path(&path);
        }
        Ok(Self {
            http: Http::new(config.timeout, config.connect_timeout, LONGEST_ANSWER).map_err(ConfigError::Client)?,
            base,
            mer_id: config.mer_id.clone(),
            tr_id: config.tr_id.clone(),
            notify_url: config.notify_url.clone(),
            keys: KeyRing::read(config, clock.wall())?,
            words: Words::new(Channel::UnionPay, Arc::clone(&config.codes), clock),
            sealing: Sealing::default(),
        })
    }

    pub(super) fn mer_id(&self) -> &str {
        &self.mer_id
    }

    pub(super) fn tr_id(&self) -> &str {
        &self.tr_id
    }

    /// Where UnionPay tells us of orders that bring no address of their own.
    pub(super) fn notify_url(&self) -> &str {
        &self.notify_url
    }

    pub(super) fn keys(&self) -> &KeyRing {
        &self.keys
    }

    pub(super) fn words(&self) -> &Words {
        &self.words
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        self.words.clock()
    }

    pub(super) fn sealing(&self) -> &Sealing {
        &self.sealing
    }

    /// Makes one call.
    pub(super) async fn call(&self, call: &Call<'_>) -> Heard {
        let subject = call.subject();
        let (Some(body), Ok(url)) = (self.body(call), self.base.join(call.endpoint)) else {
            tracing::error!(method = call.method, number = call.number, "our key does not sign; nothing was sent");
            return Heard::Nothing;
        };
        tracing::debug!(method = call.method, number = call.number, "asking UnionPay");
        let request = self
            .http
            .post(url)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded;charset=UTF-8")
            // The client gives the bytes back when it has sent them, and they are overwritten then.
            .body(Bytes::from_owner(body));
        match self.http.send(request).await {
            Reply::Answer { status: StatusCode::OK, body } => self.read(call, &Zeroizing::new(body)),
            Reply::Answer { status, body: _ } => Heard::Fault(self.words.no_answer(&subject, status)),
            Reply::Nothing(why) => self.nothing(&subject, &why),
        }
    }

    /// The form, with the signature over all of it.
    fn body(&self, call: &Call<'_>) -> Option<Zeroizing<Vec<u8>>> {
        let time = format::time(call.at);
        let [txn_type, txn_sub_type, biz_type] = call.kind;
        let mut fields = vec![
            ("version", VERSION),
            ("encoding", "UTF-8"),
            ("signMethod", SIGN_METHOD),
            ("certId", self.keys.cert_id()),
            ("txnType", txn_type),
            ("txnSubType", txn_sub_type),
            ("bizType", biz_type),
            // A merchant that is connected itself, over the internet.
            ("accessType", "0"),
            ("channelType", "07"),
            ("merId", &self.mer_id),
            ("orderId", call.number),
            ("txnTime", &time),
        ];
        fields.extend(call.fields.iter().map(|(name, value)| (*name, value.as_str())));
        let text = Zeroizing::new(string_to_sign(fields.iter().copied()));
        let signature = self.keys.sign(&text)?;
        fields.push(("signature", &signature));
        // Every byte may become three, and growing would leave copies behind.
        let form = String::with_capacity(3 * (text.len() + signature.len() + 16));
        let form = form_urlencoded::Serializer::new(form).extend_pairs(fields).finish();
        Some(Zeroizing::new(form.into_bytes()))
    }

    fn read(&self, call: &Call<'_>, body: &[u8]) -> Heard {
        let subject = call.subject();
        let fields = std::str::from_utf8(body).ok().and_then(|text| Fields::of_answer(text).ok());
        let Some(fields) = fields else {
            return self.nothing(&subject, "the answer cannot be read");
        };
        if let Err(error) = self.keys.prove(&fields, self.clock().wall()) {
            return self.nothing(&subject, &error.to_string());
        }
        let answer = Answer::of(fields);
        match answer.about(&self.mer_id, call.number, &format::time(call.at)) {
            About::Ours => {
                let (method, number, code) = (call.method, call.number, answer.code());
                tracing::info!(method, number, code, "UnionPay answered");
                Heard::Answer(answer)
            }
            About::Other(field) => {
                self.words.not_ours(&subject, field);
                Heard::Nothing
            }
            About::Nothing(field) => Heard::Fault(self.words.incomplete(&subject, field)),
        }
    }

    fn nothing(&self, subject: &Subject<'_>, why: &str) -> Heard {
        self.words.nothing(subject, &why);
        Heard::Nothing
    }

    /// A genuine answer that lacks what it must have to prove anything.
    pub(super) fn incomplete(&self, call: &Call<'_>, field: &str) -> AttemptReport {
        AttemptReport::Fault(self.words.incomplete(&call.subject(), field))
    }

    /// What the code of an answer means in a family that moves money.
    pub(super) fn refusal(&self, call: &Call<'_>, answer: &Answer) -> AttemptReport {
        self.words.refusal(&call.subject(), answer.code(), answer.message())
    }
}
