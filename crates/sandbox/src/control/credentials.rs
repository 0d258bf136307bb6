//! All that a client of the channel needs.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::alipay::app::{App, Mode};
use crate::alipay::{Alipay, page_order, payment_code};

pub(crate) async fn show(State(alipay): State<Arc<Alipay>>) -> Json<Value> {
    let app = alipay.app(Mode::PublicKey);
    let merchant = app.merchant_pem();
    let alipay_public = &app.alipay_key().pem().public;
    let url = alipay.url();
    Json(json!({
        "alipay": {
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
        },
        "invented": [
            "the control port and everything on it",
            "the look of the signing page, the choice of the buyer on it, and POST /sandbox/agreement behind its buttons",
            "the look of the order's page, the choice of the buyer on it, and POST /sandbox/order behind its buttons",
            "the amount above which a payment code has to be confirmed, in fen; Alipay and the buyer decide that",
            "the authority behind the certificates, and two of its roots sharing a key",
            "handing out the merchant's private key: a real merchant makes his own",
            "the gaps between notifications: seconds instead of 4m, 10m, 10m, 1h, 2h, 6h, 15h",
            "the names of the buyers' states; the codes they lead to are published",
        ],
    }))
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
