//! Money in the channel's books: whole fen, never a fraction.
//!
//! Alipay writes yuan with up to two decimals (`"88.88"`). The text is read digit by digit, because the way over
//! a floating number loses fen.

use std::fmt;

/// An amount in fen of CNY.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fen(i64);

impl Fen {
    pub(crate) const ZERO: Self = Self(0);
    /// The largest order that trade.pay takes: 100000000 yuan (ACQ.TOTAL_FEE_EXCEED, 0<金额≤100000000).
    pub(crate) const LARGEST_ORDER: Self = Self(10_000_000_000);

    pub(crate) const fn new(fen: i64) -> Self {
        Self(fen)
    }

    pub(crate) const fn count(self) -> i64 {
        self.0
    }

    /// Reads `88`, `88.8` or `88.88`; nothing else is an amount.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (yuan, rest) = text.split_once('.').unwrap_or((text, "00"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(yuan) || yuan.len() > 12 || !digits(rest) || rest.len() > 2 {
            return None;
        }
        let yuan: i64 = yuan.parse().ok()?;
        let fraction: i64 = rest.parse().ok()?;
        let fraction = if rest.len() == 1 { fraction.checked_mul(10)? } else { fraction };
        yuan.checked_mul(100)?.checked_add(fraction).map(Self)
    }

    /// `None` when the sum cannot be written down; the caller refuses instead of wrapping.
    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// `None` when less than nothing would remain.
    pub(crate) fn minus(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).filter(|rest| *rest >= 0).map(Self)
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        write!(formatter, "{sign}{}.{:02}", fen / 100, fen % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::Fen;

    #[test]
    fn amounts_are_read_digit_by_digit() {
        let cases = [
            ("88.88", Some(8888)),
            ("0.01", Some(1)),
            ("7", Some(700)),
            ("7.5", Some(750)),
            ("0.29", Some(29)),
            ("", None),
            (".5", None),
            ("1.", None),
            ("1.234", None),
            ("-1.00", None),
            ("+1", None),
            ("1e3", None),
            ("1,000", None),
            ("9999999999999", None),
        ];
        for (text, fen) in cases {
            assert_eq!(Fen::parse(text).map(Fen::count), fen, "{text}");
        }
        assert_eq!(Fen::new(8888).to_string(), "88.88");
        assert_eq!(Fen::new(5).to_string(), "0.05");
    }
}
