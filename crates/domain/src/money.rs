//! Amounts: whole minor units of one currency. There are no fractions here, and no conversions.

use std::fmt;

/// A currency that the platform keeps books in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Currency {
    /// Chinese yuan; the minor unit is the fen.
    Cny,
    /// The platform's own points (DOU points), which only its books know: no order is of them.
    Dou,
}

impl Currency {
    /// Every currency.
    pub const ALL: &'static [Currency] = &[Self::Cny, Self::Dou];

    /// The ISO 4217 code; of points our own.
    pub fn code(self) -> &'static str {
        match self {
            Self::Cny => "CNY",
            Self::Dou => "DOU",
        }
    }

    /// The currency of a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|currency| currency.code() == code)
    }

    /// How many minor units make one unit, as a power of ten.
    pub fn exponent(self) -> u32 {
        match self {
            Self::Cny => 2,
            Self::Dou => 0,
        }
    }

    /// The sign before an amount.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Cny => "¥",
            Self::Dou => "DOU ",
        }
    }
}

/// An amount in minor units (fen). It may be negative only as a difference or a balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Why an amount cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Two currencies met.
    #[error("{left} and {right} cannot be added; convert one first", left = .0.code(), right = .1.code())]
    Mixed(Currency, Currency),
    /// The sum does not fit 64 bits.
    #[error("the sum does not fit; amounts end at 9,223,372,036,854,775,807 minor units")]
    Overflow,
}

impl Money {
    /// `minor` units of `currency`.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// `minor` fen.
    pub const fn cny(minor: i64) -> Self {
        Self::new(minor, Currency::Cny)
    }

    /// Nothing, in `currency`.
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// The amount in minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// Its currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// More than nothing.
    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// The sum.
    ///
    /// # Errors
    /// [`MoneyError`] if the currencies differ or the sum does not fit.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.check(other)?;
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self::new(minor, self.currency))
    }

    /// The difference, which may be negative.
    ///
    /// # Errors
    /// [`MoneyError`] if the currencies differ or the difference does not fit.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.check(other)?;
        let minor = self.minor.checked_sub(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self::new(minor, self.currency))
    }

    fn check(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency { Ok(()) } else { Err(MoneyError::Mixed(self.currency, other.currency)) }
    }

    /// The decimal number in whole units, as the channels write it: `88.88`.
    pub fn decimal(self) -> String {
        let scale = 10_u64.pow(self.currency.exponent());
        let magnitude = self.minor.unsigned_abs();
        let minus = if self.minor < 0 { "-" } else { "" };
        let width = usize::try_from(self.currency.exponent()).unwrap_or(2);
        if width == 0 {
            return format!("{minus}{magnitude}");
        }
        format!("{minus}{}.{:0width$}", magnitude / scale, magnitude % scale)
    }

    /// Reads the decimal number of whole units with at most the currency's places: `88.88`, `88.8`, `88`.
    pub fn parse_decimal(text: &str, currency: Currency) -> Option<Self> {
        let places = usize::try_from(currency.exponent()).ok()?;
        let (minus, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !plain(whole) || !plain(fraction) || fraction.len() > places {
            return None;
        }
        let minor: i64 = format!("{whole}{fraction:0<places$}").parse().ok()?;
        Some(Self::new(if minus { -minor } else { minor }, currency))
    }
}

impl fmt::Display for Money {
    /// For people: `¥4,800.00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimal = self.decimal();
        let (minus, rest) = decimal.strip_prefix('-').map_or(("", decimal.as_str()), |rest| ("-", rest));
        let (whole, fraction) = rest.find('.').map_or((rest, ""), |point| rest.split_at(point));
        let mut grouped = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index) % 3 == 0 {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        write!(f, "{minus}{}{grouped}{fraction}", self.currency.sign())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_decimals() {
        for (text, minor) in [("88.88", 8888), ("88.8", 8880), ("88", 8800), ("0.01", 1), ("-3.50", -350)] {
            assert_eq!(Money::parse_decimal(text, Currency::Cny), Some(Money::cny(minor)), "{text}");
        }
        for text in ["", ".5", "1.234", "1e3", "+1", "1,000", "٣", "99999999999999999999"] {
            assert_eq!(Money::parse_decimal(text, Currency::Cny), None, "{text}");
        }
        assert_eq!(Money::cny(8).decimal(), "0.08");
        assert_eq!(Money::cny(-350).decimal(), "-3.50");
        assert_eq!(Money::cny(480_000).to_string(), "¥4,800.00");
        assert_eq!(Money::cny(-123_456_789).to_string(), "-¥1,234,567.89");
    }

    #[test]
    fn never_wraps() {
        assert_eq!(Money::cny(i64::MAX).plus(Money::cny(1)), Err(MoneyError::Overflow));
        assert_eq!(Money::cny(i64::MIN).minus(Money::cny(1)), Err(MoneyError::Overflow));
    }
}
