//! What proves that a card is its holder's: the four factors, and a credit card's date and security code.
//!
//! The digits themselves are here only as long as it takes to look at them. What goes on is what was seen
//! ([`FactorFacts`]), which may be shown to anybody who is signed in.

use jiff::civil::Date;

use crate::bank::{BinRow, bin_of};
use crate::person::HolderMark;

/// The last month in which a card is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CardExpiry {
    /// The year, four digits.
    pub year: i16,
    /// The month, 1 to 12.
    pub month: i8,
}

impl CardExpiry {
    /// As a card shows it: `MM/YY`.
    pub fn parse(text: &str) -> Option<Self> {
        let (month, year) = text.split_once('/')?;
        let digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(month) || !digits(year) {
            return None;
        }
        let (month, year): (i8, i16) = (month.parse().ok()?, year.parse().ok()?);
        (1..=12).contains(&month).then_some(Self { year: 2000 + year, month })
    }

    /// The last day on which the card is good.
    pub fn last_day(self) -> Option<Date> {
        Date::new(self.year, self.month, 1).ok().map(Date::last_of_month)
    }
}

/// The factors, as the holder entered them, lent for as long as it takes to look at them.
#[derive(Clone, Copy)]
pub struct FactorTexts<'a> {
    /// The number of the holder's resident identity card.
    pub document_no: &'a str,
    /// The card's number.
    pub card_no: &'a str,
    /// The phone number reserved at the bank.
    pub phone: &'a str,
    /// A credit card's last month.
    pub expiry: Option<&'a str>,
    /// A credit card's security code.
    pub cvn: Option<&'a str>,
}

/// What was seen of the factors: nothing here is a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorFacts {
    /// Whether the card number's check digit is right.
    pub number_valid: bool,
    /// The row of the card's beginning, if a bank that we know issued it.
    pub bin: Option<BinRow>,
    /// The number's last four digits.
    pub last_four: String,
    /// Whether the document number's check digit and date are right.
    pub document_valid: bool,
    /// Whether the phone is a mobile one of mainland China.
    pub phone_valid: bool,
    /// The phone with its middle hidden.
    pub phone: String,
    /// The last day on which the card is good, if a date was given that is one.
    pub last_day: Option<Date>,
    /// Whether a date was given that is none.
    pub expiry_malformed: bool,
    /// Whether there is a security code of three digits.
    pub cvn_given: bool,
    /// Whether there is one of any other shape.
    pub cvn_malformed: bool,
    /// Whose card it is said to be, if name and document can be compared.
    pub holder: Option<HolderMark>,
}

impl FactorTexts<'_> {
    /// Looks at the factors, and says what was seen; `bins` are the rows of the banks that we know.
    pub fn facts(&self, bins: &[BinRow], today: Date) -> FactorFacts {
        let expiry = self.expiry.map(|text| CardExpiry::parse(text).and_then(CardExpiry::last_day));
        let cvn = self.cvn.map(|text| is_digits(text, 3));
        let valid = is_card_number(self.card_no);
        // Of what is no card number nothing is repeated.
        let last = self.card_no.len().checked_sub(4).and_then(|from| self.card_no.get(from..)).filter(|_| valid);
        FactorFacts {
            number_valid: valid,
            bin: bin_of(bins, self.card_no),
            last_four: last.unwrap_or_default().to_owned(),
            document_valid: is_document_number(self.document_no, today),
            phone_valid: is_mainland_mobile(self.phone),
            phone: masked_phone(self.phone),
            last_day: expiry.flatten(),
            expiry_malformed: expiry == Some(None),
            cvn_given: cvn == Some(true),
            cvn_malformed: cvn == Some(false),
            holder: None,
        }
    }
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is a card number: 16 to 19 digits, the last of which checks the others (ISO/IEC 7812-1, Luhn).
pub fn is_card_number(text: &str) -> bool {
    if !(16..=19).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let digits = text.bytes().rev().map(|byte| u32::from(byte - b'0')).enumerate();
    let sum: u32 = digits
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => digit,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether a text is the number of a resident identity card: 17 digits with a real birthday that is past, and the
/// check character of GB 11643-1999 (ISO/IEC 7064, MOD 11-2).
pub fn is_document_number(text: &str, today: Date) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: &[u8; 11] = b"10X98765432";
    let bytes = text.as_bytes();
    if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) || bytes[0] == b'0' {
        return false;
    }
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<i16>().ok());
    let birthday = || {
        let (month, day) = (i8::try_from(number(10..12)?).ok()?, i8::try_from(number(12..14)?).ok()?);
        Date::new(number(6..10)?, month, day).ok()
    };
    if !birthday().is_some_and(|day| (1900..).contains(&day.year()) && day <= today) {
        return false;
    }
    let sum: u32 = bytes[..17].iter().zip(WEIGHTS).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
    let expected = usize::try_from(sum % 11).ok().and_then(|place| CHECKS.get(place)).copied();
    Some(bytes[17].to_ascii_uppercase()) == expected
}

/// Whether a text is a mobile number of mainland China: eleven digits from 13 to 19.
pub fn is_mainland_mobile(text: &str) -> bool {
    is_digits(text, 11) && text.starts_with('1') && text.as_bytes().get(1).is_some_and(|second| *second >= b'3')
}

/// A phone number with its middle hidden: `138****5678`. Of what is no phone number nothing is shown.
pub fn masked_phone(text: &str) -> String {
    match (text.get(..3), text.get(7..)) {
        (Some(head), Some(tail)) if is_mainland_mobile(text) => format!("{head}****{tail}"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn today() -> Date {
        Date::constant(2026, 11, 22)
    }

    #[test]
    fn check_digits_tell_numbers_from_others() {
        let table = [
            ("4111111111111111", true),
            ("4111111111111112", false),
            ("6222020200012345", false),
            ("", false),
            ("411111111111111", false),
            ("41111111111111１１", false),
            ("4111 1111 1111 1111", false),
            ("0000000000000000", true),
        ];
        for (text, valid) in table {
            assert_eq!(is_card_number(text), valid, "{text}");
        }
    }

    #[test]
    fn documents_need_a_birthday_and_the_check_character() {
        // GB 11643-1999, its own examples.
        let table = [
            ("11010519491231002X", true),
            ("11010519491231002x", true),
            ("440524188001010014", false),
            ("110105194912310021", false),
            ("11010519491331002X", false),
            ("110105203012310020", false),
            ("1101051949123100", false),
            ("", false),
        ];
        for (text, valid) in table {
            assert_eq!(is_document_number(text, today()), valid, "{text}");
        }
    }

    #[test]
    fn phones_are_mobile_ones_of_the_mainland() {
        for (text, valid, masked) in [
            ("13812345678", true, "138****5678"),
            ("12812345678", false, ""),
            ("+8613812345678", false, ""),
            ("85212345678", false, ""),
            ("1381234567", false, ""),
            ("１３８１２３４５６７８", false, ""),
        ] {
            assert_eq!((is_mainland_mobile(text), masked_phone(text).as_str()), (valid, masked), "{text}");
        }
    }

    #[test]
    fn dates_are_as_a_card_shows_them() {
        assert_eq!(CardExpiry::parse("02/28").and_then(CardExpiry::last_day), Some(Date::constant(2028, 2, 29)));
        for text in ["", "13/28", "00/28", "2/28", "02/2028", "0228", "a2/28"] {
            assert_eq!(CardExpiry::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn exactly_one_last_digit_is_right(head in "[0-9]{15,18}") {
            let right = (0..10).filter(|digit| is_card_number(&format!("{head}{digit}"))).count();
            prop_assert_eq!(right, 1);
        }

        #[test]
        fn one_wrong_digit_is_always_found(head in "[1-9][0-9]{15}", place in 0_usize..16, by in 1_u8..10) {
            let number = (0..10).map(|digit| format!("{head}{digit}")).find(|text| is_card_number(text)).unwrap();
            let mut bytes = number.into_bytes();
            bytes[place] = b'0' + (bytes[place] - b'0' + by) % 10;
            prop_assert!(!is_card_number(std::str::from_utf8(&bytes).unwrap()));
        }
    }
}
