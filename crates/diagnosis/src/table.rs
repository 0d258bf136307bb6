//! How the data files of this crate are read: `#` begins a comment, a tab parts the columns, `|` the alternatives.
//!
//! The files are part of the program, so that nothing can be missing or wrong at run time: `tests` below reads them all.

use aho_corasick::{AhoCorasick, MatchKind};

/// The lines that say something.
pub(crate) fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().map(str::trim_end).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The two columns of each line; what has no tab says nothing.
pub(crate) fn pairs(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    lines(text).filter_map(|line| line.split_once('\t'))
}

/// What finds many words at once; nothing if there are more of them than such an automaton takes.
pub(crate) fn automaton(words: &[&str], kind: MatchKind) -> Option<AhoCorasick> {
    AhoCorasick::builder().match_kind(kind).build(words).ok()
}

/// Whether a found word of Latin letters or digits does not stand inside a longer one. Chinese words always may.
pub(crate) fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    begins_alone(text, start) && {
        let bytes = text.as_bytes();
        let inside = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
        !(end > 0 && inside(end - 1) && inside(end))
    }
}

/// Whether a found word does not begin inside a longer one.
pub(crate) fn begins_alone(text: &str, start: usize) -> bool {
    let bytes = text.as_bytes();
    let inside = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    !(start > 0 && inside(start - 1) && inside(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_empty_lines_say_nothing() {
        let read: Vec<_> = pairs("# head\n\na\tb\nno tab\nc\td e\n").collect();
        assert_eq!(read, [("a", "b"), ("c", "d e")]);
    }

    #[test]
    fn a_latin_word_inside_another_does_not_stand_alone() {
        assert!(stands_alone("a vpn on", 2, 5));
        assert!(stands_alone("开vpn了", 3, 6));
        assert!(!stands_alone("openvpn", 4, 7));
        assert!(!stands_alone("vpns", 0, 3) && begins_alone("vpns", 0));
    }
}
