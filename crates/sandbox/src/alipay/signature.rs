//! RSA2: SHA256withRSA with PKCS#1 v1.5 padding, base64; and the strings that are signed.
//!
//! Requests and notifications sign their parameters as `k=v` joined by `&`, sorted by key, values not URL-encoded and
//! empty ones left out (opendocs.alipay.com/common/02kf5q). Answers sign the bytes of the `…_response` object as sent.

use std::collections::BTreeMap;

pub(crate) use crate::keys::{flip_one_bit, sign, verify};

/// The string over which parameters are signed, without those that `left_out` names.
pub(crate) fn string_to_sign(parameters: &BTreeMap<String, String>, left_out: &[&str]) -> String {
    let kept = parameters.iter().filter(|(key, value)| !value.is_empty() && !left_out.contains(&key.as_str()));
    kept.map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use crate::keys::Key;

    /// alipay/alipay-sdk-nodejs-all: test/fixtures/alipay-public-key.pem at c4402e7 (an earlier key is in its history).
    const ALIPAY_PUBLIC_KEY: &str = concat!(
        "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAk7LzhmMa2c4qQd4fqAqenfbuFoA7stPKvoS1LrZEsVnOOGUUjwoa1oU9xsSP",
        "jcOWhIerU/VAN4J95GIAXx59ipcleIyfLn2FhHXPgLJpvo+b2jJFyn/1/DbeJDh+0yDVAOf50Z7HhI0mdUhFMkXlT7BU0ZMtJf/TmISF",
        "EfhDU/w6qFd6D42L97byAkq0K6LroglSVF24GqJEa7hSeUIkZWj7RasykXrc2uVJ1+ejkXE0LyPxa2AHykMGbJLf5SiZvaNzUZgnKIR3",
        "6mLOHpQ/2JCXxhXZYUWHzy0kMH54JcUEeksFWBYLGvLjV1phbcUIc3Q76tIuqApY6E222OoZZQIDAQAB"
    );
    /// The same repository: test/alipay.test.ts, "checkResponseSign should work".
    const ANSWER: &str = r#"{"code":"10000","msg":"Success","file_id":"CAxAToWB1JsAAAAAAAAAAAAADgSLAQBr"}"#;
    const ANSWER_SIGNATURE: &str = concat!(
        "F+LDzpTNiavn7xVZPGuPCSSVRSmWzJGgtuji6tVELGEaqMaNj0jRKXUEr5nloZJBBmwEnddOyCjjepMmrTKTvoOqQ0Efxpr/R1iEeHTHV",
        "bb/Q8TTh6Up5gHJDkILdaWS2q1cWeQ6VT+HQY9P3WRXS7uhILHuDODIhpAyCu5KhWGt0rMCIG+Im6NODJP2oohtSCtmTFXg58HH587Z2y",
        "2bdbjzOxLvzD9IrU1imghXQ2S/Q+wMIvRk9on6cWnBLkrNvJKapA2ReNGWOwyuASvB9zDVzhMPbR+3mfRGkVDxsq5HYLjBKGskJMXHw0H",
        "uugZij6ScRuaLPODhmHwr/pJ9yw=="
    );
    /// The same file: the key and the notification of 2019-08-15 ("with sign_type arguments verify success").
    const NOTIFY_PUBLIC_KEY: &str = concat!(
        "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqObrdC7hrgAVM98tK0nv3hSQRGGKT4lBsQjHiGjeYZjOPIPHR5knm2jnnz/Y",
        "GIXIofVHkA/tAlBAd5DrY7YpvI4tP5EONLtZKC2ghBMx7McI2wRD0xiqzxOQr1FuhZGJ8/AUokBzJrzY+aGX2xcOrxFYRlFilvVLTXg4",
        "LWjR1tdPkO6+i7wQZAIVMClPkwVRZEbaERRHlKqTzv2gGv5rDU8gRoe1LeaN+6BlbTqHWkQcNCUNrA8C6l17XAXGKDsm/9TFWwO8EPHH",
        "HCaQdjtV5/FdcWIt+L8SR1ss7EXTjYDFtxcKVv9rEoY1lX8T4mX+GbXfZHraG5NCF1+XioL5JwIDAQAB"
    );
    const NOTIFY_SIGNATURE: &str = concat!(
        "QfTb8tqE1BMhS5qAnXtvsF3/jBkEvu9q9en0pdbBUDDjvKycZhQb7h8GDs4FKfi049PynaNuatxSgLb/nLWZpXyyh0LEWdK2S6Ri7nPwr",
        "VgOs08zugLO20vOQz44y3ti2Ncm8/wZts1Fr2gZ7pShnVX3d1B50hbsXnObT1r/U8ONNQjWXd0HIul4TG+Q3fm3svmSvFEy0WnzuhcyHP",
        "X5Gm4ELNctL6Qd5YniGJFNcc7kopHYtI/XD9YCKCH6Ct02rzUs9i11C9CsadtZn+WhxF26Dqt9sGEFajkJ8cxUTLi8+VCpLHsgPE8P0y0",
        "95uQcDdK0YjCh4x7wVSov+lrmOQ=="
    );

    fn key(base64: &str) -> Vec<u8> {
        STANDARD.decode(base64).expect("the published key is base64")
    }

    #[test]
    fn the_published_answer_verifies_and_its_neighbours_do_not() {
        let key = key(ALIPAY_PUBLIC_KEY);
        assert!(verify(&key, ANSWER.as_bytes(), ANSWER_SIGNATURE));
        assert!(!verify(&key, ANSWER.replace("10000", "10001").as_bytes(), ANSWER_SIGNATURE));
        assert!(!verify(&key, ANSWER.as_bytes(), &flip_one_bit(ANSWER_SIGNATURE)));
        assert!(!verify(&key, ANSWER.as_bytes(), ""));
    }

    #[test]
    fn the_published_notification_verifies_without_sign_type_only() {
        let fields = [
            ("gmt_create", "2019-08-15 15:56:22"),
            ("charset", "utf-8"),
            ("seller_email", "z97-yuquerevenue@service.aliyun.com"),
            ("subject", "语雀空间 500人规模"),
            ("buyer_id", "2088102534368455"),
            ("invoice_amount", "0.10"),
            ("notify_id", "2019081500222155624068450559358070"),
            ("fund_bill_list", r#"[{"amount":"0.10","fundChannel":"ALIPAYACCOUNT"}]"#),
            ("notify_type", "trade_status_sync"),
            ("trade_status", "TRADE_SUCCESS"),
            ("receipt_amount", "0.10"),
            ("buyer_pay_amount", "0.10"),
            ("sign_type", "RSA2"),
            ("app_id", "2019073166072302"),
            ("seller_id", "2088531891668739"),
            ("gmt_payment", "2019-08-15 15:56:24"),
            ("notify_time", "2019-08-15 15:56:25"),
            ("version", "1.0"),
            ("out_trade_no", "20190815155618536-564-57"),
            ("total_amount", "0.10"),
            ("trade_no", "2019081522001468450512505578"),
            ("auth_app_id", "2019073166072302"),
            ("buyer_logon_id", "xud***@126.com"),
            ("point_amount", "0.00"),
        ];
        let fields: BTreeMap<String, String> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let key = key(NOTIFY_PUBLIC_KEY);
        let first_rule = string_to_sign(&fields, &["sign", "sign_type"]);
        assert!(verify(&key, first_rule.as_bytes(), NOTIFY_SIGNATURE));
        let second_rule = string_to_sign(&fields, &["sign"]);
        assert!(!verify(&key, second_rule.as_bytes(), NOTIFY_SIGNATURE));
    }

    #[test]
    fn own_keys_sign_what_they_verify() {
        let key = Key::generate().expect("the library makes keys");
        let signature = sign(&key, b"12.30").expect("the key signs");
        let public = pem_body(&key.pem().public);
        assert!(verify(&public, b"12.30", &signature));
        assert!(!verify(&public, b"12.31", &signature));
        assert!(!verify(&public, b"12.30", &flip_one_bit(&signature)));
    }

    fn pem_body(pem: &str) -> Vec<u8> {
        key(&pem.lines().filter(|line| !line.starts_with("-----")).collect::<String>())
    }
}
