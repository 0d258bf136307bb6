//! The text of an answer. It is written once, and the same bytes are signed and sent.
//!
//! As the real gateway does, slashes inside strings are written `\/` (visible in the answers recorded in
//! alipay/alipay-sdk-nodejs-all, test/alipay.test.ts, getSignStr), and Chinese stays as it is: a client that parses and
//! writes the object again before it verifies fails here as it would fail there.

use serde_json::{Map, Value};

use super::call::{Method, Refusal};

/// The `…_response` object.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    fields: Map<String, Value>,
}

impl Answer {
    pub(crate) fn success() -> Self {
        Self::coded("10000", "Success")
    }

    /// Gateway code 40004: the business refused.
    pub(crate) fn refused(method: Method, refusal: &Refusal) -> Self {
        Self::coded("40004", "Business Failed")
            .with("sub_code", refusal.sub_code.as_str())
            .with("sub_msg", refusal.message(method))
    }

    pub(crate) fn coded(code: &str, message: &str) -> Self {
        Self { fields: Map::new() }.with("code", code).with("msg", message)
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn with_some(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The bytes that are signed. A slash occurs inside strings only, so all of them may be escaped.
    pub(crate) fn text(&self) -> String {
        Value::Object(self.fields.clone()).to_string().replace('/', "\\/")
    }
}

/// A signature, and the number of the certificate that verifies it (certificate mode only).
pub(crate) struct Seal<'a> {
    pub(crate) cert_sn: Option<&'a str>,
    pub(crate) sign: &'a str,
}

/// The whole body: the object under its key, then the signature. In certificate mode `alipay_cert_sn` stands between
/// them, as in the answer recorded in alipay/alipay-sdk-nodejs-all, test/alipay.test.ts ("证书校验模式").
pub(crate) fn body(key: &str, object: &str, seal: Option<Seal<'_>>) -> String {
    match seal {
        Some(Seal { cert_sn: Some(number), sign }) => {
            format!("{{\"{key}\":{object},\"alipay_cert_sn\":\"{number}\",\"sign\":\"{sign}\"}}")
        }
        Some(Seal { cert_sn: None, sign }) => format!("{{\"{key}\":{object},\"sign\":\"{sign}\"}}"),
        None => format!("{{\"{key}\":{object}}}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_are_escaped_and_the_text_means_the_same() {
        let answer = Answer::success().with("subject", "A/B \\/ \"中文\"");
        let text = answer.text();
        assert_eq!(text, r#"{"code":"10000","msg":"Success","subject":"A\/B \\\/ \"中文\""}"#);
        let back: Value = serde_json::from_str(&text).expect("valid JSON");
        assert_eq!(back["subject"], "A/B \\/ \"中文\"");
    }
}
