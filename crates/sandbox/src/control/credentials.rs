//! All that a client of a channel needs.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::Controlled;
use crate::alipay::app::{App, Mode};
use crate::alipay::{Alipay, page_order, payment_code};
use crate::unionpay::certificates::MerchantCertificate;
use crate::unionpay::{FIRST_MERCHANT, FIRST_REQUESTOR, UnionPay};

pub(crate) async fn show(State(controlled): State<Controlled>) -> Json<Value> {
    Json(json!({
        "alipay": alipay(&controlled.alipay),
        "unionpay": unionpay(&controlled.unionpay),
        "sms": { "endpoint": format!("http://{}", controlled.sms.address), "key": controlled.sms.key },
        "registry": { "endpoint": format!("http://{}", controlled.registry.address), "key": controlled.registry.key },
        "invented": INVENTED,
    }))
}

const INVENTED: &[&str] = &[
    "the control port and everything on it",
    "the look of the signing page, the choice of the buyer on it, and POST /sandbox/agreement behind its buttons",
    "the look of the order's page, the choice of the buyer on it, and POST /sandbox/order behind its buttons",
    "the amount above which a payment code has to be confirmed, in fen; Alipay and the buyer decide that",
    "the authority behind the certificates, and two of its roots sharing a key",
    "handing out the merchant's private key: a real merchant makes his own",
    "the gaps between notifications: seconds instead of 4m, 10m, 10m, 1h, 2h, 6h, 15h",
    "the names of the buyers' states; the codes they lead to are published",
    "UnionPay's root and middle certificate; the real ones are CFCA's",
    "the look of UnionPay's page, and POST /sandbox/open behind its buttons",
    "the banks, their BINs, limits and hours, and which published code a bank uses for which state",
    "how long a bank's code is good, how often it is sent and tried",
    "the SMS service and the registry: their addresses, fields and keys",
];

fn unionpay(unionpay: &UnionPay) -> Value {
    let key = unionpay.made.key.pem();
    let url = unionpay.url();
    let api = format!("{url}/gateway/api");
    json!({
        "mer_id": FIRST_MERCHANT,
        "tr_id": FIRST_REQUESTOR,
        "version": "5.1.0",
        "endpoint": url,
        "back_trans_url": format!("{api}/backTransReq.do"),
        "front_trans_url": format!("{api}/frontTransReq.do"),
        "query_trans_url": format!("{api}/queryTrans.do"),
        "cert_id": MerchantCertificate::read(&unionpay.made.certificate).ok().map(|certificate| certificate.id),
        "merchant_certificate": unionpay.made.certificate,
        "merchant_private_key_pkcs1": key.pkcs1,
        "merchant_private_key_pkcs8": key.pkcs8,
        "root_certificate": unionpay.authority.root,
        "middle_certificate": unionpay.authority.middle,
        "encryption_certificate": unionpay.authority.encryption.replace('\r', ""),
        "encryption_cert_id": unionpay.authority.encryption_id,
    })
}

fn alipay(alipay: &Alipay) -> Value {
    let app = alipay.app(Mode::PublicKey);
    let merchant = app.merchant_pem();
    let alipay_public = &app.alipay_key().pem().public;
    let url = alipay.url();
    json!({
        "app_id": app.id,
        "seller_id": alipay.seller_id,
        "gateway": format!("{url}/gateway.do"),
        "endpoint": url,
        "sign_type": "RSA2",
        "charset": "utf-8",
        "merchant_private_key_pkcs1": merchant.pkcs1,
        "merchant_private_key_pkcs8": merchant.pkcs8,
        "merchant_private_key_pkcs1_body": body_of(&merchant.pkcs1),
        "merchant_private_key_pkcs8_body": body_of(&merchant.pkcs8),
        "merchant_public_key": merchant.public,
        "alipay_public_key": alipay_public,
        "alipay_public_key_body": body_of(alipay_public),
        "product_codes": ["GENERAL_WITHHOLDING", "CYCLE_PAY_AUTH"],
        "personal_product_codes": ["GENERAL_WITHHOLDING_P", "CYCLE_PAY_AUTH_P"],
        "payment_code": {
            "scene": payment_code::SCENE,
            "product_code": payment_code::PRODUCT,
            "confirm_above": payment_code::CONFIRM_ABOVE.count(),
        },
        "page_order": { "product_code": page_order::PRODUCT },
        "certificate": certificate(alipay.app(Mode::Certificate)),
    })
}

/// The second application, which names certificates instead of keys.
fn certificate(app: &App) -> Value {
    let merchant = app.merchant_pem();
    let Some(certificates) = app.certificates() else { return Value::Null };
    json!({
        "app_id": app.id,
        "merchant_private_key_pkcs1": merchant.pkcs1,
        "merchant_private_key_pkcs8": merchant.pkcs8,
        "merchant_private_key_pkcs1_body": body_of(&merchant.pkcs1),
        "merchant_private_key_pkcs8_body": body_of(&merchant.pkcs8),
        "app_cert": certificates.app_cert,
        "alipay_public_cert": certificates.alipay_cert,
        "alipay_root_cert": certificates.roots,
        "app_cert_sn": certificates.app_cert_sn,
        "alipay_cert_sn": certificates.alipay_cert_sn,
        "alipay_root_cert_sn": certificates.root_cert_sn,
    })
}

/// The base64 body in one line, which many clients want instead of PEM.
fn body_of(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with("-----")).collect()
}
