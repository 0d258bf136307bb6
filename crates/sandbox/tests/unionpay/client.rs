//! A merchant's client of ACP 5.1, written for these tests alone: it signs, seals, reads answers and trusts only the root.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{
    KeyPair, Pkcs1PrivateDecryptingKey, Pkcs1PublicEncryptingKey, PrivateDecryptingKey, PublicEncryptingKey,
};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use x509_parser::pem::{Pem, parse_x509_pem};

pub(crate) type Fields = BTreeMap<String, String>;

/// A merchant with his key and what he trusts.
pub(crate) struct Client {
    pub(crate) http: reqwest::Client,
    pub(crate) back: String,
    pub(crate) query: String,
    pub(crate) front: String,
    pub(crate) mer_id: String,
    pub(crate) tr_id: String,
    pub(crate) cert_id: String,
    pub(crate) encrypt_cert_id: String,
    key: KeyPair,
    opening: Pkcs1PrivateDecryptingKey,
    sealing: Vec<u8>,
    root: Vec<u8>,
    middle: Vec<u8>,
}

impl Client {
    pub(crate) fn new(http: reqwest::Client, credentials: &Value) -> Self {
        let text = |name: &str| credentials[name].as_str().unwrap_or_else(|| panic!("{name}")).to_owned();
        let pkcs8 = body(&text("merchant_private_key_pkcs8"));
        let decrypting = PrivateDecryptingKey::from_pkcs8(&pkcs8).unwrap();
        Self {
            http,
            back: text("back_trans_url"),
            query: text("query_trans_url"),
            front: text("front_trans_url"),
            mer_id: text("mer_id"),
            tr_id: text("tr_id"),
            cert_id: text("cert_id"),
            encrypt_cert_id: text("encryption_cert_id"),
            key: KeyPair::from_pkcs8(&pkcs8).unwrap(),
            opening: Pkcs1PrivateDecryptingKey::new(decrypting).unwrap(),
            sealing: pem(&text("encryption_certificate")).parse_x509().unwrap().public_key().raw.to_vec(),
            root: pem(&text("root_certificate")).contents,
            middle: pem(&text("middle_certificate")).contents,
        }
    }

    /// The fields of every request for `txnType/txnSubType`.
    pub(crate) fn request(&self, kind: &str, order_id: &str) -> Fields {
        let (txn_type, sub_type) = kind.split_once('/').unwrap();
        let biz_type = if matches!(txn_type, "00" | "95" | "99") { "000000" } else { "000902" };
        [
            ("version", "5.1.0"),
            ("encoding", "UTF-8"),
            ("signMethod", "01"),
            ("certId", &self.cert_id),
            ("txnType", txn_type),
            ("txnSubType", sub_type),
            ("bizType", biz_type),
            ("accessType", "0"),
            ("channelType", "07"),
            ("merId", &self.mer_id),
            ("orderId", order_id),
            ("txnTime", "20261122201500"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
    }

    pub(crate) fn seal(&self, text: &str) -> String {
        let key = Pkcs1PublicEncryptingKey::new(PublicEncryptingKey::from_der(&self.sealing).unwrap()).unwrap();
        let mut sealed = vec![0; key.ciphertext_size()];
        STANDARD.encode(key.encrypt(text.as_bytes(), &mut sealed).unwrap())
    }

    /// Opens what was sealed for the merchant.
    pub(crate) fn unseal(&self, sealed: &str) -> String {
        let mut plain = vec![0; self.opening.min_output_size()];
        let plain = self.opening.decrypt(&STANDARD.decode(sealed).unwrap(), &mut plain).unwrap();
        String::from_utf8(plain.to_vec()).unwrap()
    }

    /// `customerInfo` with these parts sealed and those open.
    pub(crate) fn customer_info(&self, sealed: &[(&str, &str)], open: &[(&str, &str)]) -> String {
        let join = |parts: &[(&str, &str)]| {
            parts.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
        };
        let mut parts = join(open);
        if !sealed.is_empty() {
            let separator = if parts.is_empty() { "" } else { "&" };
            parts = format!("{parts}{separator}encryptedInfo={}", self.seal(&join(sealed)));
        }
        STANDARD.encode(format!("{{{parts}}}"))
    }

    pub(crate) fn sign(&self, fields: &mut Fields) {
        fields.remove("signature");
        let digits = hex::encode(digest(&SHA256, signed_text(fields).as_bytes()));
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), digits.as_bytes(), &mut signature).unwrap();
        fields.insert("signature".to_owned(), STANDARD.encode(signature));
    }

    pub(crate) async fn post(&self, url: &str, fields: &Fields) -> Result<(u16, String), reqwest::Error> {
        let response = self.http.post(url).form(fields).send().await?;
        Ok((response.status().as_u16(), response.text().await?))
    }

    /// A signed call whose answer must verify; its fields.
    pub(crate) async fn call(&self, mut fields: Fields) -> Fields {
        self.sign(&mut fields);
        let asks = matches!(fields["txnType"].as_str(), "00" | "99");
        let url = if asks { &self.query } else { &self.back };
        let (status, text) = self.post(url, &fields).await.unwrap();
        assert_eq!(status, 200, "{text}");
        let answer = read(&text);
        assert!(self.verifies(&answer), "{text}");
        answer
    }

    /// Whether UnionPay has signed these fields: by name, by chain, by signature.
    pub(crate) fn verifies(&self, fields: &Fields) -> bool {
        let Some(certificate) = fields.get("signPubKeyCert") else { return false };
        let Some(signature) = fields.get("signature") else { return false };
        let leaf = pem(certificate);
        let leaf_certificate = leaf.parse_x509().unwrap();
        let name = leaf_certificate.subject().iter_common_name().next().unwrap().as_str().unwrap();
        let digits = hex::encode(digest(&SHA256, signed_text(fields).as_bytes()));
        name.split('@').nth(2) == Some("中国银联股份有限公司")
            && issued(&leaf.contents, &self.middle)
            && issued(&self.middle, &self.root)
            && UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, leaf_certificate.public_key().raw)
                .verify(digits.as_bytes(), &STANDARD.decode(signature).unwrap())
                .is_ok()
    }
}

/// Whether the holder of one certificate's key has signed the other.
fn issued(certificate: &[u8], issuer: &[u8]) -> bool {
    let (_, certificate) = x509_parser::parse_x509_certificate(certificate).unwrap();
    let (_, issuer) = x509_parser::parse_x509_certificate(issuer).unwrap();
    certificate.issuer() == issuer.subject()
        && UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, issuer.public_key().raw)
            .verify(certificate.tbs_certificate.as_ref(), &certificate.signature_value.data)
            .is_ok()
}

fn signed_text(fields: &Fields) -> String {
    let kept = fields.iter().filter(|(name, _)| *name != "signature");
    kept.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// Reads an answer: `&` separates only outside of braces, and the first `=` ends the name.
pub(crate) fn read(text: &str) -> Fields {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for char in text.chars() {
        depth += i32::from(char == '{') - i32::from(char == '}');
        if char == '&' && depth == 0 {
            parts.push(String::new());
        } else {
            parts.last_mut().unwrap().push(char);
        }
    }
    let pair = |part: String| part.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    parts.into_iter().filter_map(pair).collect()
}

/// The inside of `{…}`.
pub(crate) fn braced(text: &str) -> Fields {
    read(text.strip_prefix('{').unwrap().strip_suffix('}').unwrap())
}

fn pem(text: &str) -> Pem {
    parse_x509_pem(text.as_bytes()).unwrap().1
}

fn body(pem: &str) -> Vec<u8> {
    STANDARD.decode(pem.lines().filter(|line| !line.starts_with("-----")).collect::<String>()).unwrap()
}
