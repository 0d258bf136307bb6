//! The books: entries are only ever added, and what a batch enters moves each balance once.

use std::collections::BTreeMap;

use tantu_domain::ids::AccountId;
use tantu_domain::ledger::{LedgerAccount, Transaction};
use tantu_domain::money::Money;
use tokio_postgres::Row;
use tokio_postgres::error::DbError;

use super::cell::{Cells, time};
use crate::error::StoreError;
use crate::wire::burst::Ask;
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

static TRANSACTIONS: Table = Table {
    name: "ledger_transactions",
    turn: Turn::Middle,
    known: Known::Refused,
    columns: &[("shard", Put::Key), ("id", Put::Key), ("purpose", Put::Once), ("payment", Put::Once), ("at", Put::Once)],
    order: &[0, 1],
};

static ENTRIES: Table = Table {
    name: "ledger_entries",
    turn: Turn::Middle,
    known: Known::Refused,
    columns: &[
        ("shard", Put::Key),
        ("ledger_transaction", Put::Key),
        ("number", Put::Key),
        ("ledger_account", Put::Once),
        ("side", Put::Once),
        ("amount", Put::Once),
        ("currency", Put::Once),
    ],
    order: &[0, 1, 2],
};

/// The table's name, by which the server says that a balance would pass its floor or its width.
pub(super) const BALANCES_NAME: &str = "balances";

// A balance begins at nothing. Not an upsert of the whole: that would hold the floor against the change alone,
// before it is added to what is there.
static BALANCES: Table = Table {
    name: BALANCES_NAME,
    turn: Turn::Late,
    known: Known::Left,
    columns: &[
        ("shard", Put::Key),
        ("ledger_account", Put::Key),
        ("currency", Put::Key),
        ("normal_side", Put::Once),
        ("has_floor", Put::Once),
        ("balance", Put::Once),
    ],
    order: &[0, 1, 2],
};

/// By how much a batch moves each balance: by shard, ledger account and currency.
#[derive(Default)]
pub(super) struct Moves(BTreeMap<u8, BTreeMap<(String, &'static str), i128>>);

impl Moves {
    pub(super) fn post(&mut self, rows: &mut Rows, transaction: &Transaction) -> Result<(), StoreError> {
        let (id, shard) = (transaction.id().to_string(), transaction.id().shard().number());
        rows.put(
            &TRANSACTIONS,
            vec![
                Value::shard(shard),
                id.as_str().into(),
                transaction.purpose().id().into(),
                Value::maybe(transaction.payment().map(|payment| payment.to_string())),
                time(transaction.at()),
            ],
        )?;
        for (number, entry) in transaction.entries().iter().enumerate() {
            let (account, currency) = (entry.account.to_string(), entry.amount.currency().code());
            rows.put(
                &ENTRIES,
                vec![
                    Value::shard(shard),
                    id.as_str().into(),
                    Value::place(number),
                    account.as_str().into(),
                    entry.side.id().into(),
                    Value::Big(entry.amount.minor()),
                    currency.into(),
                ],
            )?;
            rows.put(
                &BALANCES,
                vec![
                    Value::shard(shard),
                    account.as_str().into(),
                    currency.into(),
                    entry.account.normal_side().id().into(),
                    Value::Flag(entry.account.has_floor()),
                    Value::Big(0),
                ],
            )?;
            *self.0.entry(shard).or_default().entry((account, currency)).or_default() +=
                i128::from(entry.effect().minor());
        }
        Ok(())
    }

    /// The statements, which go behind those that begin the balances.
    pub(super) fn asks(&self) -> Result<Vec<Ask>, StoreError> {
        self.0.iter().map(|(shard, moves)| ask_move(*shard, moves)).collect()
    }

    /// What the server says of a balance that it did not move, in words that name it: its row is in the details.
    pub(super) fn not_moved(&self, told: &DbError) -> StoreError {
        let details = told.detail().unwrap_or_default();
        let accounts = self.0.values().flatten().map(|((account, _), effect)| (account, effect));
        let mut named = accounts.filter(|(account, _)| details.contains(&format!(", {account}, ")));
        match named.next() {
            Some((account, effect)) => StoreError::Refused(refusal(account, *effect)),
            None => StoreError::Refused(crate::wire::said(told)),
        }
    }
}

fn refusal(account: &str, effect: i128) -> String {
    format!("{account} cannot be moved by {effect}: it would pass its floor or its width")
}

/// A sum that does not fit becomes NULL, which the server refuses with the row; its own error would name none.
fn ask_move(shard: u8, moves: &BTreeMap<(String, &'static str), i128>) -> Result<Ask, StoreError> {
    let (mut accounts, mut currencies, mut effects) = (Vec::new(), Vec::new(), Vec::new());
    for ((account, currency), effect) in moves {
        effects.push(i64::try_from(*effect).map_err(|_| StoreError::Refused(refusal(account, *effect)))?);
        accounts.push(account);
        currencies.push(currency);
    }
    Ok(Ask::new(
        "UPDATE balances SET balance = CASE
         WHEN moved.effect >= 0 AND balance <= 9223372036854775807 - moved.effect THEN balance + moved.effect
         WHEN moved.effect < 0 AND balance >= -9223372036854775807 - 1 - moved.effect THEN balance + moved.effect END
         FROM unnest($2::text[], $3::text[], $4::bigint[]) AS moved (ledger_account, currency, effect)
         WHERE balances.shard = $1 AND balances.ledger_account = moved.ledger_account AND balances.currency = moved.currency",
        vec![Value::shard(shard), Value::texts(accounts), Value::texts(currencies), Value::Bigs(effects)],
    ))
}

/// What the customers of one shard have: what they can spend and what is held.
pub(super) fn ask_sums(shard: u8, accounts: &[AccountId]) -> Ask {
    let sums = |id: &AccountId| [LedgerAccount::Customer(*id), LedgerAccount::CustomerHeld(*id)];
    Ask::new(
        "SELECT * FROM balances WHERE shard = $1 AND ledger_account = ANY($2) AND currency = 'CNY'",
        vec![Value::shard(shard), Value::texts(accounts.iter().flat_map(sums))],
    )
}

/// A ledger account's name with its balance.
pub(super) fn read_sum(row: &Row) -> Result<(String, Money), StoreError> {
    let cells = Cells::of(BALANCES_NAME, row);
    Ok((cells.text("ledger_account")?, cells.money("balance")?))
}
