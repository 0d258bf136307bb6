//! A mix: how common each trouble is. It stands in a data file with the source of each figure, or the word that it is assumed.

use std::collections::BTreeMap;

const MIXES: &str = include_str!("../data/mix.tsv");

/// The facts that a mix must state.
const FACTS: [&str; 21] = [
    "funds_always",
    "funds_after_payday",
    "funds_any_day",
    "any_day_chance",
    "days_with_funds",
    "payday_told",
    "second_instrument",
    "card_expired",
    "expiry_known",
    "mandate_ended",
    "limit_per_transaction",
    "limit_told",
    "limit_daily",
    "card_abnormal",
    "binding_stale",
    "account_frozen",
    "risk_block",
    "auto_repay_off",
    "outage_day",
    "answer_lost",
    "acts_on_notice",
];

/// Why a mix cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MixError {
    /// A line that is not four columns with a number in the third.
    Unreadable(usize),
    /// A mix that leaves something out.
    Missing(String, &'static str),
}

impl std::fmt::Display for MixError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreadable(line) => write!(f, "line {line} of the mixes is not a mix, a fact, a number and a source"),
            Self::Missing(mix, fact) => write!(f, "the mix {mix} does not state {fact}"),
        }
    }
}

impl std::error::Error for MixError {}

/// How common each trouble is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mix {
    /// Its name.
    pub name: String,
    facts: BTreeMap<String, u64>,
}

impl Mix {
    /// Every mix of the data file, in its order.
    ///
    /// # Errors
    /// [`MixError`] if the file cannot be read.
    pub fn all() -> Result<Vec<Self>, MixError> {
        Self::parse(MIXES)
    }

    fn parse(text: &str) -> Result<Vec<Self>, MixError> {
        let mut mixes: Vec<Self> = Vec::new();
        let lines = text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        for (index, line) in lines {
            let columns: Vec<&str> = line.split('\t').collect();
            let [name, fact, figure, source] = columns.as_slice() else { return Err(MixError::Unreadable(index + 1)) };
            let figure = figure.parse().map_err(|_| MixError::Unreadable(index + 1))?;
            if source.is_empty() {
                return Err(MixError::Unreadable(index + 1));
            }
            if mixes.last().is_none_or(|mix| mix.name != *name) {
                mixes.push(Self { name: (*name).to_owned(), facts: BTreeMap::new() });
            }
            if let Some(mix) = mixes.last_mut() {
                mix.facts.insert((*fact).to_owned(), figure);
            }
        }
        for mix in &mixes {
            if let Some(fact) = FACTS.iter().find(|fact| !mix.facts.contains_key(**fact)) {
                return Err(MixError::Missing(mix.name.clone(), fact));
            }
        }
        Ok(mixes)
    }

    pub(crate) fn figure(&self, fact: &str) -> u64 {
        self.facts.get(fact).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mix_states_every_fact_and_funds_are_a_whole() {
        for mix in Mix::all().unwrap() {
            let funds = ["funds_always", "funds_after_payday", "funds_any_day"].map(|fact| mix.figure(fact));
            assert_eq!(funds.iter().sum::<u64>(), 1_000, "{}", mix.name);
        }
    }

    #[test]
    fn a_figure_without_a_source_is_refused() {
        assert_eq!(Mix::parse("usual\tfunds_always\t780\t"), Err(MixError::Unreadable(1)));
        assert_eq!(
            Mix::parse("usual\tfunds_always\t780\tassumed"),
            Err(MixError::Missing("usual".into(), "funds_after_payday"))
        );
    }
}
