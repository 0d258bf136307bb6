//! What people give to say who they are: well formed or not, and shown with its middle hidden.

use jiff::civil::Date;

/// The weights of the seventeen digits, and the check characters (GB 11643-1999; ISO/IEC 7064, MOD 11-2).
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";

/// Whether a text is the number of a resident identity card: seventeen digits with a birthday that is past by
/// `today`, and their check character.
pub fn is_document_number(text: &str, today: Date) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) || bytes[0] == b'0' {
        return false;
    }
    if birthday(text).is_none_or(|day| day.year() < 1900 || day > today) {
        return false;
    }
    let sum: u32 = bytes[..17].iter().zip(WEIGHTS).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
    let expected = usize::try_from(sum % 11).ok().and_then(|place| CHECKS.get(place)).copied();
    Some(bytes[17].to_ascii_uppercase()) == expected
}

/// The birthday that a document's number names.
pub fn birthday(text: &str) -> Option<Date> {
    let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<i16>().ok();
    let (month, day) = (i8::try_from(part(10..12)?).ok()?, i8::try_from(part(12..14)?).ok()?);
    Date::new(part(6..10)?, month, day).ok()
}

/// Whether a text can be a person's name: 2 to 40 letters, with the dot that names of several parts have.
pub fn is_name(text: &str) -> bool {
    let letters = text.chars().count();
    let fits = |char: char| char.is_alphabetic() || matches!(char, '·' | ' ' | '.' | '-');
    (2..=40).contains(&letters) && text.chars().all(fits) && text.trim() == text
}

/// A name of which the first letter alone is shown.
pub fn masked_name(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| std::iter::once(first).chain(letters.map(|_| '*')).collect())
}

/// A document's number of which the first and the last digit alone are shown.
pub fn masked_document(text: &str) -> String {
    match (text.get(..1), text.get(17..)) {
        (Some(first), Some(last)) if text.len() == 18 => format!("{first}{}{last}", "*".repeat(16)),
        _ => String::new(),
    }
}

/// Whether a text is a mobile number of the mainland: eleven digits from 13 to 19.
pub fn is_mobile_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 11 && bytes.iter().all(u8::is_ascii_digit) && bytes[0] == b'1' && bytes[1] >= b'3'
}

/// A phone number with its middle hidden: `199****1001`.
pub fn masked_phone(text: &str) -> String {
    match (text.get(..3), text.get(7..)) {
        (Some(head), Some(tail)) if is_mobile_number(text) => format!("{head}****{tail}"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_needs_a_past_birthday_and_its_check_character() {
        let today = Date::constant(2026, 11, 22);
        let table = [
            ("11010519491231002X", true),
            ("11010519491231002x", true),
            ("110105194912310021", false),
            ("11010519491331002X", false),
            ("110105203012310020", false),
            ("440524188001010014", false),
            ("1101051949123100", false),
            ("1101051949123１002X", false),
            ("", false),
        ];
        for (text, good) in table {
            assert_eq!(is_document_number(text, today), good, "{text}");
        }
    }

    #[test]
    fn what_is_shown_tells_little() {
        assert_eq!(masked_name("Ana"), "A**");
        assert_eq!(masked_document("11010519491231002X"), "1****************X");
        assert_eq!(masked_phone("19900001001"), "199****1001");
        assert_eq!((masked_phone("+8619900001001"), masked_document("1"), masked_name("")), Default::default());
        for (text, good) in [("Ana Maria", true), ("A", false), ("Ana ", false), ("Ana3", false), ("<b>", false)] {
            assert_eq!(is_name(text), good, "{text}");
        }
    }
}
