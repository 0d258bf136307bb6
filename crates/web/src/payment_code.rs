//! A payment code in a request: read, and from then on shown by nothing.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use tantu_channels::PaymentCode;
use utoipa::ToSchema;

use crate::problem::{Kind, Problem};

/// No channel's codes have fewer or more digits: Alipay's have 16 to 24.
const DIGITS: std::ops::RangeInclusive<usize> = 10..=32;

/// The code that the payer's app shows (付款码), as it was scanned. It is charged once, and kept nowhere.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PaymentCodeBody {
    /// Digits alone; Alipay's begin with 25 to 30.
    #[schema(min_length = 10, max_length = 32, example = "281234567890123456")]
    code: String,
}

impl PaymentCodeBody {
    /// The code for the channel.
    pub(crate) fn read(&self) -> Result<PaymentCode, Problem> {
        let plain = DIGITS.contains(&self.code.len()) && self.code.bytes().all(|byte| byte.is_ascii_digit());
        if plain {
            return Ok(PaymentCode::new(self.code.as_str()));
        }
        let detail = "a payment code has 10 to 32 digits and nothing else; have it scanned again";
        Err(Problem::field(Kind::InvalidField, "payment_code.code", detail))
    }
}

impl fmt::Debug for PaymentCodeBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PaymentCodeBody(***)")
    }
}

/// Requests are written down for their hash, which is stored. That there was a code is part of what was asked;
/// the code is not, because whoever has the hash of eighteen digits has the digits.
impl Serialize for PaymentCodeBody {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("shown")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_digits_and_is_never_written() {
        let body = |code: &str| PaymentCodeBody { code: code.to_owned() };
        for (code, good) in [
            ("281234567890123456", true),
            ("2812345678", true),
            ("", false),
            ("28123456789012345x", false),
            ("28", false),
        ] {
            let read = body(code).read();
            assert_eq!(read.is_ok(), good, "{code}");
            if let Err(problem) = read {
                assert!(code.is_empty() || !problem.detail.contains(code));
            }
        }
        let shown = format!("{:?} {}", body("281234567890123456"), serde_json::json!(body("281234567890123456")));
        assert!(!shown.contains("2812"), "{shown}");
    }
}
