//! Banks, and which of them issued a card: by the first digits of its number (BIN) and its length.
//!
//! The table is `data/bins.tsv`. A number whose beginning stands in no row belongs to no bank that we know, and
//! nobody is asked about it.

use std::sync::LazyLock;

use crate::card::CardKind;

macro_rules! banks {
    ($( $(#[$doc:meta])* $variant:ident = $id:literal; )*) => {
        /// A bank that issues cards. The list is closed: each bank has its name in every language.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Bank { $( $(#[$doc])* $variant, )* }

        impl Bank {
            /// Every bank.
            pub const ALL: &'static [Bank] = &[$( Bank::$variant, )*];

            /// The id that the API, the store and the configuration use.
            pub fn id(self) -> &'static str {
                match self { $( Self::$variant => $id, )* }
            }
        }
    };
}

banks! {
    /// Industrial and Commercial Bank of China.
    Icbc = "icbc";
    /// Agricultural Bank of China.
    Abc = "abc";
    /// Bank of China.
    Boc = "boc";
    /// China Construction Bank.
    Ccb = "ccb";
    /// Bank of Communications.
    Bocom = "bocom";
    /// Postal Savings Bank of China.
    Psbc = "psbc";
    /// China Merchants Bank.
    Cmb = "cmb";
    /// China CITIC Bank.
    Citic = "citic";
    /// China Everbright Bank.
    Ceb = "ceb";
    /// Hua Xia Bank.
    Hxb = "hxb";
    /// China Minsheng Bank.
    Cmbc = "cmbc";
    /// China Guangfa Bank.
    Cgb = "cgb";
    /// Ping An Bank.
    Pab = "pab";
    /// Industrial Bank.
    Cib = "cib";
    /// Shanghai Pudong Development Bank.
    Spdb = "spdb";
}

impl Bank {
    /// The bank of an id.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|bank| bank.id() == id)
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

fn row(line: &'static str) -> Option<BinRow> {
    let mut cells = line.split('\t');
    let (bin, digits) = (cells.next()?, cells.next()?.parse().ok()?);
    Some(BinRow { bin, digits, bank: Bank::parse(cells.next()?)?, kind: CardKind::parse(cells.next()?)? })
}

/// Every row of the table.
pub fn bins() -> &'static [BinRow] {
    &ROWS
}

/// The row of a card number: the longest beginning that fits.
pub fn bin_of(number: &str) -> Option<BinRow> {
    let fits = |row: &&BinRow| row.digits == number.len() && number.starts_with(row.bin);
    ROWS.iter().filter(fits).max_by_key(|row| row.bin.len()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_a_row_and_none_stands_twice() {
        let lines = include_str!("../data/bins.tsv").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(ROWS.len(), lines);
        for (index, row) in ROWS.iter().enumerate() {
            assert!(row.bin.len() >= 6 && row.bin.bytes().all(|byte| byte.is_ascii_digit()), "{row:?}");
            assert!((16..=19).contains(&row.digits), "{row:?}");
            assert!(!ROWS[..index].iter().any(|other| (other.bin, other.digits) == (row.bin, row.digits)), "{row:?}");
        }
    }

    #[test]
    fn a_number_finds_its_bank_by_its_beginning_and_its_length() {
        let found = |number| bin_of(number).map(|row| (row.bank, row.kind));
        assert_eq!(found("6222020200012345670"), Some((Bank::Icbc, CardKind::Debit)));
        assert_eq!(found("622202020001234567"), None, "no card of that bank has 18 digits");
        assert_eq!(found("9999990200012345678"), None);
    }
}
