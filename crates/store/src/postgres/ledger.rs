//! The books: entries are only ever added, and a balance moves once in a batch, by what its entries come to.

use std::collections::HashSet;

use tantu_domain::ids::Shard;
use tantu_domain::ledger::{LedgerAccount, Side, Transaction};
use tantu_domain::money::{Currency, Money};
use tokio_postgres::Row;
use tokio_postgres::error::DbError;

use super::cell::{Cells, time};
use crate::error::StoreError;
use crate::row::Columns;
use crate::wire::burst::{Ask, look_up};
use crate::wire::sums::Sums;
use crate::wire::upsert::{Form, Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

static TRANSACTIONS: Table = Table {
    name: "ledger_transactions",
    turn: Turn::Middle,
    known: Known::Refused,
    columns: &[
        ("shard", Put::Key),
        ("id", Put::Key),
        ("purpose", Put::Once),
        ("payment", Put::Once),
        ("at", Put::Once),
        ("accounts", Put::Once),
        ("debits", Put::Once),
        ("currency", Put::Once),
    ],
    order: &[0, 1],
};

/// The table's name, by which the server says that a balance would pass its floor or its width.
pub(super) const BALANCES_NAME: &str = "balances";

// In the order of the ledger accounts' names: so the customers, whose balances fall, stand together, and the merchants', which rise.
static BALANCES: Table = Table {
    name: BALANCES_NAME,
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("ledger_account", Put::Key),
        ("currency", Put::Key),
        ("normal_side", Put::Once),
        ("has_floor", Put::Once),
        ("balance", Put::Sum),
    ],
    order: &[1, 2, 0],
};

/// By how much a batch moves each balance.
pub(super) fn moves() -> Sums {
    Sums::of(&BALANCES)
}

pub(super) fn post(rows: &mut Rows, moves: &mut Sums, transaction: &Transaction) -> Result<(), StoreError> {
    let (id, shard) = (transaction.id(), transaction.id().shard().number());
    let currency = transaction.entries().first().map(|entry| entry.amount.currency());
    let (mut accounts, mut debits) = (Vec::new(), Vec::new());
    for entry in transaction.entries() {
        if Some(entry.amount.currency()) != currency {
            return Err(StoreError::Refused(format!("{id} is of two currencies")));
        }
        let (account, amount) = (entry.account.to_string(), entry.amount.minor());
        debits.push(Value::Big(if entry.side == Side::Debit { amount } else { -amount }));
        accounts.push(account.clone().into());
        let balance = vec![
            Value::shard(shard),
            account.into(),
            entry.amount.currency().code().into(),
            entry.account.normal_side().id().into(),
            Value::Flag(entry.account.has_floor()),
            Value::Big(0),
        ];
        moves.change(balance, entry.effect().minor());
    }
    rows.put(
        &TRANSACTIONS,
        vec![
            Value::shard(shard),
            id.into(),
            transaction.purpose().id().into(),
            Value::maybe(transaction.payment()),
            time(transaction.at()),
            Value::List(accounts),
            Value::List(debits),
            Value::maybe(currency.map(Currency::code)),
        ],
    )
}

/// The statements that move the balances, of which `are_there` names some that need not be begun.
pub(super) fn asks(moves: &Sums, form: Form, are_there: &HashSet<String>) -> Result<Vec<Ask>, StoreError> {
    moves.asks(form, |row| are_there.contains(account(row)), not_moved)
}

fn account(row: &[Value]) -> &str {
    row.get(1).and_then(Value::as_text).unwrap_or_default()
}

fn not_moved(row: &[Value], by: i128) -> StoreError {
    StoreError::Refused(format!("{} cannot be moved by {by}: it would pass its floor or its width", account(row)))
}

/// What the server means by refusing to move a balance: the row is in its details.
pub(super) fn refused(moves: &Sums, told: &DbError) -> StoreError {
    let details = told.detail().unwrap_or_default();
    let named = moves.find(|row| details.contains(&format!(", {}, ", account(row))));
    named.map_or_else(|| StoreError::Refused(crate::wire::said(told)), |(row, by)| not_moved(row, by))
}

/// The balances of ledger accounts on their shards, where there are any.
pub(super) fn ask_balances(accounts: impl IntoIterator<Item = (Shard, LedgerAccount)>) -> Option<Ask> {
    let held = look_up!("balances", "ledger_account = wanted.key AND currency = 'CNY'");
    Ask::look_up(held, accounts.into_iter().map(|(shard, account)| (shard, [account.to_string().into()])))
}

/// A ledger account's name with its balance.
pub(super) fn read_sum(row: &Row) -> Result<(String, Money), StoreError> {
    let cells = Cells::of(BALANCES_NAME, row);
    Ok((cells.text("ledger_account")?, cells.money("balance")?))
}
