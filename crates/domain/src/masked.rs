//! Free text with what is secret in it taken out, before it is kept: numbers of cards and documents, phones,
//! passwords, codes and keys.
//!
//! Whoever asks for help writes down whatever he thinks is needed. So a text that is kept can be made here alone, and
//! rather too much is taken out than too little: what a person needs to help stands beside the text, in fields.

use std::collections::BTreeSet;

use crate::document::masked_phone;
use crate::factors::is_card_number;

/// What was taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hidden {
    /// A number as long as a card's or a document's.
    Number,
    /// A phone's number.
    Phone,
    /// A password, or a code that was sent to somebody.
    Code,
    /// A key or a token.
    Key,
}

impl Hidden {
    /// The name that the API uses.
    pub fn id(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Phone => "phone",
            Self::Code => "code",
            Self::Key => "key",
        }
    }
}

/// A text in which nothing secret is recognised any more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Masked(String);

/// What stands in a secret's place.
const STARS: &str = "****";

/// So many digits are a card's or a document's number, whatever stands between them.
const LONG_NUMBER: usize = 13;

/// A word of so many letters and digits, both of them, is a key.
const LONG_WORD: usize = 20;

/// How far after its name a code or a password stands.
const AFTER: usize = 24;

/// How far before its name a code may stand: `123456 is my code`.
const BEFORE: usize = 12;

/// What passwords are called.
const PASSWORDS: &str = include_str!("../data/password_names.txt");

/// What codes are called. A channel's own codes have two or five digits, or letters, and stay.
const CODES: &str = include_str!("../data/code_names.txt");

/// Between a name and what it names, these say that it follows.
const FOLLOWS: &[char] = &[':', '\u{ff1a}', '=', '\u{ff1d}', '\u{662f}', '\u{4e3a}', '\u{70ba}'];

impl Masked {
    /// Takes out what is secret, and says of which kinds it was.
    pub fn of(text: &str) -> (Self, BTreeSet<Hidden>) {
        let letters: Vec<char> = text.chars().collect();
        // Small letters and plain digits, one for one, so that a place in one is the place in the other.
        let plain: Vec<char> = letters.iter().map(|letter| plain(*letter)).collect();
        let mut cuts: Vec<Cut> = Vec::new();
        numbers(&plain, &mut cuts);
        words(&letters, &mut cuts);
        named(&plain, &letters, &mut cuts);
        alone(&plain, &mut cuts);
        cuts.sort_by_key(|cut| (cut.from, std::cmp::Reverse(cut.to)));
        let (mut shown, mut kinds, mut place) = (String::with_capacity(text.len()), BTreeSet::new(), 0);
        for cut in cuts {
            kinds.insert(cut.kind);
            if cut.to <= place {
                continue;
            }
            shown.extend(letters.get(place..cut.from).unwrap_or_default());
            // What begins within another goes with it.
            shown.push_str(if cut.from < place { STARS } else { &cut.shown });
            place = cut.to;
        }
        shown.extend(letters.get(place..).unwrap_or_default());
        (Self(shown), kinds)
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// A piece that is taken out, and what is shown instead.
struct Cut {
    from: usize,
    to: usize,
    shown: String,
    kind: Hidden,
}

/// A digit however it is written, and a letter as a small one of the basic alphabet.
fn plain(letter: char) -> char {
    const CHINESE: [char; 11] = [
        '\u{96f6}', '\u{4e00}', '\u{4e8c}', '\u{4e09}', '\u{56db}', '\u{4e94}', '\u{516d}', '\u{4e03}', '\u{516b}',
        '\u{4e5d}', '\u{3007}',
    ];
    if let Some(place) = CHINESE.iter().position(|digit| *digit == letter) {
        return u32::try_from(place % 10).ok().and_then(|digit| char::from_digit(digit, 10)).unwrap_or(letter);
    }
    // The wide forms stand in the same order as the basic ones.
    let narrow = match u32::from(letter) {
        wide @ 0xff01..=0xff5e => char::from_u32(wide - 0xfee0).unwrap_or(letter),
        _ => letter,
    };
    narrow.to_ascii_lowercase()
}

/// What people put between the digits of one number; and what nobody sees.
fn is_gap(letter: char) -> bool {
    matches!(
        letter,
        ' ' | '-' | '.' | ',' | '_' | '/' | '\u{b7}' | '\u{a0}' | '\u{3000}' | '\u{200b}'..='\u{200f}' | '\u{feff}'
    )
}

/// Every run of digits, with what stands between them.
fn runs(plain: &[char]) -> Vec<(usize, usize, String)> {
    let mut runs: Vec<(usize, usize, String)> = Vec::new();
    for (place, letter) in plain.iter().enumerate() {
        if !letter.is_ascii_digit() {
            continue;
        }
        match runs.last_mut() {
            Some((_, end, digits))
                if place - *end <= 2
                    && plain.get(*end..place).is_some_and(|gap| gap.iter().all(|one| is_gap(*one))) =>
            {
                digits.push(*letter);
                *end = place + 1;
            }
            Some(_) | None => runs.push((place, place + 1, letter.to_string())),
        }
    }
    runs
}

fn numbers(plain: &[char], cuts: &mut Vec<Cut>) {
    for (from, end, digits) in runs(plain) {
        if digits.len() >= LONG_NUMBER {
            // The last letter of a document's number may be an X.
            let to = if plain.get(end) == Some(&'x') { end + 1 } else { end };
            let tail = digits.get(digits.len() - 4..).filter(|_| is_card_number(&digits)).unwrap_or_default();
            cuts.push(Cut { from, to, shown: format!("{STARS}{tail}"), kind: Hidden::Number });
        } else {
            let shown = masked_phone(&digits);
            if !shown.is_empty() {
                cuts.push(Cut { from, to: end, shown, kind: Hidden::Phone });
            }
        }
    }
}

/// Whether a word is an id of ours: it is no secret, and says what is meant.
fn is_own_id(word: &[char]) -> bool {
    let kind = word.iter().take_while(|letter| letter.is_ascii_lowercase()).count();
    word.len() == kind + 27 && kind == 3 && word.get(kind) == Some(&'_')
}

fn words(letters: &[char], cuts: &mut Vec<Cut>) {
    let of_word = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '+' | '/' | '=');
    let mut from = 0;
    for word in letters.chunk_by(|one, other| of_word(one) == of_word(other)) {
        let to = from + word.len();
        let mixed = word.iter().any(char::is_ascii_digit) && word.iter().any(char::is_ascii_alphabetic);
        if word.len() >= LONG_WORD && mixed && !is_own_id(word) {
            cuts.push(Cut { from, to, shown: STARS.to_owned(), kind: Hidden::Key });
        }
        from = to;
    }
}

/// Where a name stands in a text, each time.
fn places(plain: &[char], name: &str) -> Vec<(usize, usize)> {
    let name: Vec<char> = name.chars().collect();
    let basic = name.iter().all(char::is_ascii);
    let inside = |place: Option<usize>| {
        basic && place.and_then(|place| plain.get(place)).is_some_and(|letter| letter.is_ascii_alphabetic())
    };
    let found = plain.windows(name.len()).enumerate().filter(|(_, window)| *window == name.as_slice());
    let ends = found.map(|(from, _)| (from, from + name.len()));
    // A name within a longer word is none: `decode`, `spin`.
    ends.filter(|(from, to)| !inside(from.checked_sub(1)) && !inside(Some(*to))).collect()
}

fn named(plain: &[char], letters: &[char], cuts: &mut Vec<Cut>) {
    let digits = runs(plain);
    let near = |from: usize, to: usize| {
        move |(start, end, _): &&(usize, usize, String)| {
            (*start >= to && start - to <= AFTER) || (*end <= from && from - end <= BEFORE)
        }
    };
    for name in CODES.lines().chain(PASSWORDS.lines()) {
        for (from, to) in places(plain, name) {
            for (start, end, said) in digits.iter().filter(near(from, to)) {
                if matches!(said.len(), 3 | 4 | 6 | 8) && !is_rest(letters, (*start, *end)) {
                    cuts.push(Cut { from: *start, to: *end, shown: STARS.to_owned(), kind: Hidden::Code });
                }
            }
        }
    }
    for name in PASSWORDS.lines() {
        for (_, to) in places(plain, name) {
            cuts.extend(password_after(letters, to));
        }
    }
}

/// Whether a few digits are what is left of a number: what was masked stays as it is when it is read again.
fn is_rest(letters: &[char], (start, end): (usize, usize)) -> bool {
    let stars = |range: Option<&[char]>| range.is_some_and(|found| found.iter().copied().eq(STARS.chars()));
    let before = start.checked_sub(STARS.len()).and_then(|from| letters.get(from..start));
    end - start <= 4 && (stars(before) || stars(letters.get(end..end + STARS.len())))
}

/// What may stand between a password's name and the password.
const FILLERS: &[&str] = &["is", "was", "my", "the", "it"];

/// The word after a password's name, if it looks like one, or if something says that it follows.
fn password_after(letters: &[char], name_ends: usize) -> Option<Cut> {
    let ends_word = |letter: &char| matches!(letter, ':' | '=' | ',' | ';' | '"' | '\'' | '(' | ')');
    let of_word = |letter: &char| letter.is_ascii_graphic() && !ends_word(letter);
    let mut begins = name_ends;
    while begins <= name_ends + AFTER {
        begins += letters.get(begins..)?.iter().position(of_word)?;
        let word: String = letters.get(begins..)?.iter().take_while(|letter| of_word(letter)).collect();
        let ends = begins + word.len();
        if FILLERS.contains(&word.to_ascii_lowercase().as_str()) {
            begins = ends;
            continue;
        }
        let follows = letters.get(name_ends..begins)?.iter().any(|letter| FOLLOWS.contains(letter));
        let body = word.trim_end_matches(['.', '!', '?']);
        let telling = body.chars().any(|letter| !letter.is_ascii_alphabetic());
        let is_one = begins <= name_ends + AFTER && word.len() >= 4 && (follows || telling);
        return is_one.then(|| Cut { from: begins, to: ends, shown: STARS.to_owned(), kind: Hidden::Code });
    }
    None
}

/// Whoever writes a few digits and nothing else writes a code.
fn alone(plain: &[char], cuts: &mut Vec<Cut>) {
    let said: Vec<&char> = plain.iter().filter(|letter| !letter.is_whitespace() && !is_gap(**letter)).collect();
    if (3..LONG_NUMBER).contains(&said.len()) && said.iter().all(|letter| letter.is_ascii_digit()) {
        cuts.push(Cut { from: 0, to: plain.len(), shown: STARS.to_owned(), kind: Hidden::Code });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        Masked::of(text).0.text().to_owned()
    }

    #[test]
    fn what_is_secret_is_taken_out() {
        let table = [
            ("my card is 6222 0212 3456 7894.", "my card is ****7894."),
            ("卡号６２２２０２１２３４５６７８９４付不了", "卡号****7894付不了"),
            ("卡号6222-0212-3456-7895", "卡号****"),
            ("身份证11010519491231002X不对", "身份证****不对"),
            ("call 199 0000 1001 please", "call 199****1001 please"),
            ("验证码是482913，付不了", "验证码是****，付不了"),
            ("482 913 is the code I got", "**** is the code I got"),
            ("code: 4829", "code: ****"),
            ("卡号6222021234567894，验证码是482913", "卡号****7894，验证码是****"),
            ("CVV 123 and nothing else", "CVV **** and nothing else"),
            ("密码：hunter!", "密码：****"),
            ("my password is abc123", "my password is ****"),
            ("密码是一二三四五六", "密码是****"),
            ("token tk_live_0a1b2c3d4e5f6a7b8c9d", "token ****"),
            ("48 29 13", "****"),
            ("canary012345678901234567890123", "****"),
        ];
        for (text, expected) in table {
            assert_eq!(masked(text), expected, "{text}");
            assert_eq!(masked(expected), expected, "what is masked stays as it is");
        }
    }

    #[test]
    fn what_helps_stays() {
        for text in [
            "Paid ¥1,234.56 at 2026-11-23 21:40, and it still fails",
            "错误码 40004 ACQ.SYSTEM_ERROR",
            "order A-20261123-01, pay_01h455vb4pex5vsknk084sn02q",
            "My password is wrong, it says",
            "UnionPay says 61, HTTP status 502",
            "尾号0831的卡付不了，限额5000",
            "",
        ] {
            assert_eq!(Masked::of(text), (Masked(text.to_owned()), BTreeSet::new()), "{text}");
        }
    }

    #[test]
    fn it_is_quick_with_what_is_long() {
        let digits = "1 ".repeat(5_000);
        assert_eq!(masked(&digits).trim_end(), STARS);
        let names = "密码".repeat(5_000);
        assert_eq!(masked(&names), names);
    }
}
