//! What Alipay tells us on its own account: a form, signed (opendocs, 异步通知说明).
//!
//! Nothing in it is looked at before its signature is good, except to find the signature. Then it must be for
//! our app and our seller, and about something that we made.

use std::collections::BTreeMap;

use tantu_domain::ids::{AttemptId, MandateId};
use tantu_domain::instrument::MandateReport;
use url::form_urlencoded;

use super::fields::Fields;
use super::format;
use super::gateway::Gateway;
use super::keys::{Believed, Worth};
use super::mandate::signed;
use super::signature::string_to_sign;
use super::trade::trade;
use crate::{Notification, NotificationError};

/// The name of the certificate that a notice is signed with.
const SERIAL: &str = "alipay_cert_sn";

/// What may stand outside of the signature, which are fields that decide nothing. Most notices are signed without
/// `sign_type`, those of some products with it; the official Node SDK tries both, too.
const OUTSIDE: &[&[&str]] = &[&["sign_type"], &[], &["sign_type", SERIAL]];

/// No genuine notice comes near this.
const LONGEST: usize = 64 * 1024;

/// Reads one notice.
pub(super) fn notification(
    gateway: &Gateway,
    seller_id: Option<&str>,
    body: &[u8],
) -> Result<Notification, NotificationError> {
    let fields = verified(body, gateway.believed())?;
    if !fields.is("app_id", gateway.app_id()) {
        return Err(NotificationError::OtherApp);
    }
    match fields.get("notify_type") {
        Some("trade_status_sync") => {
            if seller_id.is_some_and(|seller_id| !fields.is("seller_id", seller_id)) {
                return Err(NotificationError::OtherSeller);
            }
            let number = required(&fields, "out_trade_no")?;
            let attempt = AttemptId::from_channel_number(number);
            let attempt = attempt.ok_or(NotificationError::NotOurs { field: "out_trade_no" })?;
            let report = trade(&fields, "gmt_payment", gateway.clock().now());
            let report = report.map_err(|field| NotificationError::Malformed { field })?;
            Ok(Notification::Attempt { attempt, report })
        }
        Some("dut_user_sign") if fields.is("status", "NORMAL") => {
            let report = signed(&fields).ok_or(NotificationError::Malformed { field: "agreement_no or its times" })?;
            Ok(Notification::Mandate { mandate: mandate(&fields)?, report })
        }
        // Who withdrew it is not said.
        Some("dut_user_unsign") if fields.is("status", "UNSIGN") => {
            let revoked_at = fields.get("unsign_time").and_then(format::read_time);
            let report = MandateReport::Revoked { revoked_at, by: None };
            Ok(Notification::Mandate { mandate: mandate(&fields)?, report })
        }
        Some(other) => {
            let status = fields.get("status").unwrap_or("none");
            Ok(Notification::Ignored { what: format!("notify_type {other}, status {status}") })
        }
        None => Err(NotificationError::Malformed { field: "notify_type" }),
    }
}

/// The fields of a notice whose signature is Alipay's.
fn verified(body: &[u8], believed: &Believed) -> Result<Fields, NotificationError> {
    if body.len() > LONGEST {
        return Err(NotificationError::TooLarge { limit: LONGEST });
    }
    let mut pairs = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(body) {
        if pairs.insert(name.into_owned(), value.into_owned()).is_some() {
            return Err(NotificationError::DoubledField);
        }
    }
    let value = |name: &str| pairs.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let sign = value("sign").ok_or(NotificationError::Unsigned)?;
    // Notices name no certificate by default; clients that meet one leave its name out of what is signed.
    let serial = value(SERIAL);
    for outside in OUTSIDE {
        let inside = pairs.iter().filter(|(name, _)| !outside.contains(&name.as_str()));
        let text = string_to_sign(inside.map(|(name, value)| (name.as_str(), value.as_str())));
        match believed.worth(serial, &text, sign) {
            Worth::Genuine => return Ok(Fields::of_form(pairs)),
            Worth::UnknownCertificate => return Err(NotificationError::UnknownCertificate),
            Worth::Wrong => {}
        }
    }
    Err(NotificationError::Signature)
}

fn required<'a>(fields: &'a Fields, field: &'static str) -> Result<&'a str, NotificationError> {
    fields.get(field).ok_or(NotificationError::Malformed { field })
}

fn mandate(fields: &Fields) -> Result<MandateId, NotificationError> {
    let number = required(fields, "external_agreement_no")?;
    MandateId::from_channel_number(number).ok_or(NotificationError::NotOurs { field: "external_agreement_no" })
}

#[cfg(test)]
mod tests {
    use super::super::signature::AlipayKey;
    use super::*;

    /// A notice of 2019-08-15 and its key, from the tests of Alipay's own Node SDK (alipay-sdk-nodejs-all,
    /// test/alipay.test.ts, "verify sign should delete sign_type").
    const PLAIN_KEY: &str = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqObrdC7hrgAVM98tK0nv3hSQRGGKT4lBsQjHiGjeYZjOPIPHR5knm2jnnz/YGIXIofVHkA/tAlBAd5DrY7YpvI4tP5EONLtZKC2ghBMx7McI2wRD0xiqzxOQr1FuhZGJ8/AUokBzJrzY+aGX2xcOrxFYRlFilvVLTXg4LWjR1tdPkO6+i7wQZAIVMClPkwVRZEbaERRHlKqTzv2gGv5rDU8gRoe1LeaN+6BlbTqHWkQcNCUNrA8C6l17XAXGKDsm/9TFWwO8EPHHHCaQdjtV5/FdcWIt+L8SR1ss7EXTjYDFtxcKVv9rEoY1lX8T4mX+GbXfZHraG5NCF1+XioL5JwIDAQAB";
    const PLAIN: &[(&str, &str)] = &[
        ("gmt_create", "2019-08-15 15:56:22"),
        ("charset", "utf-8"),
        ("seller_email", "z97-yuquerevenue@service.aliyun.com"),
        ("subject", "语雀空间 500人规模"),
        (
            "sign",
            "QfTb8tqE1BMhS5qAnXtvsF3/jBkEvu9q9en0pdbBUDDjvKycZhQb7h8GDs4FKfi049PynaNuatxSgLb/nLWZpXyyh0LEWdK2S6Ri7nPwrVgOs08zugLO20vOQz44y3ti2Ncm8/wZts1Fr2gZ7pShnVX3d1B50hbsXnObT1r/U8ONNQjWXd0HIul4TG+Q3fm3svmSvFEy0WnzuhcyHPX5Gm4ELNctL6Qd5YniGJFNcc7kopHYtI/XD9YCKCH6Ct02rzUs9i11C9CsadtZn+WhxF26Dqt9sGEFajkJ8cxUTLi8+VCpLHsgPE8P0y095uQcDdK0YjCh4x7wVSov+lrmOQ==",
        ),
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

    /// A notice that is signed with its `sign_type` (the same file, "verify sign should not delete
    /// sign_type", and test/fixtures/alipay-notify-sign-public-key-v2.pem).
    const TYPED_KEY: &str = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAk6DCsBIUhWriFohzRV8Fic6oQWNnLKKILNk97VU5qcHEuxYzCujKoyva5gy1170mFJw4IcgJF8AyS7iDUwzAwF4Pp9CpWxDhUhe7mdQJhjBmvTcPLGFFrzlj6unO5lAcbdwaxPUtSxOaNxPJGrTK/wnKQSbjTMMltp1J68q2Tfgrsn/NdZ6lrxO9rvmky8kowqaH5NjntyHO59jCGabMj5sI14z8N61wB/QuIJrDuzIPMPrSNbq0cOWcSCDG09oUHTp9fk7suDB8UiFcmVTXOvK3d4HbeX8V9YsEMxrwxEoYgRRj6K2qrC6oxw480cqf2ueumCmHg6xrcgkyXK81hwIDAQAB";
    const TYPED: &[(&str, &str)] = &[
        ("app_id", "2017122801303261"),
        ("charset", "UTF-8"),
        ("commodity_order_id", "2019030800000018079639"),
        ("contactor", "技术支持测试的公司"),
        ("merchant_pid", "2088721996721370"),
        ("method", "alipay.open.servicemarket.order.notify"),
        ("name", "技术支持测试的公司"),
        ("notify_id", "2019030800222102023008121054923345"),
        ("notify_time", "2019-03-08 10:20:23"),
        ("notify_type", "servicemarket_order_notify"),
        ("order_item_num", "1"),
        ("order_ticket", "29b1c37d99ab48c5bd5bdaeaeaefbB37"),
        ("order_time", "2019-03-08 10:20:08"),
        ("phone", "17826894615"),
        ("service_code", "58621634"),
        (
            "sign",
            "MsK5SCw8oqLw4f0hiNSd5OVGXxBY3wnQeT8vn5PklJSZFWSZbK4hQbNvkp4ZezeXQH514cEv0ul6Qow8yh6e6yM06LfEL+EZjcpZ0nxzFGRNQ5qq2AUc1OaXQdk92AGvxh+Iq4NGpPQFBd4D8EBJa3NJd8+czMfQskceosOQFqUtLQMYa5DPs+VpN7VM5BdXjaVIuKn5d9Wm2B9dI9ObIM+YRySDkZZPv14DVmUvcrcqJfOR8aHvtSd7B4l92wUQPQgQKNcOQho7xOHS/Bk+Y74AZL2y7TkNmdDoq9OGsThuF5tDW9rI9nVwXxOtsuB+bstra+W7aw9x9DvkKgdSRw==",
        ),
        ("sign_type", "RSA2"),
        ("timestamp", "2019-03-08 10:20:23"),
        ("title", "麦禾商城模版"),
        ("total_price", "0.00"),
        ("version", "1.0"),
    ];

    fn form(pairs: &[(&str, &str)]) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    }

    #[test]
    fn verifies_notices_that_alipay_sent() {
        for (key, pairs) in [(PLAIN_KEY, PLAIN), (TYPED_KEY, TYPED)] {
            let key = Believed::public_key(AlipayKey::read(key).unwrap());
            let body = form(pairs);
            let fields = verified(body.as_bytes(), &key).unwrap();
            assert!(fields.is("sign_type", "RSA2"));
            for (name, value) in pairs.iter().filter(|(name, _)| *name != "sign" && *name != "sign_type") {
                let altered: Vec<_> = pairs
                    .iter()
                    .map(
                        |pair| if pair.0 == *name { (*name, format!("{value}1")) } else { (pair.0, pair.1.to_owned()) },
                    )
                    .collect();
                let altered: Vec<_> = altered.iter().map(|(name, value)| (*name, value.as_str())).collect();
                assert_eq!(verified(form(&altered).as_bytes(), &key), Err(NotificationError::Signature), "{name}");
            }
        }
    }
}
