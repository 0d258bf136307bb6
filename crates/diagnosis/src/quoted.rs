//! What somebody quotes: the parts of a text that may be a channel's code. Whether they are, the tables say.

use crate::table;

/// A code is not longer than this.
const LONGEST: usize = 64;
/// So many candidates are looked up.
const MOST: usize = 8;
/// The parts of a text that look like a code, in their order, each once.
pub fn quoted_codes(text: &str) -> Vec<&str> {
    let lower = text.to_lowercase();
    let numbers_count = table::lines(include_str!("../data/beside.txt")).any(|word| lower.contains(word));
    let mut codes: Vec<&str> = Vec::new();
    for part in text.split(|char: char| !(char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-' | '/'))) {
        let part = part.trim_matches(['.', '-', '/', '_']);
        if looks_like_a_code(part, numbers_count) && !codes.contains(&part) {
            codes.push(part);
        }
    }
    codes.truncate(MOST);
    codes
}

fn looks_like_a_code(part: &str, numbers_count: bool) -> bool {
    if part.len() < 2 || part.len() > LONGEST {
        return false;
    }
    let digits = part.chars().all(|char| char.is_ascii_digit());
    if digits {
        return numbers_count && part.len() <= 6;
    }
    let joined = part.contains(['.', '_']) && part.chars().any(|char| char.is_ascii_alphabetic());
    let shouted = part.len() >= 6 && part.chars().all(|char| char.is_ascii_uppercase() || char.is_ascii_digit());
    joined || shouted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_seen_in_a_sentence() {
        assert_eq!(quoted_codes("付款提示ACQ.BUYER_BALANCE_NOT_ENOUGH怎么办"), ["ACQ.BUYER_BALANCE_NOT_ENOUGH"]);
        assert_eq!(quoted_codes("银联返回51，然后 SYSTEMERROR"), ["51", "SYSTEMERROR"]);
        assert_eq!(quoted_codes("it says insufficient_funds (decline)"), ["insufficient_funds"]);
    }

    #[test]
    fn prices_and_words_are_no_codes() {
        assert_eq!(quoted_codes("付 51 元 VPN 不行 I paid 120"), Vec::<&str>::new());
        assert_eq!(quoted_codes(&"A".repeat(10_000)), Vec::<&str>::new());
    }
}
