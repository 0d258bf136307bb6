//! Sums that a batch changes: each once, by what all its changes come to.
//!
//! A sum is changed by an upsert and not by an update of many rows at once: an upsert finds each row by its key, whatever a plan
//! that was made for an empty table would have chosen. What it proposes is never below nothing, because the floor is held
//! against the proposal too; so what is taken is proposed as an amount, and only from rows that are there.

use super::burst::Ask;
use super::upsert::{Form, Put, Step, Table};
use super::value::{Row, Value};
use crate::error::StoreError;

/// Changes of the sums of one table.
pub(crate) struct Sums {
    table: &'static Table,
    /// Rows, and by how much each changes.
    changes: Vec<(Row, i128)>,
}

impl Sums {
    /// No changes of this table, which has one column of [`Put::Sum`].
    pub(crate) fn of(table: &'static Table) -> Self {
        Self { table, changes: Vec::new() }
    }

    /// Changes a row's sum; in `row` stands what it is made of if it is not there, and anything for its sum.
    pub(crate) fn change(&mut self, row: Row, by: i64) {
        self.changes.push((row, i128::from(by)));
    }

    /// The shard of the first row.
    pub(crate) fn shard(&self) -> Option<u8> {
        self.changes.iter().flat_map(|(row, _)| row).find_map(Value::as_shard)
    }

    /// Each row once, in order, by what its changes come to.
    pub(crate) fn fold(&mut self) {
        self.table.sort(&mut self.changes, |(row, _)| row);
        self.changes.dedup_by(|(row, by), (first, sum)| {
            let is_same = self.table.is_same(first, row);
            *sum += if is_same { *by } else { 0 };
            is_same
        });
    }

    /// The first row that is meant, and by how much it changes; they are folded.
    pub(crate) fn find(&self, meant: impl Fn(&[Value]) -> bool) -> Option<(&[Value], i128)> {
        self.changes.iter().map(|(row, by)| (row.as_slice(), *by)).find(|(row, _)| meant(row))
    }

    /// The statements that change them, in the order of the rows; they are folded. Of the rows that `is_there` knows none is begun.
    ///
    /// # Errors
    /// What `too_wide` makes of a row that changes by more than a sum can hold.
    pub(crate) fn asks(
        &self,
        form: Form,
        is_there: impl Fn(&[Value]) -> bool,
        too_wide: impl Fn(&[Value], i128) -> StoreError,
    ) -> Result<Vec<Ask>, StoreError> {
        let (mut asks, mut begun) = (Vec::new(), Vec::new());
        // Rows that are next to each other and change in the same way share a statement. One statement for all that add and
        // one for all that take would lock rows in another order than a batch that adds where this one takes.
        let mut runs: Vec<(Step, Vec<Row>)> = Vec::new();
        for (row, by) in &self.changes {
            let amount = i64::try_from(by.unsigned_abs()).map_err(|_| too_wide(row, *by))?;
            let step = if *by < 0 { Step::Take } else { Step::Add };
            if step == Step::Take && !is_there(row) {
                begun.push(self.with(row, 0));
            }
            match runs.last_mut() {
                Some((last, run)) if *last == step => run.push(self.with(row, amount)),
                _ => runs.push((step, vec![self.with(row, amount)])),
            }
        }
        self.table.asks(form, Step::Begin, begun, &mut asks);
        for (step, run) in runs {
            self.table.asks(form, step, run, &mut asks);
        }
        Ok(asks)
    }

    fn with(&self, row: &[Value], sum: i64) -> Row {
        let with = |(value, (_, put)): (&Value, &(&str, Put))| {
            if *put == Put::Sum { Value::Big(sum) } else { value.clone() }
        };
        row.iter().zip(self.table.columns).map(with).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::upsert::{Known, Turn};

    static JARS: Table = Table {
        name: "jars",
        turn: Turn::Middle,
        known: Known::Changed,
        columns: &[("shard", Put::Key), ("id", Put::Key), ("size", Put::Once), ("coins", Put::Sum)],
        order: &[1, 0],
    };

    fn changed(changes: &[(u8, &'static str, i64)]) -> Sums {
        let mut sums = Sums::of(&JARS);
        for (shard, id, by) in changes {
            sums.change(vec![Value::shard(*shard), (*id).into(), "large".into(), Value::Big(0)], *by);
        }
        sums.fold();
        sums
    }

    fn too_wide(row: &[Value], by: i128) -> StoreError {
        StoreError::Refused(format!("{} {by}", row[1].shown()))
    }

    fn asks(sums: &Sums, form: Form) -> Result<usize, StoreError> {
        Ok(sums.asks(form, |row| row[1] == "here".into(), too_wide)?.len())
    }

    #[test]
    fn a_sum_changes_once_by_what_its_changes_come_to() {
        let sums = changed(&[(1, "a", 5), (2, "a", 1), (1, "a", -7), (1, "a", i64::MAX), (1, "a", i64::MIN)]);
        assert_eq!(sums.find(|row| row[0] == Value::shard(1)).unwrap().1, -3);
        assert_eq!(sums.find(|row| row[0] == Value::shard(2)).unwrap().1, 1);
        assert!(sums.find(|row| row[0] == Value::shard(3)).is_none());
    }

    /// Rows are locked in their order, whether they grow or fall; what falls is begun first, if it is not known to be there.
    #[test]
    fn neighbours_that_change_alike_share_a_statement() {
        let sums = changed(&[(1, "e", 1), (1, "b", -1), (2, "b", -4), (9, "a", 2), (1, "c", 0), (1, "f", -1)]);
        // Begun: b, b and f (2 + 1); then a; b and b; c and e; f.
        assert_eq!(asks(&sums, Form::Values).unwrap(), 2 + 1 + 1 + 1 + 1);
        assert_eq!(asks(&sums, Form::Columns).unwrap(), 1 + 1 + 1 + 1 + 1);
        assert_eq!(asks(&changed(&[(1, "here", -1), (2, "here", -1)]), Form::Columns).unwrap(), 1);
        assert_eq!(asks(&changed(&[]), Form::Columns).unwrap(), 0);
    }

    #[test]
    fn what_no_sum_can_hold_is_refused() {
        for by in [i64::MAX, -i64::MAX] {
            assert!(asks(&changed(&[(1, "a", by)]), Form::Columns).is_ok());
            let refused = asks(&changed(&[(1, "b", 1), (1, "a", by), (1, "a", by)]), Form::Columns).err().unwrap();
            assert!(
                matches!(&refused, StoreError::Refused(why) if *why == format!("a {}", 2 * i128::from(by))),
                "{refused}"
            );
        }
    }
}
