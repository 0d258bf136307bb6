//! What a batch writes: rows by table, each row once, as one statement for many of them.
//!
//! A row that is put several times in one batch is sent as what it comes to in the end. So a table says of each
//! column what a second put does to it, and the same word makes the statement and folds the puts.

use std::collections::BTreeMap;

use super::burst::Ask;
use super::value::Value;
use crate::error::StoreError;

/// The most rows of one statement. A power of two, as all others are: so a table needs few texts, and each is
/// prepared once. The widest table stays far below the 65,535 parameters that a statement can have.
const MOST_ROWS: usize = 256;

/// What a put does to a column of a row that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Put {
    /// Part of the row's name.
    Key,
    /// Written with the row, and never again.
    Once,
    /// The last put says it.
    Last,
    /// The last put that has a value says it.
    Kept,
    /// The first put that had a value said it.
    First,
    /// Every put says the same; another's is somebody else's row, and breaks the column's NOT NULL.
    Same,
    /// A sum, which is never put but changed: see [`Sums`](super::sums::Sums).
    Sum,
}

/// Which tables are written first: what several processes may want goes early, so that whoever comes too late knows soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Turn {
    Early,
    Middle,
}

/// What becomes of a row that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// It is changed as its columns say; if none of them ever changes, it stays as it is.
    Changed,
    /// It may not be there: the books are never changed.
    Refused,
}

/// What a statement does with its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Puts them.
    Put,
    /// Adds their sums to those that are there; a row that is not there begins with its sum.
    Add,
    /// Takes their sums from those that are there.
    Take,
    /// Makes those that are not there.
    Begin,
}

/// A table, as it is written.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) turn: Turn,
    pub(crate) known: Known,
    pub(crate) columns: &'static [(&'static str, Put)],
    /// The columns by whose values rows are sent in order, so that two batches never lock them crosswise.
    pub(crate) order: &'static [usize],
}

impl Table {
    /// The statement for so many rows.
    fn sql(&self, step: Step, rows: usize) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        let row = |number: usize| {
            let first = number * names.len();
            let marks: Vec<String> = (1..=names.len()).map(|column| format!("${}", first + column)).collect();
            format!("({})", marks.join(", "))
        };
        let values: Vec<String> = (0..rows).map(row).collect();
        let insert = format!("INSERT INTO {} ({}) VALUES {}", self.name, names.join(", "), values.join(", "));
        if step == Step::Put && self.known == Known::Refused {
            return insert;
        }
        let changes = if step == Step::Begin { String::new() } else { self.changes(step) };
        if changes.is_empty() {
            return format!("{insert} ON CONFLICT ({}) DO NOTHING", self.keys());
        }
        format!("{insert} ON CONFLICT ({}) DO UPDATE SET {changes}", self.keys())
    }

    fn keys(&self) -> String {
        let keys = self.columns.iter().filter(|(_, put)| *put == Put::Key).map(|(name, _)| *name);
        keys.collect::<Vec<_>>().join(", ")
    }

    fn changes(&self, step: Step) -> String {
        let table = self.name;
        // A sum that does not fit becomes NULL, which the server refuses with the row; its own error would name none.
        let sum = |name: &str| match step {
            Step::Take => format!(
                "{name} = CASE WHEN {table}.{name} >= -9223372036854775807 - 1 + excluded.{name} \
                 THEN {table}.{name} - excluded.{name} END"
            ),
            Step::Put | Step::Add | Step::Begin => format!(
                "{name} = CASE WHEN {table}.{name} <= 9223372036854775807 - excluded.{name} \
                 THEN {table}.{name} + excluded.{name} END"
            ),
        };
        let changes = self.columns.iter().filter_map(|(name, put)| match put {
            Put::Key | Put::Once => None,
            Put::Sum => Some(sum(name)),
            Put::Last => Some(format!("{name} = excluded.{name}")),
            Put::Kept => Some(format!("{name} = coalesce(excluded.{name}, {table}.{name})")),
            Put::First => Some(format!("{name} = coalesce({table}.{name}, excluded.{name})")),
            Put::Same => Some(format!("{name} = CASE WHEN {table}.{name} = excluded.{name} THEN excluded.{name} END")),
        });
        changes.collect::<Vec<_>>().join(", ")
    }

    /// The statements for these rows, in their order.
    pub(crate) fn asks(&self, step: Step, mut rows: impl ExactSizeIterator<Item = Vec<Value>>, asks: &mut Vec<Ask>) {
        while rows.len() > 0 {
            let several = most_at_once(rows.len());
            asks.push(Ask::new(self.sql(step, several), rows.by_ref().take(several).flatten().collect()));
        }
    }

    /// A second put of a row that this batch has put already.
    fn fold(&self, row: &mut [Value], again: Vec<Value>) -> Result<(), StoreError> {
        if self.known == Known::Refused {
            return Err(StoreError::Refused(format!("a row of {} is written twice", self.name)));
        }
        for ((value, next), (_, put)) in row.iter_mut().zip(again).zip(self.columns) {
            match put {
                Put::Same if *value != next => return Err(StoreError::Claimed),
                Put::Key | Put::Once | Put::Same | Put::Sum => {}
                Put::Last => *value = next,
                Put::Kept if next.is_null() => {}
                Put::Kept => *value = next,
                Put::First if value.is_null() => *value = next,
                Put::First => {}
            }
        }
        Ok(())
    }
}

/// Rows of several tables.
#[derive(Default)]
pub(crate) struct Rows {
    tables: BTreeMap<(Turn, &'static str), TableRows>,
}

struct TableRows {
    table: &'static Table,
    rows: BTreeMap<Vec<Value>, Vec<Value>>,
}

impl Rows {
    /// Puts a row: a value for each of the table's columns.
    ///
    /// # Errors
    /// [`StoreError`] if this batch has put the row already, and may not put it again like that.
    pub(crate) fn put(&mut self, table: &'static Table, row: Vec<Value>) -> Result<(), StoreError> {
        debug_assert_eq!(row.len(), table.columns.len(), "{} has other columns", table.name);
        let rows = &mut self.entry(table).rows;
        let place: Vec<Value> = table.order.iter().filter_map(|column| row.get(*column).cloned()).collect();
        match rows.get_mut(&place) {
            Some(known) => table.fold(known, row),
            None => {
                rows.insert(place, row);
                Ok(())
            }
        }
    }

    /// The shard of the first row.
    pub(crate) fn shard(&self) -> Option<u8> {
        self.tables.values().flat_map(|table| table.rows.values()).flatten().find_map(Value::as_shard)
    }

    /// Forgets a row that was put, if it was.
    pub(crate) fn forget(&mut self, table: &'static Table, place: &[Value]) {
        self.entry(table).rows.remove(place);
    }

    fn entry(&mut self, table: &'static Table) -> &mut TableRows {
        self.tables.entry((table.turn, table.name)).or_insert_with(|| TableRows { table, rows: BTreeMap::new() })
    }

    /// The statements that write them, in the order of the tables' turns and of the rows.
    pub(crate) fn asks(self) -> Vec<Ask> {
        let mut asks = Vec::new();
        for TableRows { table, rows } in self.tables.into_values() {
            table.asks(Step::Put, rows.into_values(), &mut asks);
        }
        asks
    }
}

/// The largest power of two that is no more than the rest.
fn most_at_once(rest: usize) -> usize {
    MOST_ROWS.min(1 << rest.max(1).ilog2())
}

#[cfg(test)]
mod tests {
    use super::*;

    static CUPS: Table = Table {
        name: "cups",
        turn: Turn::Middle,
        known: Known::Changed,
        columns: &[
            ("shard", Put::Key),
            ("id", Put::Key),
            ("maker", Put::Once),
            ("state", Put::Last),
            ("crack", Put::Kept),
            ("gift", Put::First),
            ("owner", Put::Same),
        ],
        order: &[0, 1],
    };

    static SAUCERS: Table = Table {
        name: "saucers",
        turn: Turn::Early,
        known: Known::Refused,
        columns: &[("id", Put::Key), ("size", Put::Once)],
        order: &[0],
    };

    fn cup(id: &str, maker: &str, state: &str, crack: Option<&str>, gift: Option<&str>, owner: &str) -> Vec<Value> {
        vec![
            Value::shard(7),
            id.into(),
            maker.into(),
            state.into(),
            Value::maybe(crack),
            Value::maybe(gift),
            owner.into(),
        ]
    }

    #[test]
    fn a_statement_says_of_each_column_what_a_put_does() {
        assert_eq!(
            CUPS.sql(Step::Put, 2),
            "INSERT INTO cups (shard, id, maker, state, crack, gift, owner) VALUES ($1, $2, $3, $4, $5, $6, $7), \
             ($8, $9, $10, $11, $12, $13, $14) ON CONFLICT (shard, id) DO UPDATE SET state = excluded.state, \
             crack = coalesce(excluded.crack, cups.crack), gift = coalesce(cups.gift, excluded.gift), \
             owner = CASE WHEN cups.owner = excluded.owner THEN excluded.owner END"
        );
        assert_eq!(SAUCERS.sql(Step::Put, 1), "INSERT INTO saucers (id, size) VALUES ($1, $2)");
    }

    /// The same as if each put had been a statement of its own.
    #[test]
    fn puts_of_one_row_come_to_one() {
        let mut row = cup("a", "w", "full", Some("small"), None, "o");
        CUPS.fold(&mut row, cup("a", "x", "empty", None, Some("b"), "o")).unwrap();
        assert!(row == cup("a", "w", "empty", Some("small"), Some("b"), "o"));
        CUPS.fold(&mut row, cup("a", "y", "gone", Some("large"), Some("c"), "o")).unwrap();
        assert!(row == cup("a", "w", "gone", Some("large"), Some("b"), "o"));
        let other = CUPS.fold(&mut row, cup("a", "w", "gone", None, None, "p"));
        assert!(matches!(other, Err(StoreError::Claimed)), "{other:?}");
        let mut saucer = vec!["a".into(), "9".into()];
        let twice = SAUCERS.fold(&mut saucer, vec!["a".into(), "9".into()]);
        assert!(matches!(twice, Err(StoreError::Refused(_))), "{twice:?}");
    }

    #[test]
    fn rows_are_sent_in_order_by_powers_of_two() {
        let mut rows = Rows::default();
        for number in (0..300).rev() {
            rows.put(&CUPS, cup(&format!("{number:03}"), "", "", None, None, "")).unwrap();
        }
        rows.put(&SAUCERS, vec!["a".into(), "9".into()]).unwrap();
        rows.put(&SAUCERS, vec!["b".into(), "9".into()]).unwrap();
        rows.forget(&SAUCERS, &["b".into()]);
        let asks = rows.asks();
        assert_eq!(asks.len(), 5, "one saucer; 256, 32, 8 and 4 cups");
        assert_eq!([1, 2, 3, 255, 256, 257, 10_000].map(most_at_once), [1, 2, 2, 128, 256, 256, 256]);
    }
}
