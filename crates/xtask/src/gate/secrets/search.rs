//! Looking for canaries in bytes: as they are, percent-encoded, in hexadecimal, in base64 at any offset and in either
//! alphabet, and as whole numbers in binary.
//!
//! Whatever looks like an encoding is decoded and looked at again; so nothing hangs on where in a text a canary stood.

use std::collections::{HashMap, HashSet};

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::gate::secrets::canaries::{Canaries, Canary, Kind};

/// Beside one of these, six digits are a secret.
const NAMES: &[&str] = &["password", "current", "code", "sms", "pin"];

/// As the value of one of these, three digits are a secret. Beside a name they stand by chance in every large file; and
/// beside their own card, without a name, the card's number is found.
const PRINTED: &[&str] = &["cvn", "cvn2", "cvv", "cvv2", "cvc", "cvc2"];

/// How far before the digits the name may stand.
const BESIDE: usize = 24;

/// One of so many letters stands nowhere by chance, so it is found inside a longer word too: a database writes its columns
/// one after the other.
const LONG: usize = 15;

/// By so many letters the long ones are looked up.
const BEGIN: usize = 8;

/// In so many types a value may be wrapped where it is logged.
const WRAPPED: u32 = 3;

/// A text with fewer letters holds no canary, however it is encoded.
const SHORTEST: usize = 12;

/// Decodes with and without padding, and whatever its last bits are.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What is looked for.
pub(crate) struct Search<'a> {
    texts: &'a HashMap<String, Canary>,
    /// The long ones by how they begin.
    long: HashMap<[u8; BEGIN], Vec<&'a str>>,
    numbers: HashSet<u64>,
    keys: Vec<Vec<u8>>,
}

impl<'a> Search<'a> {
    pub(crate) fn new(canaries: &'a Canaries) -> Self {
        let long = canaries.all().iter().filter(|(_, canary)| !canary.kind.is_short());
        let numbers = long.filter_map(|(text, _)| text.parse().ok()).collect();
        let mut keys = canaries.keys().to_vec();
        keys.extend(canaries.keys().iter().map(|key| hexadecimal(key).into_bytes()));
        let mut long: HashMap<[u8; BEGIN], Vec<&str>> = HashMap::new();
        for text in canaries.all().keys().filter(|text| text.len() >= LONG) {
            if let Some(begin) = text.as_bytes().first_chunk() {
                long.entry(*begin).or_default().push(text);
            }
        }
        Self { texts: canaries.all(), long, numbers, keys }
    }

    /// What is in there. Where `kept`, also what the server has made itself: it may say that once, and keep it never.
    pub(crate) fn look(&self, bytes: &[u8], kept: bool) -> Vec<String> {
        let mut found = Vec::new();
        self.plain(bytes, kept, "plain", &mut found);
        // `%20` before a number would read as two more digits of it.
        if bytes.contains(&b'%') {
            self.plain(&of_percents(bytes), kept, "percent-encoded", &mut found);
        }
        for run in runs(bytes, |byte| byte.is_ascii_hexdigit()).filter(|run| run.len() >= 2 * SHORTEST) {
            for odd in [0, 1] {
                self.plain(&of_hexadecimal(&run[odd..]), kept, "hexadecimal", &mut found);
            }
        }
        for run in runs(bytes, is_base64).filter(|run| run.len() >= SHORTEST) {
            let standard: Vec<u8> = run
                .iter()
                .map(|byte| match byte {
                    b'-' => b'+',
                    b'_' => b'/',
                    byte => *byte,
                })
                .collect();
            for offset in 0..4 {
                let rest = standard.get(offset..).unwrap_or_default();
                // One letter alone encodes nothing.
                let whole = rest.get(..rest.len() - usize::from(rest.len() % 4 == 1)).unwrap_or_default();
                if let Ok(decoded) = LENIENT.decode(whole) {
                    self.plain(&decoded, kept, "base64", &mut found);
                }
            }
        }
        self.binary(bytes, &mut found);
        for key in &self.keys {
            if bytes.windows(key.len()).any(|window| window == key) {
                found.push("a key of the server".to_owned());
            }
        }
        found
    }

    fn plain(&self, bytes: &[u8], kept: bool, way: &str, found: &mut Vec<String>) {
        for (place, begin) in bytes.windows(BEGIN).enumerate() {
            let texts = <&[u8; BEGIN]>::try_from(begin).ok().and_then(|begin| self.long.get(begin));
            for text in texts.into_iter().flatten().filter(|text| bytes[place..].starts_with(text.as_bytes())) {
                if let Some(canary) = self.texts.get(*text).filter(|canary| kept || !canary.issued) {
                    found.push(format!("{} {text} ({way})", canary.kind.name()));
                }
            }
        }
        let mut look = |text: &[u8], before: &[u8]| {
            let Ok(text) = std::str::from_utf8(text) else { return };
            let Some(canary) = self.texts.get(text).filter(|_| text.len() < LONG) else { return };
            if canary.issued && !kept {
                return;
            }
            let named = match canary.kind {
                Kind::Cvn => is_value_of(before, PRINTED),
                kind => !kind.is_short() || is_beside(before, NAMES),
            };
            if named {
                found.push(format!("{} {text} ({way})", canary.kind.name()));
            }
        };
        let mut place = 0;
        while place < bytes.len() {
            let end = place + bytes[place..].iter().take_while(|byte| is_word(**byte)).count();
            if end > place {
                let before = |place: usize| &bytes[place.saturating_sub(BESIDE)..place];
                look(&bytes[place..end], before(place));
                digits(&bytes[place..end], |from, text| look(text, before(place + from)));
            }
            place = end + 1;
        }
    }

    /// A card's number in a column of whole numbers has six or eight bytes.
    fn binary(&self, bytes: &[u8], found: &mut Vec<String>) {
        for window in bytes.windows(8) {
            let Ok(eight) = <[u8; 8]>::try_from(window) else { continue };
            let mut six = [0; 8];
            six[2..].copy_from_slice(&eight[..6]);
            for number in [u64::from_be_bytes(eight), u64::from_le_bytes(eight), u64::from_be_bytes(six)] {
                if number > 9_999_999_999 && self.numbers.contains(&number) {
                    found.push(format!("{number} (binary)"));
                }
            }
        }
    }
}

/// The runs of digits in a word and where they begin, with an X that closes one; not the word itself.
fn digits<'a>(word: &'a [u8], mut each: impl FnMut(usize, &'a [u8])) {
    let mut place = 0;
    while place < word.len() {
        let mut end = place + word[place..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if end - place == 17 && word.get(end) == Some(&b'X') {
            end += 1;
        }
        if end > place && end - place < word.len() {
            each(place, &word[place..end]);
        }
        place = end + 1;
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// Whether one of the names stands close before it.
fn is_beside(before: &[u8], names: &[&str]) -> bool {
    let before = String::from_utf8_lossy(before).to_lowercase();
    names.iter().any(|name| before.contains(name))
}

/// Whether it is the value of a field with one of the names: nothing but signs stands between, as in `cvn=`, `"cvn2": "`, or
/// `cvn: Some("`.
fn is_value_of(before: &[u8], names: &[&str]) -> bool {
    let before = String::from_utf8_lossy(before).to_lowercase();
    let sign = |letter: char| !letter.is_ascii_alphanumeric() && letter != '_';
    let mut field = before.trim_end_matches(sign);
    // Rust writes what a value is wrapped in before it: `Some(`, `Text(`.
    for _ in 0..WRAPPED {
        if !before[field.len()..].starts_with('(') {
            break;
        }
        field = field.trim_end_matches(|letter: char| letter.is_ascii_alphanumeric()).trim_end_matches(sign);
    }
    names.iter().any(|name| field.ends_with(name))
}

fn runs(bytes: &[u8], belongs: impl Fn(u8) -> bool) -> impl Iterator<Item = &[u8]> {
    bytes.split(move |byte| !belongs(*byte))
}

fn of_hexadecimal(run: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or_default();
    run.chunks_exact(2).map(|two| digit(two[0]) << 4 | digit(two[1])).collect()
}

/// The bytes with every `%XX` as the byte that it stands for.
fn of_percents(bytes: &[u8]) -> Vec<u8> {
    let (mut decoded, mut place) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(byte) = bytes.get(place) {
        let two = bytes.get(place + 1..place + 3).filter(|two| two.iter().all(u8::is_ascii_hexdigit));
        match two.filter(|_| *byte == b'%') {
            Some(two) => {
                decoded.extend(of_hexadecimal(two));
                place += 3;
            }
            None => {
                decoded.push(*byte);
                place += 1;
            }
        }
    }
    decoded
}

/// In lower-case hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    #[test]
    fn a_canary_is_found_in_whatever_way_it_is_written() {
        let mut canaries = Canaries::new(10);
        let card = canaries.fresh(Kind::Card);
        let (password, phone) = (canaries.fresh(Kind::Password), canaries.fresh(Kind::Phone));
        canaries.issued(Kind::Token, "prf_abcdef0123456789");
        let number: u64 = card.parse().unwrap_or_default();
        let search = Search::new(&canaries);
        let there: Vec<Vec<u8>> = vec![
            card.clone().into_bytes(),
            format!("card{card}x").into_bytes(),
            format!("order-12{card}84").into_bytes(),
            b"order-12prf_abcdef0123456789x".to_vec(),
            format!("a%20{card}%22").into_bytes(),
            hexadecimal(card.as_bytes()).into_bytes(),
            hexadecimal(format!("x{card}").as_bytes()).to_uppercase().into_bytes(),
            STANDARD.encode(format!("{{\"n\":\"{card}\"}}")).into_bytes(),
            STANDARD.encode(format!("ab{card}")).into_bytes(),
            URL_SAFE_NO_PAD.encode(format!("?>{card}")).into_bytes(),
            format!("{{\"password\":\"{password}\"}}").into_bytes(),
            b"proof=prf_abcdef0123456789;".to_vec(),
            [vec![3], number.to_be_bytes().to_vec()].concat(),
            number.to_le_bytes().to_vec(),
        ];
        for bytes in there {
            assert!(!search.look(&bytes, true).is_empty(), "{}", String::from_utf8_lossy(&bytes));
        }
        let cvn = canaries.fresh(Kind::Cvn);
        let search = Search::new(&canaries);
        let printed = [
            format!("cvn={cvn}"),
            format!("accNo=1&cvn2={cvn}&respCode=00"),
            format!("{{\"cvn\": \"{cvn}\"}}"),
            format!("{{\\\"cvn2\\\":\\\"{cvn}\\\"}}"),
            format!("Card {{ cvn: Some(Text(\"{cvn}\")) }}"),
            format!("CVV {cvn}"),
            STANDARD.encode(format!("{{expired=3012&cvn2={cvn}}}")),
        ];
        for text in printed {
            assert!(!search.look(text.as_bytes(), true).is_empty(), "{text}");
        }
        let by_chance =
            [format!("status_code={cvn}"), format!("\"cvn\":null,\"ms\":{cvn}"), format!("cvn is_ok ({cvn})")];
        for text in by_chance {
            assert_eq!(search.look(text.as_bytes(), true), Vec::<String>::new(), "{text}");
        }
        let not_there =
            [card[1..].to_owned(), format!("took {password} ms"), format!("1{phone}"), "prf_abcdef012345678".into()];
        for text in not_there {
            assert_eq!(search.look(text.as_bytes(), true), Vec::<String>::new(), "{text}");
        }
        assert_eq!(search.look(b"prf_abcdef0123456789", false), Vec::<String>::new(), "it may be said once");
    }
}
