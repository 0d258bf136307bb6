//! Names of things: sixteen bytes in the layout of a `UUIDv7` whose last byte is the payer's shard.
//!
//! Outside, an id reads `pay_01h455vb4pex5vsknk084sn02q` (the `TypeID` format). Whoever holds the id of a
//! payer's object holds its shard too, so a request touches one shard without a look-up.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::clock::Ids;

/// Shards are numbered 0 to 99, two decimal digits at the end of an attempt's number.
pub const SHARDS: u8 = 100;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The part of the data that one payer's objects live in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard(u8);

impl Shard {
    /// The shard of a number, folded into the range.
    pub const fn of(number: u8) -> Self {
        Self(number % SHARDS)
    }

    /// 0 to 99.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Every shard, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..SHARDS).map(Self)
    }
}

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not an id of this kind; it looks like {prefix}_ followed by 26 letters and digits")]
pub struct IdError {
    text: String,
    prefix: &'static str,
}

/// The text of an id without its prefix: 26 digits of five bits, the first of three. Texts sort as the bytes do.
pub fn digits(bytes: [u8; 16]) -> [u8; 26] {
    let mut number = u128::from_be_bytes(bytes);
    let mut digits = [0; 26];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[usize::from(number.to_le_bytes()[0] & 31)];
        number >>= 5;
    }
    digits
}

/// The value of a letter of the alphabet.
fn value(letter: u8) -> Option<u8> {
    match letter {
        b'0'..=b'9' => Some(letter - b'0'),
        b'a'..=b'h' => Some(letter - b'a' + 10),
        b'j'..=b'k' => Some(letter - b'j' + 18),
        b'm'..=b'n' => Some(letter - b'm' + 20),
        b'p'..=b't' => Some(letter - b'p' + 22),
        b'v'..=b'z' => Some(letter - b'v' + 27),
        _ => None,
    }
}

fn decode(text: &str) -> Option<[u8; 16]> {
    if text.len() != 26 || text.as_bytes()[0] > b'7' {
        return None;
    }
    let mut number: u128 = 0;
    for byte in text.bytes() {
        number = (number << 5) | u128::from(value(byte)?);
    }
    Some(number.to_be_bytes())
}

macro_rules! ids {
    ($( $(#[$doc:meta])* $name:ident = $prefix:literal; )*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// What stands before the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A new one on `shard`.
            pub fn new(ids: &dyn Ids, shard: Shard) -> Self {
                let mut bytes = ids.fresh();
                bytes[15] = shard.number();
                Self(bytes)
            }

            /// From the bytes that the store keeps; `None` if the last byte is no shard.
            pub fn from_bytes(bytes: [u8; 16]) -> Option<Self> {
                (bytes[15] < SHARDS).then_some(Self(bytes))
            }

            /// The bytes that the store keeps.
            pub fn bytes(self) -> [u8; 16] {
                self.0
            }

            /// The shard it lives on.
            pub fn shard(self) -> Shard {
                Shard(self.0[15])
            }

            /// When it was made, in real time to the millisecond: the first six bytes of the layout.
            pub fn made_at(self) -> Timestamp {
                let [a, b, c, d, e, f, ..] = self.0;
                let millisecond = i64::from_be_bytes([0, 0, a, b, c, d, e, f]);
                // Six bytes reach past the last year that a timestamp has; no clock does.
                Timestamp::from_millisecond(millisecond).unwrap_or(Timestamp::MAX)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!($prefix, "_"))?;
                f.write_str(str::from_utf8(&digits(self.0)).unwrap_or_default())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                text.strip_prefix(concat!($prefix, "_"))
                    .and_then(decode)
                    .and_then(Self::from_bytes)
                    .ok_or_else(|| IdError { text: text.chars().take(64).collect(), prefix: $prefix })
            }
        }
    )*

        /// Whether a text is the id of anything. What is none may be whatever somebody wrote into the wrong place.
        pub fn is_id(text: &str) -> bool {
            $( text.parse::<$name>().is_ok() )||*
        }
    };
}

ids! {
    /// A payer's payment account.
    AccountId = "acc";
    /// A merchant; its shard is its own.
    MerchantId = "mer";
    /// What the payer owes for an order.
    PaymentId = "pay";
    /// One submission of a leg to one channel.
    AttemptId = "att";
    /// What is charged.
    InstrumentId = "ins";
    /// The payer's standing permission at a third party.
    MandateId = "man";
    /// What somebody outside told us.
    ObservationId = "obs";
    /// A known fault with a beginning and an end.
    IncidentId = "inc";
    /// What staff tell everybody.
    AnnouncementId = "ann";
    /// A decision to restrict or freeze.
    CaseId = "cas";
    /// The binding of a bank card, from its first step on.
    BindingId = "bnd";
    /// One submission of a binding's details to the channel; each has its own number there.
    OpeningId = "opn";
    /// Money on its way back.
    RefundId = "ref";
    /// One balanced change of the books.
    TransactionId = "txn";
    /// Merchants' money on its way from a payers' shard to the merchant's.
    FoldId = "fol";
    /// Work that must be done, saved with its cause.
    JobId = "job";
    /// One decision about a payment, with its checks.
    DecisionId = "dec";
    /// A one-time code of ours, and the message that brings it.
    CodeId = "otc";
    /// The public key of a payer's device.
    DeviceKeyId = "dev";
    /// What a payer's device said of itself.
    DeviceReportId = "rep";
    /// A question to support.
    TicketId = "tkt";
    /// Points that were bought together.
    LotId = "lot";
    /// One pay-later debt with a due date.
    BillId = "bil";
    /// What is paid on a bill.
    RepaymentId = "rpy";
    /// One entry of a credit report.
    CreditEntryId = "cre";
    /// A later due date for a payer in hardship.
    ExtensionId = "ext";
}

impl AttemptId {
    /// The number under which the channel knows the attempt (`out_trade_no`): thirty hexadecimal digits
    /// and the shard as two decimal ones. `WeChat` Pay takes at most 32 characters, `UnionPay` letters and
    /// digits only; both are kept, and a notification finds its shard in the last two.
    pub fn channel_number(self) -> String {
        let number = u128::from_be_bytes(self.0);
        format!("{:030x}{:02}", number >> 8, self.0[15])
    }

    /// The attempt of a channel's number.
    pub fn from_channel_number(text: &str) -> Option<Self> {
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase()) {
            return None;
        }
        let (head, tail) = text.split_at(30);
        let head = u128::from_str_radix(head, 16).ok()?;
        let shard: u8 = tail.parse().ok()?;
        Self::from_bytes(((head << 8) | u128::from(shard)).to_be_bytes())
    }
}

impl RefundId {
    /// The number under which the channel knows the refund (`out_request_no`), built like an attempt's.
    pub fn channel_number(self) -> String {
        AttemptId(self.0).channel_number()
    }

    /// The refund of a channel's number.
    pub fn from_channel_number(text: &str) -> Option<Self> {
        AttemptId::from_channel_number(text).map(|id| Self(id.0))
    }
}

impl MandateId {
    /// The number under which the channel knows our side of the mandate (`external_agreement_no`).
    pub fn channel_number(self) -> String {
        AttemptId(self.0).channel_number()
    }

    /// The mandate of a channel's number.
    pub fn from_channel_number(text: &str) -> Option<Self> {
        AttemptId::from_channel_number(text).map(|id| Self(id.0))
    }
}

impl OpeningId {
    /// The number under which the channel knows the opening (`orderId`), built like an attempt's.
    pub fn channel_number(self) -> String {
        AttemptId(self.0).channel_number()
    }

    /// The opening of a channel's number.
    pub fn from_channel_number(text: &str) -> Option<Self> {
        AttemptId::from_channel_number(text).map(|id| Self(id.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Fixed([u8; 16]);
    impl Ids for Fixed {
        fn fresh(&self) -> [u8; 16] {
            self.0
        }
    }

    proptest! {
        #[test]
        fn ids_survive_text_and_channel_numbers(bytes: [u8; 16], shard in 0..SHARDS) {
            let attempt = AttemptId::new(&Fixed(bytes), Shard::of(shard));
            prop_assert_eq!(attempt.to_string().parse::<AttemptId>().unwrap(), attempt);
            prop_assert_eq!(attempt.shard().number(), shard);
            let number = attempt.channel_number();
            prop_assert_eq!(number.len(), 32);
            let tail = format!("{shard:02}");
            prop_assert!(number.ends_with(&tail));
            prop_assert_eq!(AttemptId::from_channel_number(&number), Some(attempt));
        }
    }

    #[test]
    fn an_id_says_when_it_was_made() {
        // The example of RFC 9562, section 6.2, appendix A.6.
        let bytes = 0x017F_22E2_79B0_7CC3_98C4_DC0C_0C07_3900_u128.to_be_bytes();
        let made_at = AttemptId::from_bytes(bytes).unwrap().made_at();
        assert_eq!(made_at, "2022-02-22T19:22:22Z".parse().unwrap());
        assert_eq!(AttemptId::new(&Fixed([255; 16]), Shard::of(0)).made_at(), Timestamp::MAX);
    }

    #[test]
    fn refuses_what_is_not_an_id() {
        for text in [
            "",
            "pay_",
            "acc_00000000000000000000000000",
            "pay_8zzzzzzzzzzzzzzzzzzzzzzzzz",
            "pay_0000000000000000000000007z",
        ] {
            assert!(text.parse::<PaymentId>().is_err(), "{text}");
        }
    }
}
