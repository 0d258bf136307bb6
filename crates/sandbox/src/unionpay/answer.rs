//! The text of an answer.
//!
//! What an answer repeats of its request is what the public clients' answer types have (smartwalle/unionpay,
//! account_type.go and payment_type.go). `signPubKeyCert` goes along with every answer and notification of 5.1.0, and
//! `certId` with none, as recorded.

use super::certificates::Signer;
use super::fields::{Fields, is_one_value, write_plain};
use super::{published, signature};

const REPEATED: [&str; 11] = [
    "version",
    "encoding",
    "signMethod",
    "txnType",
    "txnSubType",
    "bizType",
    "accessType",
    "merId",
    "orderId",
    "txnTime",
    "reqReserved",
];

/// An answer to a request, unsigned. What would break the answer's own format is not repeated.
pub(crate) fn answer(request: &Fields, code: &str, more: Vec<(&'static str, String)>) -> Fields {
    let repeated = REPEATED.iter().filter_map(|name| Some(((*name).to_owned(), request.get(*name)?.clone())));
    let mut fields: Fields = repeated.filter(|(_, value)| !value.is_empty() && is_one_value(value)).collect();
    fields.insert("respCode".to_owned(), code.to_owned());
    fields.insert("respMsg".to_owned(), published::message(code));
    for (name, value) in more {
        fields.insert(name.to_owned(), value);
    }
    // What an error answers to may lack even these.
    fields.entry("version".to_owned()).or_insert_with(|| "5.1.0".to_owned());
    fields.entry("encoding".to_owned()).or_insert_with(|| "UTF-8".to_owned());
    fields.insert("signMethod".to_owned(), "01".to_owned());
    fields
}

/// Signs fields with a key, and adds the certificate that goes with them.
pub(crate) fn sign(mut fields: Fields, signer: &Signer) -> Fields {
    fields.insert("signPubKeyCert".to_owned(), signer.certificate.clone());
    if let Some(signature) = signature::sign(&signer.key, &fields) {
        fields.insert("signature".to_owned(), signature);
    }
    fields
}

/// The body of a signed answer.
pub(crate) fn body(fields: Fields, signer: &Signer) -> String {
    write_plain(&sign(fields, signer))
}
