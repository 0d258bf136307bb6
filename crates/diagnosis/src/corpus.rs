//! The texts from which the model learns: our own, under `data/texts`, in sections that name what they are about.
//!
//! A line may hold alternatives, `{wifi|mobile data} is slow`: a few of the texts that it stands for are learnt, never
//! all of a long line, so that it does not outweigh a short one.

use tantu_domain::cause::Cause;
use tantu_domain::door::Door;

use crate::stride::strides;
use crate::table;

/// At most so many texts of one line are learnt.
const MOST_OF_A_LINE: usize = 4;
/// So many of them are learnt once more within a frame.
const FRAMED_OF_A_LINE: usize = 2;

const FILES: &[&str] = &[
    include_str!("../data/texts/platform.txt"),
    include_str!("../data/texts/device.txt"),
    include_str!("../data/texts/app.txt"),
    include_str!("../data/texts/account.txt"),
    include_str!("../data/texts/identity.txt"),
    include_str!("../data/texts/card.txt"),
    include_str!("../data/texts/code.txt"),
    include_str!("../data/texts/binding.txt"),
    include_str!("../data/texts/money.txt"),
    include_str!("../data/texts/trust.txt"),
    include_str!("../data/texts/vague.txt"),
    include_str!("../data/texts/out_of_scope.txt"),
];

/// What a text is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Label {
    /// A cause.
    Cause(Cause),
    /// A payment that failed, and nothing that tells why.
    Vague,
    /// No payment that failed.
    OutOfScope(Door),
}

impl Label {
    /// The label of a section's name.
    pub fn parse(name: &str) -> Option<Self> {
        match name.strip_prefix("door.") {
            Some(door) => Door::parse(door).map(Self::OutOfScope),
            None if name == "vague" => Some(Self::Vague),
            None => Cause::parse(name).map(Self::Cause),
        }
    }
}

/// One text, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// What it is about.
    pub label: Label,
    /// The line that it comes from: texts of one line are too alike to learn from one and be asked about another.
    pub line: usize,
    /// What somebody writes.
    pub text: String,
}

/// Every text, in the order of the files.
pub fn examples() -> Vec<Example> {
    let frames: Vec<&str> = table::lines(include_str!("../data/frames.txt")).collect();
    let mut examples = Vec::new();
    let mut line = 0;
    for file in FILES {
        let mut label = None;
        for written in table::lines(file) {
            if let Some(name) = written.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                label = Label::parse(name);
            } else if let Some(label) = label {
                let texts = texts(written);
                let framed = texts.iter().take(FRAMED_OF_A_LINE).enumerate().filter_map(|(index, text)| {
                    let frame = frames.get((line * FRAMED_OF_A_LINE + index) % frames.len().max(1))?;
                    matches!(label, Label::Cause(_)).then(|| frame.replace("{}", text))
                });
                let framed: Vec<String> = framed.collect();
                let all = framed.into_iter().chain(texts);
                examples.extend(all.map(|text| Example { label, line, text }));
                line += 1;
            }
        }
    }
    examples
}

/// The texts that a line stands for: all of a short one, else some that lie far apart.
fn texts(line: &str) -> Vec<String> {
    let parts: Vec<Vec<&str>> = line
        .split('{')
        .enumerate()
        .flat_map(|(index, part)| match part.split_once('}') {
            Some((inner, rest)) if index > 0 => vec![inner.split('|').collect(), vec![rest]],
            _ => vec![vec![part]],
        })
        .collect();
    let all: usize = parts.iter().map(Vec::len).product();
    strides(all).take(MOST_OF_A_LINE).map(|number| one_of(&parts, number)).collect()
}

/// One text of a line: each number below the product of the alternatives names another.
fn one_of(parts: &[Vec<&str>], number: usize) -> String {
    let mut left = number;
    let mut text = String::new();
    for part in parts {
        if let Some(chosen) = part.get(left % part.len().max(1)) {
            text.push_str(chosen);
        }
        left /= part.len().max(1);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn alternatives_become_texts() {
        assert_eq!(texts("plain"), ["plain"]);
        assert_eq!(texts("{a|b} c"), ["a c", "b c"]);
        let many = texts("{a|b|c}{d|e|f}{g|h|i}");
        assert_eq!(many.len(), MOST_OF_A_LINE);
        assert!(many.windows(2).all(|pair| pair[0] != pair[1]), "{many:?}");
    }

    #[test]
    fn every_cause_of_the_seeds_has_forty_texts_and_every_line_a_label() {
        let mut counts: BTreeMap<Label, usize> = BTreeMap::new();
        for example in examples() {
            *counts.entry(example.label).or_default() += 1;
        }
        let causes = Cause::ALL.iter().filter(|cause| !cause.systems().is_empty());
        for label in causes.map(|cause| Label::Cause(*cause)) {
            assert!(counts.get(&label).copied().unwrap_or_default() >= 40, "{label:?}");
        }
        let scope: usize = Door::ALL.iter().filter_map(|door| counts.get(&Label::OutOfScope(*door))).sum();
        assert!(counts[&Label::Vague] >= 400 && scope >= 400, "{} vague, {scope} elsewhere", counts[&Label::Vague]);
        for name in FILES.iter().flat_map(|file| table::lines(file)).filter_map(|line| line.strip_prefix('[')) {
            assert!(name.strip_suffix(']').and_then(Label::parse).is_some(), "[{name} names nothing");
        }
    }
}
