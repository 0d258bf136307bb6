//! Banks, and which of them issued a card: by the first digits of its number (BIN) and its length.
//!
//! The table is `data/bins.tsv`; the operator's policy says which of its banks are bound. A number whose beginning stands in no row belongs to no bank that we know, and
//! nobody is asked about it.

use std::sync::LazyLock;

use crate::card::CardKind;

/// A bank that issues cards, by the id that the tables give it. Its names are words, and stand in `tantu-explain`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bank(&'static str);

impl Bank {
    /// The id that the API, the store and the configuration use.
    pub fn id(self) -> &'static str {
        self.0
    }

    /// The bank of an id, if a row of a table names it.
    pub fn parse(id: &str) -> Option<Self> {
        bins().iter().chain(sandbox_bins()).map(|row| row.bank).find(|bank| bank.0 == id)
    }
}

/// One row of the table: numbers of this length that begin so are this bank's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BinRow {
    /// The first digits.
    pub bin: &'static str,
    /// How many digits the whole number has.
    pub digits: usize,
    /// Whose.
    pub bank: Bank,
    /// Debit or credit.
    pub kind: CardKind,
}

static ROWS: LazyLock<Vec<BinRow>> =
    LazyLock::new(|| include_str!("../data/bins.tsv").lines().filter_map(row).collect());

static SANDBOX_ROWS: LazyLock<Vec<BinRow>> =
    LazyLock::new(|| include_str!("../data/sandbox_bins.tsv").lines().filter_map(row).collect());

fn row(line: &'static str) -> Option<BinRow> {
    let mut cells = line.split('\t');
    let (bin, digits) = (cells.next()?, cells.next()?.parse().ok()?);
    Some(BinRow { bin, digits, bank: Bank(cells.next()?), kind: CardKind::parse(cells.next()?)? })
}

/// Every row of the table.
pub fn bins() -> &'static [BinRow] {
    &ROWS
}

/// The rows of the sandbox's banks, which there are nowhere else. They count only for a server that is pointed at one.
pub fn sandbox_bins() -> &'static [BinRow] {
    &SANDBOX_ROWS
}

/// The row of a card number: the longest beginning that fits.
pub fn bin_of(rows: &[BinRow], number: &str) -> Option<BinRow> {
    let fits = |row: &&BinRow| row.digits == number.len() && number.starts_with(row.bin);
    rows.iter().filter(fits).max_by_key(|row| row.bin.len()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_tables_is_a_row_and_none_stands_twice() {
        let lines = [include_str!("../data/bins.tsv"), include_str!("../data/sandbox_bins.tsv")];
        let lines: usize = lines.iter().map(|text| text.lines().count()).sum();
        let rows: Vec<BinRow> = bins().iter().chain(sandbox_bins()).copied().collect();
        assert_eq!(rows.len(), lines);
        for (index, row) in rows.iter().enumerate() {
            assert!(row.bin.len() >= 6 && row.bin.bytes().all(|byte| byte.is_ascii_digit()), "{row:?}");
            assert!((16..=19).contains(&row.digits), "{row:?}");
            assert!(!rows[..index].iter().any(|other| (other.bin, other.digits) == (row.bin, row.digits)), "{row:?}");
            assert_eq!(Bank::parse(row.bank.id()), Some(row.bank));
        }
        assert_eq!(Bank::parse("nobody"), None);
    }

    #[test]
    fn a_number_finds_its_bank_by_its_beginning_and_its_length() {
        let found = |number| bin_of(bins(), number).map(|row| (row.bank.id(), row.kind));
        assert_eq!(found("6222020200012345670"), Some(("icbc", CardKind::Debit)));
        assert_eq!(found("622202020001234567"), None, "no card of that bank has 18 digits");
        assert_eq!(found("9999990200012345678"), None);
        assert_eq!(found("6288010200012345678"), None, "the sandbox's banks are not among the real ones");
    }
}
