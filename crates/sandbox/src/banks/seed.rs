//! The cards that every sandbox begins with: at least one in every state.

use crate::banks::bank::Bin;
use crate::banks::card::{CardState, Holder, Wanted};
use crate::money::Fen;
use crate::people;

const CARDS: &str = include_str!("../../data/cards.tsv");
const BALANCE: Fen = Fen::new(10_000_000);

/// Each card with the state that it is in; rows of an unknown BIN or person are left out, which a test forbids.
pub(crate) fn cards(bins: &[Bin]) -> Vec<(Wanted, CardState)> {
    let people = people::seeded();
    let row = |line: &str| {
        let mut columns = line.split('\t');
        let (bin, person, state) = (columns.next()?, columns.next()?, columns.next()?);
        let bin = bins.iter().find(|known| known.bin == bin)?;
        let person = people.get(person.parse::<usize>().ok()?)?;
        let holder = Holder {
            name: person.name.clone(),
            certificate_number: person.certificate_number.clone(),
            phone: person.phones.first()?.clone(),
        };
        let wanted = Wanted {
            bin: Some(bin.bin.to_owned()),
            bank: None,
            kind: None,
            holder,
            expired: None,
            cvn2: None,
            balance: BALANCE,
            state: CardState::Normal,
        };
        Some((wanted, CardState::named(state)?))
    };
    CARDS.lines().skip(1).filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::banks::bank::bins;
    use crate::banks::card::STATES;

    #[test]
    fn there_is_a_card_in_every_state() {
        let cards = cards(&bins());
        assert_eq!(cards.len(), CARDS.lines().count() - 1);
        for (name, state) in STATES {
            assert!(cards.iter().any(|(_, of)| *of == state), "{name}");
        }
    }
}
