//! Cutting an answer: `{"alipay_trade_pay_response":{…},"sign":"…"}`, in certificate mode with `alipay_cert_sn`
//! before or behind the signature.
//!
//! What is signed are the bytes of the inner object as they came, with their escapes, spaces and order of
//! keys (opendocs common/02km9f). So the object is cut out, never parsed and written again; and the cut is
//! made by walking the outer object, so that nothing inside (a text with braces, a nested key `sign`) can
//! move it.

use super::fields::Fields;
use super::keys::{Believed, Worth};

/// The wrapper of gateway errors that are not about any method.
const ERROR: &str = "error_response";

/// The parts of an answer, as they came.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cut<'a> {
    /// The bytes of the inner object.
    pub(super) object: &'a str,
    /// The text of the signature, if there is one.
    pub(super) sign: Option<String>,
    /// The serial of the certificate that it was made with, if that is named.
    pub(super) serial: Option<String>,
}

/// Cuts the answer to a call of `method`. `None` if the text is no such answer, or says anything twice.
pub(super) fn cut<'a>(text: &'a str, method: &str) -> Option<Cut<'a>> {
    let key = format!("{}_response", method.replace('.', "_"));
    let (mut object, mut sign, mut serial) = (None, None, None);
    for (name, value) in members(text)? {
        let place = match name.as_str() {
            "sign" => &mut sign,
            "alipay_cert_sn" => &mut serial,
            name if name == key || name == ERROR => &mut object,
            _ => continue,
        };
        if place.replace(value).is_some() {
            return None;
        }
    }
    let text = |value: Option<&str>| value.map(serde_json::from_str::<String>).transpose().ok();
    let (sign, serial) = (text(sign)?, text(serial)?);
    let present = |text: &String| !text.is_empty();
    let (sign, serial) = (sign.filter(present), serial.filter(present));
    object.filter(|object| object.starts_with('{')).map(|object| Cut { object, sign, serial })
}

/// The names of an object's members and the bytes of their values.
fn members(text: &str) -> Option<Vec<(String, &str)>> {
    let mut members = Vec::new();
    let mut rest = text.trim().strip_prefix('{')?.trim_start();
    if rest == "}" {
        return Some(members);
    }
    loop {
        let (name, after) = rest.split_at_checked(end_of_value(rest)?)?;
        let value = after.trim_start().strip_prefix(':')?.trim_start();
        let (value, after) = value.split_at_checked(end_of_value(value)?)?;
        members.push((serde_json::from_str(name).ok()?, value.trim_end()));
        let after = after.trim_start();
        match after.strip_prefix(',') {
            Some(next) => rest = next.trim_start(),
            None if after == "}" => return Some(members),
            None => return None,
        }
    }
}

/// Where the JSON value ends with which `text` begins: braces and brackets are counted outside of strings.
fn end_of_value(text: &str) -> Option<usize> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (index, byte) in text.bytes().enumerate() {
        if in_string {
            (in_string, escaped) = (escaped || byte != b'"', !escaped && byte == b'\\');
            if !in_string && depth == 0 {
                return Some(index + 1);
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    return Some(index + 1);
                }
            }
            // A number or a word ends where the outer object goes on.
            b',' | b':' | b'}' | b']' if depth == 0 => return (index > 0).then_some(index),
            _ => {}
        }
    }
    None
}

/// The inner object, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer(Fields);

impl Answer {
    /// Reads the inner object; `None` if it is no object or has no `code`.
    pub(super) fn read(object: &str) -> Option<Self> {
        let fields = Fields::of_json(&serde_json::from_str(object).ok()?);
        fields.get("code").is_some().then_some(Self(fields))
    }

    /// The business fields.
    pub(super) fn fields(&self) -> &Fields {
        &self.0
    }

    /// Whether the call worked. Whether money moved stands in the business fields.
    pub(super) fn worked(&self) -> bool {
        self.is_plain("10000")
    }

    /// Whether this is the answer `code`, without anything more special beside it.
    pub(super) fn is_plain(&self, code: &str) -> bool {
        self.0.is("code", code) && self.0.get("sub_code").is_none()
    }

    /// The code that decides: the special one if there is one. `40004` alone says nothing.
    pub(super) fn deciding(&self) -> &str {
        self.0.get("sub_code").or_else(|| self.0.get("code")).unwrap_or_default()
    }

    /// The channel's message. For a wrong signature the gateway prints what it had to sign, which holds all
    /// that we sent; that part is cut off.
    pub(super) fn message(&self) -> &str {
        let message = self.0.get("sub_msg").or_else(|| self.0.get("msg")).unwrap_or_default();
        message.split("网关生成的验签字符串").next().unwrap_or_default()
    }

    /// Whether it names another `name` than `expected`. An answer that names none is not about another.
    pub(super) fn contradicts(&self, name: &str, expected: &str) -> bool {
        self.0.get(name).is_some_and(|value| value != expected)
    }
}

/// Whether an answer is signed by Alipay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// By its key, over these bytes.
    Signed,
    /// Not at all; failures often are not.
    Unsigned,
    /// By nobody that we know.
    Wrong,
    /// By a certificate that we do not have.
    UnknownCertificate,
}

impl Cut<'_> {
    /// What the signature proves.
    pub(super) fn proof(&self, believed: &Believed) -> Proof {
        let Some(sign) = &self.sign else { return Proof::Unsigned };
        match believed.worth(self.serial.as_deref(), self.object, sign) {
            Worth::Genuine => Proof::Signed,
            Worth::Wrong => Proof::Wrong,
            Worth::UnknownCertificate => Proof::UnknownCertificate,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::signature::AlipayKey;
    use super::*;

    const METHOD: &str = "alipay.trade.pay";

    #[test]
    fn cuts_the_bytes_as_they_came() {
        for (text, object, sign) in [
            (r#"{"alipay_trade_pay_response":{"code":"10000"},"sign":"AA=="}"#, r#"{"code":"10000"}"#, Some("AA==")),
            // The order of the members is Alipay's to choose.
            (r#"{"sign":"AA==","alipay_trade_pay_response":{"code":"10000"}}"#, r#"{"code":"10000"}"#, Some("AA==")),
            // Escaped slashes stay escaped, keys stay unsorted, spaces stay.
            (
                r#"{"alipay_trade_pay_response":{"u":"http:\/\/a", "code":"10000" },"sign":"\/w=="}"#,
                r#"{"u":"http:\/\/a", "code":"10000" }"#,
                Some("/w=="),
            ),
            // A key "sign" and braces inside are text like any other.
            (
                r#"{"alipay_trade_pay_response":{"sign":"x","t":"}\",\"sign\":\"{\\"},"sign":"AA=="}"#,
                r#"{"sign":"x","t":"}\",\"sign\":\"{\\"}"#,
                Some("AA=="),
            ),
            // Line ends around everything, other members, nested lists.
            (
                "\r\n{ \"alipay_trade_pay_response\"\n:\n{\"a\":[{\"b\":[1,2]}]} ,\n\"alipay_cert_sn\" : \"c\", \"n\":12 , \"sign\" : \"AA==\" }\n",
                r#"{"a":[{"b":[1,2]}]}"#,
                Some("AA=="),
            ),
            (r#"{"error_response":{"code":"40002"}}"#, r#"{"code":"40002"}"#, None),
            (r#"{"alipay_trade_pay_response":{"code":"40004"},"sign":""}"#, r#"{"code":"40004"}"#, None),
        ] {
            let cut = cut(text, METHOD).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((cut.object, cut.sign.as_deref()), (object, sign), "{text}");
        }
    }

    #[test]
    fn the_certificate_is_named_before_or_behind_the_signature() {
        for (text, serial) in [
            (r#"{"alipay_trade_pay_response":{"code":"10000"},"alipay_cert_sn":"4538","sign":"AA=="}"#, Some("4538")),
            (r#"{"alipay_trade_pay_response":{"code":"10000"},"sign":"AA==","alipay_cert_sn":"4538"}"#, Some("4538")),
            // One inside is a field like any other.
            (r#"{"alipay_trade_pay_response":{"code":"10000","alipay_cert_sn":"4538"},"sign":"AA=="}"#, None),
            (r#"{"alipay_trade_pay_response":{"code":"10000"},"sign":"AA==","alipay_cert_sn":""}"#, None),
        ] {
            assert_eq!(cut(text, METHOD).unwrap().serial.as_deref(), serial, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_answer_or_two() {
        for text in [
            "",
            "{}",
            "<html>502</html>",
            r#"{"sign":"AA=="}"#,
            r#"{"alipay_trade_query_response":{"code":"10000"},"sign":"AA=="}"#,
            r#"{"alipay_trade_pay_response":"encrypted","sign":"AA=="}"#,
            r#"{"alipay_trade_pay_response":{"code":"10000"},"sign":"AA=="} tail"#,
            r#"{"alipay_trade_pay_response":{"code":"10000"},"sign":"AA==""#,
            r#"{"alipay_trade_pay_response":{"code":"10000"},"sign":7}"#,
            r#"{"alipay_trade_pay_response":{"code":"10000"},"sign":"AA==","sign":"BB=="}"#,
            r#"{"alipay_trade_pay_response":{"code":"10000"},"alipay_cert_sn":"1","sign":"AA==","alipay_cert_sn":"2"}"#,
            r#"{"alipay_trade_pay_response":{"code":"10000"},"alipay_cert_sn":7,"sign":"AA=="}"#,
            r#"{"alipay_trade_pay_response":{"code":"40004"},"alipay_trade_pay_response":{"code":"10000"},"sign":"A"}"#,
            r#"{"error_response":{"code":"40004"},"alipay_trade_pay_response":{"code":"10000"},"sign":"A"}"#,
        ] {
            assert_eq!(cut(text, METHOD), None, "{text}");
        }
    }

    #[test]
    fn the_special_code_decides() {
        let answer = |text| Answer::read(text).unwrap();
        let failed = answer(r#"{"code":"40004","msg":"Business Failed","sub_code":"ACQ.X","sub_msg":"坏"}"#);
        assert_eq!((failed.deciding(), failed.message()), ("ACQ.X", "坏"));
        assert!(answer(r#"{"code":"10000"}"#).worked());
        assert!(!answer(r#"{"code":"10000","sub_code":"ACQ.X"}"#).worked());
        assert_eq!(answer(r#"{"code":"20000","sub_code":""}"#).deciding(), "20000");
        assert_eq!(Answer::read(r#"{"msg":"Success"}"#), None);
        let talkative = r#"{"code":"40002","sub_msg":"验签出错，网关生成的验签字符串为：agreement_no=2020"}"#;
        assert!(!answer(talkative).message().contains("2020"));
    }

    /// The answer and the key that Alipay's own Node SDK tests with (alipay/alipay-sdk-nodejs-all,
    /// test/alipay.test.ts "checkResponseSign should work", test/fixtures/alipay-public-key.pem).
    #[test]
    fn verifies_an_answer_that_alipay_gave() {
        let key = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAk7LzhmMa2c4qQd4fqAqenfbuFoA7stPKvoS1LrZEsVnOOGUUjwoa1oU9xsSPjcOWhIerU/VAN4J95GIAXx59ipcleIyfLn2FhHXPgLJpvo+b2jJFyn/1/DbeJDh+0yDVAOf50Z7HhI0mdUhFMkXlT7BU0ZMtJf/TmISFEfhDU/w6qFd6D42L97byAkq0K6LroglSVF24GqJEa7hSeUIkZWj7RasykXrc2uVJ1+ejkXE0LyPxa2AHykMGbJLf5SiZvaNzUZgnKIR36mLOHpQ/2JCXxhXZYUWHzy0kMH54JcUEeksFWBYLGvLjV1phbcUIc3Q76tIuqApY6E222OoZZQIDAQAB";
        let body = r#"{"alipay_open_file_upload_response":{"code":"10000","msg":"Success","file_id":"CAxAToWB1JsAAAAAAAAAAAAADgSLAQBr"},"sign":"F+LDzpTNiavn7xVZPGuPCSSVRSmWzJGgtuji6tVELGEaqMaNj0jRKXUEr5nloZJBBmwEnddOyCjjepMmrTKTvoOqQ0Efxpr/R1iEeHTHVbb/Q8TTh6Up5gHJDkILdaWS2q1cWeQ6VT+HQY9P3WRXS7uhILHuDODIhpAyCu5KhWGt0rMCIG+Im6NODJP2oohtSCtmTFXg58HH587Z2y2bdbjzOxLvzD9IrU1imghXQ2S/Q+wMIvRk9on6cWnBLkrNvJKapA2ReNGWOwyuASvB9zDVzhMPbR+3mfRGkVDxsq5HYLjBKGskJMXHw0HuugZij6ScRuaLPODhmHwr/pJ9yw=="}"#;
        let key = Believed::public_key(AlipayKey::read(key).unwrap());
        let method = "alipay.open.file.upload";
        assert_eq!(cut(body, method).unwrap().proof(&key), Proof::Signed);
        let altered = body.replace("Success", "success");
        assert_eq!(cut(&altered, method).unwrap().proof(&key), Proof::Wrong);
        let spaced = body.replace("\"msg\":", "\"msg\": ");
        assert_eq!(cut(&spaced, method).unwrap().proof(&key), Proof::Wrong);
    }
}
