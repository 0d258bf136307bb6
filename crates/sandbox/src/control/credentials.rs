//! All that a client of the channel needs.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::alipay::Alipay;

pub(crate) async fn show(State(alipay): State<Arc<Alipay>>) -> Json<Value> {
    let merchant = alipay.merchant_pem();
    let url = alipay.url();
    Json(json!({
        "alipay": {
            "app_id": alipay.app_id,
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
            "alipay_public_key": alipay.alipay_public_pem(),
            "alipay_public_key_body": body_of(alipay.alipay_public_pem()),
            "product_codes": ["GENERAL_WITHHOLDING", "CYCLE_PAY_AUTH"],
            "personal_product_codes": ["GENERAL_WITHHOLDING_P", "CYCLE_PAY_AUTH_P"],
        },
        "invented": [
            "the control port and everything on it",
            "the look of the signing page, the choice of the buyer on it, and POST /sandbox/agreement behind its buttons",
            "handing out the merchant's private key: a real merchant makes his own",
            "the gaps between notifications: seconds instead of 4m, 10m, 10m, 1h, 2h, 6h, 15h",
            "the names of the buyers' states; the codes they lead to are published",
        ],
    }))
}

/// The base64 body in one line, which many clients want instead of PEM.
fn body_of(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with("-----")).collect()
}
