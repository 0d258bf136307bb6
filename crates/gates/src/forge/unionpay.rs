//! Forged notifications and answers of UnionPay. Both are proven in the same way, so one list of kinds serves both: the
//! fields that would be believed go in, and what is sent comes out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fastrand::Rng;
use jiff::Timestamp;
use tantu_domain::clock::beijing;

use super::fields::{Fields, Target, fields, flip_one, hashed, joined, with, without};
use super::keys::{Authority, Key};
use crate::outcome::Failure;

pub(super) const MER_ID: &str = "777290058110048";
const OTHER_MER_ID: &str = "777290058110049";
pub(super) const TR_ID: &str = "62000000001";

/// The third part is to whom it is issued; this is what the certificates of the test environment say.
const NAME: &str = "041@Z2026-1-1@00040000:SIGN@00000001";
const OTHER_NAME: &str = "041@8777290058110049@Another merchant@00000002";

/// The keys and certificates of the play.
pub(super) struct UnionPay {
    pub(super) channel: Key,
    pub(super) merchant: Key,
    stranger: Key,
    pub(super) root: String,
    pub(super) middle: String,
    pub(super) merchant_certificate: String,
    genuine: String,
    of_another_merchant: String,
    of_an_own_authority: String,
    of_last_year: String,
}

/// A way to forge.
type Forgery = fn(&UnionPay, Fields, &mut Rng) -> Fields;

impl UnionPay {
    pub(super) fn fresh() -> Result<Self, Failure> {
        let (channel, merchant, stranger) = (Key::fresh()?, Key::fresh()?, Key::fresh()?);
        let root = Authority::root("CFCA CS CA", &Key::fresh()?)?;
        let middle = root.under("CFCA OCA1", &Key::fresh()?)?;
        let own = Authority::root("CFCA CS CA", &stranger)?;
        Ok(Self {
            root: root.pem(),
            middle: middle.pem(),
            merchant_certificate: middle.issue(OTHER_NAME, &merchant, 68_759_585_097, 2030)?,
            genuine: middle.issue(NAME, &channel, 3, 2030)?,
            of_another_merchant: middle.issue(OTHER_NAME, &stranger, 5, 2030)?,
            of_an_own_authority: own.issue(NAME, &stranger, 5, 2030)?,
            of_last_year: middle.issue(NAME, &channel, 6, 2025)?,
            channel,
            merchant,
            stranger,
        })
    }

    fn by(key: &Key, fields: Fields, certificate: &str) -> Fields {
        let fields = with(fields, "signPubKeyCert", certificate);
        let signature = key.sign(&hashed(&joined(&fields, &["signature"], true)));
        with(fields, "signature", &signature)
    }

    /// What it says before it lies: cards are bound, and charges are taken in and not decided.
    pub(super) fn honest(&self, request: &Fields, rng: &mut Rng) -> Fields {
        let answer = success(request, rng);
        match request.get("txnType").map(String::as_str) {
            Some("95") => with(with(answer, "certType", "01"), "encryptPubKeyCert", &self.genuine),
            Some("79") => {
                let token = format!("{{token={TOKEN}&trId={TR_ID}&tokenType=01}}");
                with(with(answer, "activateStatus", "1"), "tokenPayData", &token)
            }
            Some("01") => with(answer, "respCode", "05"),
            Some("00") => with(answer, "origRespCode", "05"),
            _ => answer,
        }
    }

    /// As UnionPay signs it.
    pub(super) fn signed(&self, fields: Fields) -> Fields {
        Self::by(&self.channel, fields, &self.genuine)
    }
}

/// How UnionPay writes a time.
pub(super) fn time(at: Timestamp) -> String {
    at.to_zoned(beijing()).strftime("%Y%m%d%H%M%S").to_string()
}

/// What UnionPay would write if the order were paid.
pub(super) fn paid(target: Target, rng: &mut Rng) -> Fields {
    fields(&[
        ("accessType", "0"),
        ("bizType", "000902"),
        ("currencyCode", "156"),
        ("encoding", "UTF-8"),
        ("merId", MER_ID),
        ("orderId", &target.attempt.channel_number()),
        ("queryId", &format!("{:021}", rng.u64(..))),
        ("respCode", "00"),
        ("respMsg", "success[0000000]"),
        ("signMethod", "01"),
        ("traceNo", &format!("{:06}", rng.u32(..1_000_000))),
        ("traceTime", "1122110405"),
        ("txnAmt", &target.amount.to_string()),
        ("txnSubType", "01"),
        ("txnTime", &time(target.attempt.made_at())),
        ("txnType", "01"),
        ("version", "5.1.0"),
    ])
}

/// The answer that would be believed, to what was asked.
pub(super) fn success(request: &Fields, rng: &mut Rng) -> Fields {
    let echoed = [
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
    ];
    let echo = echoed.iter().filter_map(|name| Some(((*name).to_owned(), request.get(*name)?.clone())));
    let mut answer: Fields = echo.collect();
    let amount = request.get("txnAmt").cloned().unwrap_or_else(|| "2500".to_owned());
    answer.extend(fields(&[
        ("respCode", "00"),
        ("origRespCode", "00"),
        ("queryId", &format!("{:021}", rng.u64(..))),
        ("currencyCode", "156"),
        ("txnAmt", &amount),
    ]));
    answer
}

/// What stands for a bound card.
pub(super) const TOKEN: &str = "6235240000020757577";

/// Of these no answer is made: in an answer nothing is encoded, so two fields in one text are the same two fields; and whether an
/// amount is the right one is judged where the attempt is known, which a connector by itself does not.
pub(super) const NO_ANSWERS: &[&str] = &["two fields moved into one", "well signed, over another amount"];

const DECIDING: &[&str] = &["merId", "orderId", "queryId", "respCode", "txnAmt", "txnTime", "txnType", "signature"];

/// The kinds of forgeries.
pub(super) const FORGERIES: &[(&str, Forgery)] = &[
    ("a bit flipped", |own, fields, rng| flip_one(own.signed(fields), DECIDING, rng)),
    ("not signed", |own, fields, _| with(fields, "signPubKeyCert", &own.genuine)),
    ("an empty signature", |own, fields, _| with(with(fields, "signPubKeyCert", &own.genuine), "signature", "")),
    ("any signature", |own, fields, rng| {
        let bytes: Vec<u8> = (0..256).map(|_| rng.u8(..)).collect();
        with(with(fields, "signPubKeyCert", &own.genuine), "signature", &STANDARD.encode(bytes))
    }),
    ("a stranger's key, with their certificate", |own, fields, _| UnionPay::by(&own.stranger, fields, &own.genuine)),
    ("our own key, with their certificate", |own, fields, _| UnionPay::by(&own.merchant, fields, &own.genuine)),
    ("our own key and certificate", |own, fields, _| UnionPay::by(&own.merchant, fields, &own.merchant_certificate)),
    ("another merchant's certificate", |own, fields, _| UnionPay::by(&own.stranger, fields, &own.of_another_merchant)),
    ("their name from an authority of one's own", |own, fields, _| {
        UnionPay::by(&own.stranger, fields, &own.of_an_own_authority)
    }),
    ("two certificates in one", |own, fields, _| {
        UnionPay::by(&own.stranger, fields, &format!("{}{}", own.of_another_merchant, own.genuine))
    }),
    ("no certificate", |own, fields, _| {
        let signature = own.channel.sign(&hashed(&joined(&fields, &["signature"], true)));
        with(fields, "signature", &signature)
    }),
    ("their certificate of last year", |own, fields, _| UnionPay::by(&own.channel, fields, &own.of_last_year)),
    ("signMethod 11, for which a word would do", |own, fields, _| {
        let fields = with(with(fields, "signMethod", "11"), "signPubKeyCert", &own.genuine);
        let hash = hashed(&format!("{}&{}", joined(&fields, &["signature"], true), hashed(MER_ID)));
        with(fields, "signature", &hash)
    }),
    ("version 5.0.0, signed well", |own, fields, _| own.signed(with(fields, "version", "5.0.0"))),
    ("signed once instead of twice", |own, fields, _| {
        let fields = with(fields, "signPubKeyCert", &own.genuine);
        let signature = own.channel.sign(&joined(&fields, &["signature"], true));
        with(fields, "signature", &signature)
    }),
    ("another digest", |own, fields, _| {
        let fields = with(fields, "signPubKeyCert", &own.genuine);
        let signature = own.channel.sign_otherwise(&hashed(&joined(&fields, &["signature"], true)));
        with(fields, "signature", &signature)
    }),
    ("the amount changed afterwards", |own, fields, _| {
        let amount = fields["txnAmt"].clone();
        with(own.signed(with(fields, "txnAmt", "1")), "txnAmt", &amount)
    }),
    ("the code changed afterwards", |own, fields, _| {
        with(own.signed(with(fields, "respCode", "64")), "respCode", "00")
    }),
    ("a field added", |own, fields, rng| {
        let extra = format!("x{}", rng.u32(..));
        with(own.signed(fields), &extra, "1")
    }),
    ("a field taken away", |own, fields, _| without(own.signed(fields), "accessType")),
    ("two fields moved into one", |own, fields, _| {
        let signed = own.signed(fields);
        let moved = format!("{}&encoding={}", signed["bizType"], signed["encoding"]);
        without(with(signed, "bizType", &moved), "encoding")
    }),
    ("well signed, for another merchant", |own, fields, _| own.signed(with(fields, "merId", OTHER_MER_ID))),
    ("well signed, over another amount", |own, fields, rng| {
        let amount = fields.get("txnAmt").and_then(|amount| amount.parse().ok()).unwrap_or(0_i64);
        own.signed(with(fields, "txnAmt", &(amount + 1 + rng.i64(0..100)).to_string()))
    }),
    ("well signed, with another time", |own, fields, _| own.signed(with(fields, "txnTime", "20260101000000"))),
];
