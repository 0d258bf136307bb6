//! What the model sees of a text: its concepts and their pairs, and the runs of its characters and words.
//!
//! A concept (`data/concepts.tsv`) stands for all turns that mean one thing, so that what was learnt in one person's
//! words is known in another's. A name (`data/names.tsv`) is read as its kind: what holds at one bank holds at another.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::normal::{Normaliser, is_han};
use crate::table;

/// The longest run of characters or words. Longer ones learn our own sentences by heart: held apart, they do worse.
const LONGEST_RUN: usize = 2;
/// Of more concepts than this in one text no pairs are made of the later ones.
const MOST_PAIRED: usize = 14;

/// A feature's name: what two texts share if they have it both.
pub(crate) type Feature = u64;

/// What reads a text. Built once.
#[derive(Debug)]
pub(crate) struct Reader {
    normaliser: &'static Normaliser,
    names: Option<AhoCorasick>,
    kinds: Vec<&'static str>,
    turns: Option<AhoCorasick>,
    concepts: Vec<&'static str>,
}

/// What was read in a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The runs of characters and words.
    pub(crate) runs: BTreeSet<Feature>,
    /// The concepts, and the pairs of them.
    pub(crate) concepts: BTreeSet<Feature>,
}

impl Reader {
    pub(crate) fn new() -> Self {
        let (kinds, names) = alternatives(include_str!("../data/names.tsv"));
        let (concepts, turns) = alternatives(include_str!("../data/concepts.tsv"));
        Self {
            normaliser: Normaliser::shared(),
            names: table::automaton(&names, MatchKind::LeftmostLongest),
            kinds,
            turns: table::automaton(&turns, MatchKind::Standard),
            concepts,
        }
    }

    pub(crate) fn read(&self, text: &str) -> Reading {
        let normal = self.normaliser.normalise(text);
        let named: Vec<&str> = self.concepts_in(&normal).into_iter().collect();
        let concepts = named.iter().enumerate().flat_map(|(index, one)| {
            let single = hash([b"concept", one.as_bytes()]);
            let pairs = named.iter().take(index.min(MOST_PAIRED)).map(|other| hash([other.as_bytes(), one.as_bytes()]));
            std::iter::once(single).chain(pairs)
        });
        Reading { runs: runs(&self.units(&normal)), concepts: concepts.collect() }
    }

    fn concepts_in(&self, normal: &str) -> BTreeSet<&'static str> {
        let found = self.turns.iter().flat_map(|turns| turns.find_overlapping_iter(normal));
        found
            .filter(|found| table::begins_alone(normal, found.start()))
            // A short Latin word is itself or nothing: `pin` is no `pinduoduo`.
            .filter(|found| found.len() > 3 || table::stands_alone(normal, found.start(), found.end()))
            .map(|found| self.concepts[found.pattern().as_usize()])
            .collect()
    }

    /// The text in units: a Chinese character, a word's stem, a name's kind, a number.
    fn units(&self, normal: &str) -> Vec<Feature> {
        let mut units = Vec::new();
        let mut done = 0;
        for found in self.names.iter().flat_map(|names| names.find_iter(normal)) {
            if table::stands_alone(normal, found.start(), found.end()) {
                split(&normal[done..found.start()], &mut units);
                units.push(hash([b"kind", self.kinds[found.pattern().as_usize()].as_bytes()]));
                done = found.end();
            }
        }
        split(&normal[done..], &mut units);
        units
    }
}

/// Each alternative of a table's second column, beside its first.
fn alternatives(text: &'static str) -> (Vec<&'static str>, Vec<&'static str>) {
    table::pairs(text).flat_map(|(kind, words)| words.split('|').map(move |word| (kind, word))).unzip()
}

fn split(text: &str, units: &mut Vec<Feature>) {
    let mut word = String::new();
    for char in text.chars() {
        if !is_han(char) && (char.is_alphanumeric() || char == '\'') {
            word.push(char);
            continue;
        }
        end(&mut word, units);
        if is_han(char) {
            units.push(u64::from(u32::from(char)));
        }
    }
    end(&mut word, units);
}

fn end(word: &mut String, units: &mut Vec<Feature>) {
    if word.is_empty() {
        return;
    }
    let number = word.chars().all(|char| char.is_ascii_digit());
    units.push(if number { hash([b"number", b""]) } else { hash([b"word", stem(word).as_bytes()]) });
    word.clear();
}

/// A word without its ending. Crude, and the same for what is learnt and what is asked.
fn stem(word: &str) -> &str {
    let endings = ["'s", "ing", "ied", "ies", "ed", "es", "s", "e"];
    let shorter = endings.iter().find_map(|ending| word.strip_suffix(ending).filter(|rest| rest.len() >= 3));
    shorter.unwrap_or(word)
}

fn runs(units: &[Feature]) -> BTreeSet<Feature> {
    let longest = LONGEST_RUN.min(units.len());
    (1..=longest).flat_map(|length| units.windows(length)).map(run).collect()
}

fn run(units: &[Feature]) -> Feature {
    units.iter().fold(SEED, |hash, unit| (hash ^ unit).wrapping_mul(PRIME).rotate_left(23))
}

const SEED: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// FNV-1a over the parts: the same on every machine, because what is learnt must be.
fn hash(parts: [&[u8]; 2]) -> Feature {
    let bytes = parts[0].iter().chain(&[0]).chain(parts[1]);
    bytes.fold(SEED, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_meaning_in_other_words_is_one_concept() {
        let reader = Reader::new();
        for text in ["一直收不到验证码", "驗證碼一直沒來", "I never received the verification code"] {
            let named = reader.concepts_in(&reader.normaliser.normalise(text));
            assert!(named.contains("CODE") && named.contains("NOT_COMING"), "{text}: {named:?}");
        }
    }

    #[test]
    fn a_name_is_read_as_its_kind() {
        let reader = Reader::new();
        assert_eq!(reader.read("工商银行的卡").runs, reader.read("招行的卡").runs);
        assert_ne!(reader.read("工商银行的卡").runs, reader.read("淘宝的卡").runs);
    }

    #[test]
    fn a_concept_does_not_begin_inside_a_word() {
        let reader = Reader::new();
        assert!(reader.concepts_in("my pin is wrong").contains("PASSWORD"));
        assert!(!reader.concepts_in("spinach pinduoduo").contains("PASSWORD"));
    }
}
