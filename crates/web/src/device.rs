//! The header `Tantu-Device`: the payer's own device says what it agrees to, and what its clock showed then.
//!
//! `key=dev_…, time=<RFC 3339>, signature=<base64>`, and, if the device says where it is, `place=31.23:121.47`. Signed is
//! the UTF-8 text of three lines: `tantu-device-v1`, the time as it stands in the header, and what is agreed to
//! ([`Agreed`]); with a place a fourth one has it. A header that does not verify ends the request before anything is
//! stored; of one that does, the distance between the two clocks goes on, and which device it was, and where.
//!
//! The header takes no part in the request's hash. It says when somebody asked, not what for: a repetition that
//! is signed anew, by a clock that has been set right meanwhile, asks for the same, and gets the first answer
//! like every other. Were it in the hash, whoever repeats honestly would be told that his key belongs to another
//! request, and a lost answer could never be had again. What it vouches for is in the hash by itself.

use std::fmt;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, UnparsedPublicKey, VerificationAlgorithm,
};
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use tantu_domain::client::{Client, Speaker};
use tantu_domain::device::{DeviceTime, SigningDevice};
use tantu_domain::ids::{AccountId, BindingId, DeviceKeyId, PaymentId};
use tantu_domain::money::Money;
use tantu_domain::place::{NoPlace, Place};

use crate::app::App;
use crate::idempotency::ClientHeader;
use crate::problem::{Kind, Problem};

/// The name of the header, as clients read it in problems.
pub(crate) const HEADER: &str = "Tantu-Device";

/// The first line of what is signed: nothing else that a device ever signs begins like this.
const PURPOSE: &str = "tantu-device-v1";

/// More than any honest header has: a key's id, a time and 72 bytes of signature.
const LONGEST: usize = 512;

/// What a device agrees to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Agreed<'a> {
    /// A new order. Its number may hold spaces, the two words after it cannot: it reads in one way only.
    Order(&'a str, Money),
    /// A payment that is there already.
    Payment(PaymentId),
    /// The binding of a card: this one, or a new one.
    Binding(Option<BindingId>),
    /// An amount of which nothing is asked yet but whether it could be paid.
    Amount(Money),
}

impl fmt::Display for Agreed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Order(number, amount) => write!(f, "order {number} {} {}", amount.minor(), amount.currency().code()),
            Self::Payment(id) => write!(f, "payment {id}"),
            Self::Binding(Some(id)) => write!(f, "binding {id}"),
            Self::Binding(None) => f.write_str("binding new"),
            Self::Amount(amount) => write!(f, "amount {} {}", amount.minor(), amount.currency().code()),
        }
    }
}

/// What the header says, before anybody believes it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Signed {
    key: DeviceKeyId,
    /// As it stands in the header, because that is what was signed.
    time: String,
    at: Timestamp,
    place: Option<Place>,
    signature: Vec<u8>,
}

/// Who speaks for the payer: his app, as `Tantu-Client` names it, and his device, if it signed.
#[derive(Debug, Clone)]
pub(crate) struct SpeakerHeaders {
    client: ClientHeader,
    signed: Option<Signed>,
}

impl SpeakerHeaders {
    /// The payer's app, for the request's hash.
    pub(crate) fn client(&self) -> Option<&Client> {
        self.client.0.as_ref()
    }

    /// Who speaks, with what the device's clock showed if a device of this account signed for this; a problem if
    /// somebody says so and it is not true.
    ///
    /// A key that nobody has registered, one of another payer, one that was revoked and a wrong signature get the
    /// same answer, so that nobody finds out whose keys there are.
    pub(crate) async fn verified(self, app: &App, account: AccountId, agreed: &Agreed<'_>) -> Result<Speaker, Problem> {
        let Some(signed) = self.signed else { return Ok(self.client.speaker()) };
        let place = signed.place.map_or_else(String::new, |place| format!("\n{place}"));
        let (id, text) = (signed.key, format!("{PURPOSE}\n{}\n{agreed}{place}", signed.time));
        let known = app.engine.read(move |store| store.device_key(id)).await?;
        let own = known.filter(|key| key.account == account && key.revoked_at.is_none());
        if !own.is_some_and(|key| verifies(&key.public_key, text.as_bytes(), &signed.signature)) {
            let detail = format!(
                "no key of this payer verifies the signature; sign the text {text:?} with a device key that the payer has registered and not revoked, or leave the header out"
            );
            return Err(Problem::field(Kind::DeviceUnverified, HEADER, detail));
        }
        let time = DeviceTime::between(signed.at, app.engine.clock().wall());
        let device = Some(SigningDevice { time, key: id, place: signed.place });
        Ok(Speaker { device, ..self.client.speaker() })
    }
}

impl<S: Sync> FromRequestParts<S> for SpeakerHeaders {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let client = ClientHeader::from_request_parts(parts, state).await?;
        Ok(Self { client, signed: signed_in(&parts.headers)? })
    }
}

fn signed_in(headers: &HeaderMap) -> Result<Option<Signed>, Problem> {
    let mut values = headers.get_all(HEADER).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let wrong = |why: String| {
        let shape = "write key=dev_…, time=2026-11-22T12:00:00+08:00, signature=<base64>";
        Problem::field(Kind::InvalidHeader, HEADER, format!("{why}; {shape}"))
    };
    let text = value.to_str().ok().filter(|text| text.len() <= LONGEST);
    match text {
        Some(text) if values.next().is_none() => read(text).map(Some).map_err(wrong),
        Some(_) => Err(wrong("the header is there twice".into())),
        None => Err(wrong(format!("the header is no text of at most {LONGEST} ASCII characters"))),
    }
}

fn read(text: &str) -> Result<Signed, String> {
    let [mut key, mut time, mut place, mut signature] = [None; 4];
    for part in text.split(',') {
        // A signature's padding has the sign too: the first one ends the name.
        let (name, value) = part.trim().split_once('=').ok_or("a part has no name")?;
        let part = match name {
            "key" => &mut key,
            "time" => &mut time,
            "place" => &mut place,
            "signature" => &mut signature,
            _ => return Err("a part is not known".into()),
        };
        if part.replace(value).is_some() {
            return Err(format!("{name} is there twice"));
        }
    }
    let missing = |name: &str| format!("{name} is missing");
    let time = time.ok_or_else(|| missing("time"))?;
    Ok(Signed {
        key: key.ok_or_else(|| missing("key"))?.parse().map_err(|_| "key is no dev_… id".to_owned())?,
        at: time.parse().map_err(|_| "time is no instant with a zone".to_owned())?,
        time: time.to_owned(),
        place: place.map(str::parse).transpose().map_err(|error: NoPlace| error.to_string())?,
        signature: base64("signature", signature.ok_or_else(|| missing("signature"))?)?,
    })
}

fn base64(name: &str, text: &str) -> Result<Vec<u8>, String> {
    STANDARD.decode(text).map_err(|_| format!("{name} is not base64 with its padding"))
}

/// Before the 32 bytes of an Ed25519 key (RFC 8410, section 4).
const ED25519_HEAD: &[u8] = &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// Before the 65 bytes of an uncompressed point of P-256 (RFC 5480, section 2).
const P256_HEAD: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// How signatures of a key may be written: phones give ECDSA's in DER, browsers as two numbers of 32 bytes. The
/// length is looked at here, because the library overlooks what stands behind a key.
fn algorithms(public_key: &[u8]) -> &'static [&'static dyn VerificationAlgorithm] {
    let rest = |head| public_key.strip_prefix(head).map(<[u8]>::len);
    if rest(ED25519_HEAD) == Some(32) {
        &[&ED25519]
    } else if rest(P256_HEAD) == Some(65) {
        &[&ECDSA_P256_SHA256_ASN1, &ECDSA_P256_SHA256_FIXED]
    } else {
        &[]
    }
}

/// The key in the field `field` of a body: one that signatures can be verified with.
pub(crate) fn public_key_in(field: &str, text: &str) -> Result<Vec<u8>, Problem> {
    let wrong = |why: &str| {
        let detail = format!(
            "{why}; give the base64 of a SubjectPublicKeyInfo (DER) of an Ed25519 key, or of an ECDSA key on P-256"
        );
        Problem::field(Kind::InvalidField, field, detail)
    };
    let der = base64(field, text).map_err(|why| wrong(&why))?;
    let known =
        algorithms(&der).first().ok_or_else(|| wrong("this is no public key of a kind that is verified here"))?;
    match ParsedPublicKey::new(*known, &der) {
        Ok(_) => Ok(der),
        Err(_) => Err(wrong("this is no point of its curve")),
    }
}

fn verifies(public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let mut algorithms = algorithms(public_key).iter();
    algorithms.any(|algorithm| UnparsedPublicKey::new(*algorithm, public_key).verify(message, signature).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair,
        Ed25519KeyPair, KeyPair as _,
    };

    const KEY: &str = "dev_00000000000000000000000007";

    fn said(value: &str) -> Result<Option<Signed>, Problem> {
        let mut headers = HeaderMap::new();
        headers.append(HEADER, value.parse().unwrap());
        signed_in(&headers)
    }

    #[test]
    fn reads_what_is_well_formed() {
        let signed = Signed {
            key: KEY.parse().unwrap(),
            time: "2026-11-22T12:00:00+08:00".into(),
            at: "2026-11-22T04:00:00Z".parse().unwrap(),
            place: None,
            signature: vec![1],
        };
        for text in [
            format!("key={KEY}, time=2026-11-22T12:00:00+08:00, signature=AQ=="),
            format!(" signature=AQ== ,time=2026-11-22T12:00:00+08:00,key={KEY}"),
        ] {
            assert_eq!(said(&text).unwrap().as_ref(), Some(&signed), "{text}");
        }
        let placed = Signed { place: "31.23:121.47".parse().ok(), ..signed };
        let text = format!("key={KEY}, time=2026-11-22T12:00:00+08:00, place=31.23:121.47, signature=AQ==");
        assert_eq!(said(&text).unwrap(), Some(placed));
        assert_eq!(signed_in(&HeaderMap::new()).unwrap(), None);
    }

    #[test]
    fn names_what_is_wrong_with_a_header() {
        let good = format!("key={KEY}, time=2026-11-22T12:00:00Z, signature=AQ==");
        let table = [
            (String::new(), "no name"),
            (good.replace("key=", "kid="), "not known"),
            (format!("{good}, colour=red"), "not known"),
            (format!("{good}, place=somewhere"), "LATITUDE:LONGITUDE"),
            (good.replace(&format!("key={KEY}, "), ""), "key is missing"),
            (good.replace("time=2026-11-22T12:00:00Z, ", ""), "time is missing"),
            (good.replace(", signature=AQ==", ""), "signature is missing"),
            (format!("{good}, time=2026-11-22T12:00:00Z"), "time is there twice"),
            (good.replace("dev_", "acc_"), "no dev_… id"),
            (good.replace("00Z", "00"), "no instant"),
            (good.replace("2026", "soon"), "no instant"),
            (good.replace("AQ==", "AQ"), "not base64"),
            (good.replace("AQ==", "A Q="), "not base64"),
            (format!("{good}{}", " ".repeat(LONGEST)), "at most"),
        ];
        for (text, why) in table {
            let problem = said(&text).unwrap_err();
            assert_eq!((problem.kind, problem.field.as_deref()), (Kind::InvalidHeader, Some(HEADER)), "{text}");
            assert!(problem.detail.contains(why), "{text}: {}", problem.detail);
        }
        let mut twice = HeaderMap::new();
        twice.append(HEADER, good.parse().unwrap());
        twice.append(HEADER, good.parse().unwrap());
        assert!(signed_in(&twice).unwrap_err().detail.contains("twice"));
    }

    #[test]
    fn what_is_agreed_to_reads_in_one_way() {
        let pay: PaymentId = "pay_00000000000000000000000007".parse().unwrap();
        let table = [
            (Agreed::Order("one two", Money::cny(1_230)), "order one two 1230 CNY".to_owned()),
            (Agreed::Payment(pay), format!("payment {pay}")),
            (Agreed::Amount(Money::cny(7)), "amount 7 CNY".to_owned()),
        ];
        for (agreed, text) in table {
            assert_eq!(agreed.to_string(), text);
        }
    }

    #[test]
    fn both_kinds_of_keys_verify_their_own_signatures_and_no_others() {
        let random = SystemRandom::new();
        let ed25519 = Ed25519KeyPair::generate().unwrap();
        let [der, fixed] = [&ECDSA_P256_SHA256_ASN1_SIGNING, &ECDSA_P256_SHA256_FIXED_SIGNING]
            .map(|algorithm| EcdsaKeyPair::generate(algorithm).unwrap());
        let spki = |key: &EcdsaKeyPair| AsDer::<PublicKeyX509Der>::as_der(key.public_key()).unwrap().as_ref().to_vec();
        let own = AsDer::<PublicKeyX509Der>::as_der(ed25519.public_key()).unwrap();
        let table = [
            (own.as_ref().to_vec(), ed25519.sign(b"this").as_ref().to_vec()),
            (spki(&der), der.sign(&random, b"this").unwrap().as_ref().to_vec()),
            (spki(&fixed), fixed.sign(&random, b"this").unwrap().as_ref().to_vec()),
        ];
        for (number, (key, signature)) in table.iter().enumerate() {
            assert_eq!(public_key_in("public_key", &STANDARD.encode(key)).unwrap(), *key);
            assert!(verifies(key, b"this", signature), "{number}");
            assert!(!verifies(key, b"that", signature), "{number}");
            assert!(!verifies(key, b"this", &signature[1..]), "{number}");
            assert!(!verifies(&table[(number + 1) % 3].0, b"this", signature), "{number}");
        }
        // A raw key, another curve, a point that is on none, a key with something behind it, and nothing at all.
        let p384 = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_ASN1_SIGNING).unwrap();
        let mut off = table[1].0.clone();
        off[60] ^= 1;
        let longer = [table[0].0.as_slice(), &[0]].concat();
        for wrong in [&table[0].0[ED25519_HEAD.len()..], &spki(&p384), &off, &longer, &[]] {
            let problem = public_key_in("public_key", &STANDARD.encode(wrong)).unwrap_err();
            assert_eq!((problem.kind, problem.field.as_deref()), (Kind::InvalidField, Some("public_key")));
        }
        assert!(public_key_in("public_key", "not base64!").is_err());
    }

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<u32> = text.chars().map(|digit| digit.to_digit(16).unwrap()).collect();
        digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap()).collect()
    }

    /// RFC 8032, section 7.1, test 1; RFC 6979, section A.2.5, SHA-256 of "sample", in both ways of writing it.
    #[test]
    fn published_signatures_verify() {
        let ed25519 = hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        let signature = hex(
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        );
        assert!(verifies(&[ED25519_HEAD, &ed25519].concat(), b"", &signature));
        let point = hex(
            "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
        );
        let r = hex("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716");
        let s = hex("f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
        let key = [P256_HEAD, &point].concat();
        assert!(verifies(&key, b"sample", &[r.as_slice(), &s].concat()));
        let der = [&[0x30, 0x46, 0x02, 0x21, 0][..], &r, &[0x02, 0x21, 0], &s].concat();
        assert!(verifies(&key, b"sample", &der) && !verifies(&key, b"simple", &der));
    }
}
