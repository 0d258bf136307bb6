//! One authenticated call: what it asks for, and what a verb may say to it.
//!
//! A kind of call is named by `txnType/txnSubType`. Sources, for every kind: the official demo of the token product
//! (fmsdwifull/webback, `upacp_demo_wtz_token/demo/api_03_token/Form_6_*.php`), and
//! * 77/00, 79/00, 78/02, 74/01: lokielse/omnipay-unionpay, src/Message/Wtz*.php (ACP 5.1);
//! * 77/02, 01/01, 31/00, 78/02: boyuanitsm/pay, src/main/java/…/unionpay/token and …/common;
//! * 04/00, 00/00: both of them, and smartwalle/unionpay, payment.go;
//! * 95/00: smartwalle/unionpay, unionpay.go (LoadEncryptKey); the official C# demo in Varorbc/PaySharp
//!   (EncryptCerUpdateQuery);
//! * 99/01: smartwalle/unionpay, account.go (ReverseAccountPayment) alone: NOT seen in a second client. It posts to
//!   queryTrans.do; this sandbox takes it at backTransReq.do as well, and sub-type 00 as well as 01.

use jiff::Timestamp;

use super::UnionPay;
use super::customer::Customer;
use super::fields::{Fields, read_braced};
use super::notification::Notice;
use super::published::SUCCESS;
use crate::banks::Code;
use crate::beijing;
use crate::money::Fen;

/// The addresses under `/gateway/api/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    Back,
    Front,
    Query,
}

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    SmsForOpening,
    Open,
    OpenQuery,
    SmsForPaying,
    Consume,
    Query,
    Undo,
    Reversal,
    Refund,
    TokenDeletion,
    EncryptionCertificate,
}

const COMMON: [&str; 9] =
    ["encoding", "certId", "bizType", "accessType", "channelType", "merId", "orderId", "txnTime", "signature"];

impl Kind {
    pub(crate) const ALL: [Self; 11] = [
        Self::SmsForOpening,
        Self::Open,
        Self::OpenQuery,
        Self::SmsForPaying,
        Self::Consume,
        Self::Query,
        Self::Undo,
        Self::Reversal,
        Self::Refund,
        Self::TokenDeletion,
        Self::EncryptionCertificate,
    ];

    /// `txnType/txnSubType`
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::SmsForOpening => "77/00",
            Self::Open => "79/00",
            Self::OpenQuery => "78/02",
            Self::SmsForPaying => "77/02",
            Self::Consume => "01/01",
            Self::Query => "00/00",
            Self::Undo => "31/00",
            Self::Reversal => "99/01",
            Self::Refund => "04/00",
            Self::TokenDeletion => "74/01",
            Self::EncryptionCertificate => "95/00",
        }
    }

    pub(crate) fn of(txn_type: &str, sub_type: &str) -> Option<Self> {
        let name = format!("{txn_type}/{sub_type}");
        let name = if name == "99/00" { Self::Reversal.name() } else { &name };
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub(crate) const fn comes_through(self, door: Door) -> bool {
        match self {
            Self::Query => matches!(door, Door::Query),
            Self::Reversal => matches!(door, Door::Query | Door::Back),
            Self::Open => matches!(door, Door::Back | Door::Front),
            _ => matches!(door, Door::Back),
        }
    }

    /// The products under which it may come. Undo and refund of a token's payment come under either in public clients.
    pub(crate) const fn products(self) -> &'static [&'static str] {
        match self {
            Self::Query | Self::Reversal | Self::EncryptionCertificate => &["000000", "000902", "000301"],
            Self::Undo | Self::Refund => &["000902", "000301"],
            _ => &["000902"],
        }
    }

    /// The fields without which it is refused with 13, besides those of every call.
    pub(crate) const fn required(self) -> &'static [&'static str] {
        match self {
            Self::SmsForOpening | Self::Open => &["accNo", "customerInfo", "tokenPayData", "encryptCertId"],
            Self::SmsForPaying => &["txnAmt", "currencyCode", "tokenPayData"],
            Self::Consume => &["txnAmt", "currencyCode", "tokenPayData", "backUrl"],
            Self::Undo | Self::Refund => &["txnAmt", "origQryId", "backUrl"],
            Self::TokenDeletion => &["tokenPayData"],
            Self::EncryptionCertificate => &["certType"],
            Self::OpenQuery | Self::Query | Self::Reversal => &[],
        }
    }

    pub(crate) fn required_by_all() -> impl Iterator<Item = &'static str> {
        COMMON.into_iter()
    }
}

/// What identifies a transaction: the merchant, his order's number, and the time that he gave it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct OrderKey {
    pub(crate) mer_id: String,
    pub(crate) order_id: String,
    pub(crate) txn_time: String,
}

/// A call whose sender is known.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) kind: Kind,
    pub(crate) key: OrderKey,
    pub(crate) fields: Fields,
    pub(crate) amount: Option<Fen>,
    /// The card's number, unsealed.
    pub(crate) card: Option<String>,
    pub(crate) customer: Customer,
    pub(crate) token_data: Fields,
}

impl Call {
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub(crate) fn token_text(&self, name: &str) -> &str {
        self.token_data.get(name).map(String::as_str).unwrap_or_default()
    }

    /// Whether it may not be carried out any more: `payTimeout`, or `orderTimeout` milliseconds after `txnTime`
    /// (Varorbc/PaySharp, Order.cs).
    pub(crate) fn is_past(&self, now: Timestamp) -> bool {
        let until = self.text("payTimeout").and_then(beijing::parse_digits);
        let length = self.text("orderTimeout").and_then(|text| text.parse().ok());
        let begun = beijing::parse_digits(&self.key.txn_time);
        let limit = length.map(jiff::SignedDuration::from_millis).zip(begun);
        let limit = limit.and_then(|(length, begun)| begun.checked_add(length).ok());
        until.is_some_and(|until| now >= until) || limit.is_some_and(|limit| now >= limit)
    }
}

/// The `{…}` of `tokenPayData`; empty if it was not sent, `None` if it is not well formed.
pub(crate) fn token_data(fields: &Fields) -> Option<Fields> {
    match fields.get("tokenPayData") {
        None => Some(Fields::new()),
        Some(text) => read_braced(text),
    }
}

/// How a call ended: the code of its answer, and the fields that the answer has besides those of every answer.
pub(crate) struct Outcome {
    pub(crate) code: Code,
    pub(crate) fields: Vec<(&'static str, String)>,
    pub(crate) notice: Option<Notice>,
}

impl Outcome {
    /// Done, and nobody is notified.
    pub(crate) fn done(fields: Vec<(&'static str, String)>) -> Self {
        Self { code: SUCCESS, fields, notice: None }
    }

    /// The same outcome, notified.
    pub(crate) fn notified(up: &UnionPay, call: &Call, code: Code, fields: Vec<(&'static str, String)>) -> Self {
        let notice = Notice::of(up, call, code, fields.clone());
        Self { code, fields, notice }
    }
}

/// How a call ended, or the code with which it was refused before there was anything to tell.
pub(crate) type Verdict = Result<Outcome, Code>;
