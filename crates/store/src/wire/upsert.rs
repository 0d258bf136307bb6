//! What a batch writes: rows by table, each row once, as one statement for many of them.
//!
//! A row that is put several times in one batch is sent as what it comes to in the end. So a table says of each
//! column what a second put does to it, and the same word makes the statement and folds the puts.
//!
//! Rows travel as columns: an array for each, one value for a column that is the same in all of them, and nothing for one that
//! holds nothing. The server evaluates a statement's parameters once, and not for each row.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::burst::Ask;
use super::value::{Column, Row, Value};
use crate::error::StoreError;

/// The most rows of one statement with their values in it. A power of two, as all others are: so a table needs few texts. The
/// widest table stays far below the 65,535 parameters that a statement can have.
const MOST_ROWS: usize = 256;

/// How rows travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// As an array for each column; many new ones by `COPY`.
    Columns,
    /// Value by value. A cluster's coordinator reads them in the statement and sends each row to where it lives; from arrays
    /// it would insert them all through itself.
    Values,
}

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

/// From how many rows on new ones are copied, which costs a round trip more and each row less; and from how many on a column that is the
/// same in all rows of another statement is sent once. Which columns are differs from batch to batch; among few rows it would differ
/// so often that many texts had to be prepared.
const MANY_ROWS: usize = 16;

/// How a column of rows is sent, with its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sent {
    /// It holds nothing in any of them.
    Nothing,
    /// One value for all.
    Once(&'static str),
    /// An array.
    Each(&'static str),
}

impl Sent {
    fn of(rows: &[Row], place: usize) -> Self {
        let values = || rows.iter().filter_map(|row| row.get(place));
        let Some(value) = values().find(|value| !value.is_null()) else { return Self::Nothing };
        if rows.len() >= MANY_ROWS && values().all(|other| other == value) {
            Self::Once(value.kind())
        } else {
            Self::Each(value.kind())
        }
    }
}

/// What a statement does with its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Puts them.
    Put,
    /// Writes them for the first time.
    Insert,
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
    /// The statement for so many rows, each value a parameter.
    fn sql_of_values(&self, step: Step, rows: usize) -> String {
        let columns = self.columns.len();
        let row = |number: usize| {
            let marks: Vec<String> = (1..=columns).map(|column| format!("${}", number * columns + column)).collect();
            format!("({})", marks.join(", "))
        };
        let values: Vec<String> = (0..rows).map(row).collect();
        self.sql(step, &format!("VALUES {}", values.join(", ")))
    }

    /// The statement for rows that come column by column.
    fn sql_of_columns(&self, step: Step, columns: &[Sent]) -> String {
        let (mut arrays, mut names, mut chosen) = (Vec::new(), Vec::new(), Vec::new());
        let mut param = 0;
        for (sent, (name, _)) in columns.iter().zip(self.columns) {
            match sent {
                Sent::Nothing => {
                    chosen.push("NULL".to_owned());
                    continue;
                }
                Sent::Once(kind) => chosen.push(format!("${}::{kind}", param + 1)),
                Sent::Each(kind) => {
                    arrays.push(format!("${}::{kind}[]", param + 1));
                    names.push(*name);
                    chosen.push((*name).to_owned());
                }
            }
            param += 1;
        }
        let (arrays, names, chosen) = (arrays.join(", "), names.join(", "), chosen.join(", "));
        self.sql(step, &format!("SELECT {chosen} FROM unnest({arrays}) AS put ({names})"))
    }

    /// The statement that writes what `rows` says.
    fn sql(&self, step: Step, rows: &str) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        let insert = format!("INSERT INTO {} ({}) {rows}", self.name, names.join(", "));
        if self.only_inserts(step) {
            return insert;
        }
        let changes = if step == Step::Begin { String::new() } else { self.changes(step) };
        if changes.is_empty() {
            return format!("{insert} ON CONFLICT ({}) DO NOTHING", self.keys());
        }
        format!("{insert} ON CONFLICT ({}) DO UPDATE SET {changes}", self.keys())
    }

    /// Whether a step writes rows that may not be there.
    fn only_inserts(&self, step: Step) -> bool {
        step == Step::Insert || (step == Step::Put && self.known == Known::Refused)
    }

    fn ask_of_copy(&self, rows: &[Row]) -> Ask {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        Ask::copy(format!("COPY {} ({}) FROM STDIN WITH (FORMAT binary)", self.name, names.join(", ")), rows)
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
            Step::Put | Step::Insert | Step::Add | Step::Begin => format!(
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
    pub(crate) fn asks(&self, form: Form, step: Step, rows: Vec<Row>, asks: &mut Vec<Ask>) {
        match form {
            Form::Columns if rows.is_empty() => {}
            Form::Columns if rows.len() >= MANY_ROWS && self.only_inserts(step) => asks.push(self.ask_of_copy(&rows)),
            Form::Columns if !rows.iter().flatten().any(|value| matches!(value, Value::List(_))) => {
                asks.push(self.ask_of_columns(step, rows.into()));
            }
            // An array of arrays would come apart.
            Form::Columns | Form::Values => {
                let mut rows = rows.into_iter();
                while rows.len() > 0 {
                    let several = most_at_once(rows.len());
                    let values = rows.by_ref().take(several).flatten().collect();
                    asks.push(Ask::new(self.sql_of_values(step, several), values));
                }
            }
        }
    }

    fn ask_of_columns(&self, step: Step, rows: Arc<[Row]>) -> Ask {
        let columns: Vec<_> = (0..self.columns.len()).map(|place| Sent::of(&rows, place)).collect();
        let mut ask = Ask::new(self.sql_of_columns(step, &columns), Vec::new());
        for (place, sent) in columns.iter().enumerate() {
            ask = match (sent, rows.first().and_then(|row| row.get(place))) {
                (Sent::Once(_), Some(value)) => ask.with(value.clone()),
                (Sent::Each(_), _) => ask.with_column(Column { rows: rows.clone(), place }),
                (Sent::Nothing | Sent::Once(_), _) => ask,
            };
        }
        ask
    }

    /// Whether two rows have the same place in the order.
    pub(crate) fn is_same(&self, one: &Row, other: &Row) -> bool {
        self.order.iter().all(|column| one.get(*column) == other.get(*column))
    }

    /// Brings rows into the table's order; rows with the same place stay in theirs.
    pub(crate) fn sort<T>(&self, rows: &mut [T], row: impl Fn(&T) -> &Row) {
        rows.sort_by(|one, other| {
            let mut places = self.order.iter().map(|column| row(one).get(*column).cmp(&row(other).get(*column)));
            places.find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
        });
    }

    /// A second put of a row that this batch has put already.
    fn fold(&self, row: &mut [Value], again: Row) -> Result<(), StoreError> {
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
    /// In the order in which they were put, each with whether the batch knows that it is not there yet.
    rows: Vec<(Row, bool)>,
}

impl Rows {
    /// Puts a row: a value for each of the table's columns.
    ///
    /// # Errors
    /// [`StoreError`] if they are not as many as the columns.
    pub(crate) fn put(&mut self, table: &'static Table, row: Row) -> Result<(), StoreError> {
        self.take(table, row, false).map(drop)
    }

    /// Puts a row that is not there yet: if it is all the same, the batch is refused. Gives its place among the table's rows.
    ///
    /// # Errors
    /// As [`Rows::put`].
    pub(crate) fn insert(&mut self, table: &'static Table, row: Row) -> Result<usize, StoreError> {
        self.take(table, row, true)
    }

    fn take(&mut self, table: &'static Table, row: Row, is_new: bool) -> Result<usize, StoreError> {
        if row.len() != table.columns.len() {
            return Err(StoreError::Refused(format!("a row of {} has {} columns", table.name, row.len())));
        }
        let rows = &mut self.entry(table).rows;
        rows.push((row, is_new));
        Ok(rows.len() - 1)
    }

    /// Fills columns of a row that was put as new, from one on; nothing if they are filled already, or there is no such row.
    pub(crate) fn fill(&mut self, table: &'static Table, row: usize, from: usize, values: Vec<Value>) -> bool {
        let Some((row, _)) = self.entry(table).rows.get_mut(row) else { return false };
        let Some(empty) = row.get_mut(from..from + values.len()).filter(|cells| cells.iter().all(Value::is_null))
        else {
            return false;
        };
        empty.iter_mut().zip(values).for_each(|(cell, value)| *cell = value);
        true
    }

    /// The shard of the first row.
    pub(crate) fn shard(&self) -> Option<u8> {
        self.tables.values().flat_map(|table| &table.rows).flat_map(|(row, _)| row).find_map(Value::as_shard)
    }

    /// Forgets a row that was put, if it was.
    pub(crate) fn forget(&mut self, table: &'static Table, place: &[Value]) {
        let is_meant = |row: &Row| table.order.iter().zip(place).all(|(column, value)| row.get(*column) == Some(value));
        self.entry(table).rows.retain(|(row, _)| !is_meant(row));
    }

    fn entry(&mut self, table: &'static Table) -> &mut TableRows {
        self.tables.entry((table.turn, table.name)).or_insert_with(|| TableRows { table, rows: Vec::new() })
    }

    /// The statements that write them, in the order of the tables' turns and of the rows.
    ///
    /// # Errors
    /// [`StoreError`] if a row was put twice, and may not be put again like that.
    pub(crate) fn asks(self, form: Form) -> Result<Vec<Ask>, StoreError> {
        let mut asks = Vec::new();
        for TableRows { table, mut rows } in self.tables.into_values() {
            table.sort(&mut rows, |(row, _)| row);
            let mut folded: Vec<(Row, bool)> = Vec::with_capacity(rows.len());
            for (row, is_new) in rows {
                match folded.last_mut() {
                    // What a batch has put as new it may put again as known.
                    Some((before, _)) if table.is_same(before, &row) => table.fold(before, row)?,
                    _ => folded.push((row, is_new)),
                }
            }
            let (new, known): (Vec<_>, Vec<_>) = folded.into_iter().partition(|(_, is_new)| *is_new);
            let [known, new] = [known, new].map(|rows| rows.into_iter().map(|(row, _)| row).collect());
            table.asks(form, Step::Put, known, &mut asks);
            table.asks(form, Step::Insert, new, &mut asks);
        }
        Ok(asks)
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

    fn cup(id: &str, maker: &str, state: &str, crack: Option<&str>, gift: Option<&str>, owner: &str) -> Row {
        let text = |text: &str| Value::from(text.to_owned());
        vec![
            Value::shard(7),
            text(id),
            text(maker),
            text(state),
            Value::maybe(crack.map(text)),
            Value::maybe(gift.map(text)),
            text(owner),
        ]
    }

    #[test]
    fn a_statement_says_of_each_column_what_a_put_does() {
        assert_eq!(
            CUPS.sql_of_values(Step::Put, 2),
            "INSERT INTO cups (shard, id, maker, state, crack, gift, owner) VALUES ($1, $2, $3, $4, $5, $6, $7), \
             ($8, $9, $10, $11, $12, $13, $14) ON CONFLICT (shard, id) DO UPDATE SET state = excluded.state, \
             crack = coalesce(excluded.crack, cups.crack), gift = coalesce(cups.gift, excluded.gift), \
             owner = CASE WHEN cups.owner = excluded.owner THEN excluded.owner END"
        );
        assert_eq!(SAUCERS.sql_of_values(Step::Put, 1), "INSERT INTO saucers (id, size) VALUES ($1, $2)");
        assert_eq!(
            SAUCERS.sql_of_columns(Step::Put, &[Sent::Each("text"), Sent::Each("bigint")]),
            "INSERT INTO saucers (id, size) SELECT id, size FROM unnest($1::text[], $2::bigint[]) AS put (id, size)"
        );
        assert_eq!(
            SAUCERS.sql_of_columns(Step::Insert, &[Sent::Nothing, Sent::Each("text")]),
            "INSERT INTO saucers (id, size) SELECT NULL, size FROM unnest($1::text[]) AS put (size)"
        );
        assert_eq!(
            SAUCERS.sql_of_columns(Step::Insert, &[Sent::Once("text"), Sent::Each("text")]),
            "INSERT INTO saucers (id, size) SELECT $1::text, size FROM unnest($2::text[]) AS put (size)"
        );
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
        let mut saucer: Row = vec!["a".into(), "9".into()];
        let twice = SAUCERS.fold(&mut saucer, vec!["a".into(), "9".into()]);
        assert!(matches!(twice, Err(StoreError::Refused(_))), "{twice:?}");
    }

    #[test]
    fn what_is_the_same_in_many_rows_is_sent_once() {
        let rows = |count: usize| -> Vec<Row> {
            (0..count)
                .map(|number| {
                    vec![Value::place(number), "w".into(), Value::NULL, Value::maybe((number > 0).then_some("x"))]
                })
                .collect()
        };
        let sent = |rows: Vec<Row>| (0..4).map(|place| Sent::of(&rows, place)).collect::<Vec<_>>();
        let few = [Sent::Each("integer"), Sent::Each("text"), Sent::Nothing, Sent::Each("text")];
        assert_eq!(sent(rows(MANY_ROWS - 1)), few);
        assert_eq!(sent(rows(MANY_ROWS)), [few[0], Sent::Once("text"), few[2], few[3]]);
    }

    fn cups(count: usize) -> Rows {
        let mut rows = Rows::default();
        for number in (0..count).rev() {
            rows.put(&CUPS, cup(&format!("{number:03}"), "", "", None, None, "")).unwrap();
        }
        rows
    }

    #[test]
    fn rows_are_sent_in_order_by_columns_or_by_powers_of_two() {
        for (form, expected) in [(Form::Columns, 1), (Form::Values, 4)] {
            let mut rows = cups(300);
            rows.put(&SAUCERS, vec!["a".into(), "9".into()]).unwrap();
            rows.put(&SAUCERS, vec!["b".into(), "9".into()]).unwrap();
            rows.forget(&SAUCERS, &["b".into()]);
            assert_eq!(rows.asks(form).unwrap().len(), 1 + expected, "one saucer; 256, 32, 8 and 4 cups");
        }
        assert_eq!([1, 2, 3, 255, 256, 257, 10_000].map(most_at_once), [1, 2, 2, 128, 256, 256, 256]);
    }

    #[test]
    fn many_new_rows_are_copied_and_arrays_are_not_put_into_arrays() {
        let inserted = |count: usize, last: &dyn Fn() -> Value| {
            let mut rows = Rows::default();
            for number in 0..count {
                rows.insert(&SAUCERS, vec![number.to_string().into(), last()]).unwrap();
            }
            let asks = rows.asks(Form::Columns).unwrap();
            asks.iter().map(|ask| (ask.is_copy(), ask.sql().to_owned())).collect::<Vec<_>>()
        };
        let copy = (true, "COPY saucers (id, size) FROM STDIN WITH (FORMAT binary)".to_owned());
        let copied = [copy];
        assert_eq!(inserted(MANY_ROWS, &|| "9".into()), copied);
        assert_eq!(inserted(MANY_ROWS, &|| Value::list(["9"])), copied);
        let few = inserted(3, &|| "9".into());
        assert!(few.len() == 1 && few[0].1.contains("unnest"), "{few:?}");
        let few = inserted(3, &|| Value::list(["9"]));
        assert!(few.len() == 2 && few.iter().all(|(is_copy, sql)| !is_copy && sql.contains("VALUES")), "{few:?}");
    }

    #[test]
    fn a_new_row_is_filled_once() {
        let mut rows = Rows::default();
        let place = rows.insert(&CUPS, cup("a", "w", "full", None, None, "o")).unwrap();
        assert!(rows.fill(&CUPS, place, 4, vec!["small".into(), "gift".into()]));
        assert!(!rows.fill(&CUPS, place, 4, vec!["large".into(), "gift".into()]), "it is taken");
        assert!(!rows.fill(&CUPS, place + 1, 4, vec!["small".into()]), "there is no such row");
        assert!(rows.tables.values().all(|table| table.rows[0].0[4] == "small".into()));
    }

    #[test]
    fn new_rows_are_inserted_after_those_that_are_known() {
        let mut rows = cups(2);
        rows.insert(&CUPS, cup("new", "", "", None, None, "")).unwrap();
        rows.put(&CUPS, cup("new", "", "full", None, None, "")).unwrap();
        assert_eq!(rows.asks(Form::Columns).unwrap().len(), 2);
        let mut rows = cups(1);
        rows.put(&CUPS, cup("000", "", "", None, None, "another")).unwrap();
        assert!(matches!(rows.asks(Form::Columns), Err(StoreError::Claimed)));
        let short = cups(0).put(&CUPS, Vec::new());
        assert!(matches!(short, Err(StoreError::Refused(_))), "{short:?}");
    }
}
