//! Normalising: the many ways to write one thing become one, before anything is recognised in it.
//!
//! Half width, lower case, simplified characters; Cantonese turns, regional words, slang and typing errors as
//! `data/turns.tsv` reads them. The result is for machines: no person ever sees it.

use std::collections::HashMap;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::table;

/// A text is read this far from its beginning, and this far from its end: whoever writes more says it there.
const READ_FIRST: usize = 600;
const READ_LAST: usize = 300;

/// What normalises a text. Built once.
#[derive(Debug)]
pub struct Normaliser {
    simplified: HashMap<char, char>,
    turns: Option<AhoCorasick>,
    becomes: Vec<&'static str>,
}

impl Normaliser {
    /// The one, built when it is first asked for.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Normaliser> = OnceLock::new();
        SHARED.get_or_init(Self::new)
    }

    fn new() -> Self {
        let pairs = table::lines(include_str!("../data/traditional.txt")).flat_map(str::split_whitespace);
        let simplified = pairs
            .filter_map(|pair| {
                let mut chars = pair.chars();
                Some((chars.next()?, chars.next()?))
            })
            .collect();
        let (from, becomes): (Vec<&str>, Vec<&str>) = table::pairs(include_str!("../data/turns.tsv")).unzip();
        Self { simplified, turns: table::automaton(&from, MatchKind::LeftmostLongest), becomes }
    }

    /// The text as everything else in this crate reads it: words with one space between them, and no space between
    /// Chinese characters.
    pub fn normalise(&self, text: &str) -> String {
        let plain = self.characters(text);
        let mut normal = String::with_capacity(plain.len());
        let mut done = 0;
        for found in self.turns.iter().flat_map(|turns| turns.find_iter(&plain)) {
            if !table::stands_alone(&plain, found.start(), found.end()) {
                continue;
            }
            normal.push_str(&plain[done..found.start()]);
            normal.push_str(self.becomes[found.pattern().as_usize()]);
            done = found.end();
        }
        normal.push_str(&plain[done..]);
        normal
    }

    fn characters(&self, text: &str) -> String {
        let mut normal = String::new();
        let mut space = false;
        for char in excerpt(text) {
            let char = self.character(char);
            if is_invisible(char) {
                continue;
            }
            if !(char.is_alphanumeric() || matches!(char, '#' | '%' | '\'' | '.' | '_' | '-')) {
                space = true;
                continue;
            }
            let before = normal.chars().next_back();
            if space && before.is_some_and(|before| !(is_han(before) && is_han(char))) {
                normal.push(' ');
            }
            space = false;
            normal.extend(char.to_lowercase());
        }
        normal
    }

    fn character(&self, char: char) -> char {
        let half = match char {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(char) - 0xfee0).unwrap_or(char),
            '\u{2019}' | '\u{2018}' => '\'',
            other => other,
        };
        self.simplified.get(&half).copied().unwrap_or(half)
    }
}

fn excerpt(text: &str) -> impl Iterator<Item = char> + '_ {
    let long = text.chars().count();
    let skipped = READ_FIRST..long.saturating_sub(READ_LAST).max(READ_FIRST);
    text.chars().enumerate().filter(move |(index, _)| !skipped.contains(index)).map(|(_, char)| char)
}

fn is_invisible(char: char) -> bool {
    matches!(char, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fe0f}')
}

/// Whether a character is a Chinese one.
pub(crate) fn is_han(char: char) -> bool {
    matches!(char, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_written_in_many_ways_becomes_one() {
        let normaliser = Normaliser::shared();
        let same = |one: &str, other: &str| assert_eq!(normaliser.normalise(one), normaliser.normalise(other));
        same("收不到驗證碼", "收不到验证码");
        same("收唔到驗證碼", "收不到 验证码");
        same("ＡＣＱ．ＳＹＳＴＥＭ", "acq.system");
        same("点解畀唔到錢", "为什么付不了钱");
        same("支付保 余呃 不足", "支付宝余额不足");
    }

    #[test]
    fn a_turn_in_latin_letters_is_a_whole_word() {
        let normaliser = Normaliser::shared();
        assert_eq!(normaliser.normalise("WX付不了"), "微信付不了");
        assert_eq!(normaliser.normalise("the fdyx thing"), "the fdyx thing");
    }

    #[test]
    fn a_long_text_is_read_from_both_ends() {
        let normaliser = Normaliser::shared();
        let text = format!("开头{}结尾", "很".repeat(20_000));
        let normal = normaliser.normalise(&text);
        assert!(normal.starts_with("开头") && normal.ends_with("结尾"));
        assert!(normal.chars().count() <= READ_FIRST + READ_LAST);
    }
}
