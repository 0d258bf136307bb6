//! The books: entries are only ever added, and each moves its account's balance in the same statement run.

use rusqlite::{Connection, ErrorCode, OptionalExtension, params};
use tantu_domain::ids::{Shard, TransactionId};
use tantu_domain::ledger::{Entry, LedgerAccount, Transaction};
use tantu_domain::money::{Currency, Money};

use super::cell::time;
use super::{refused, unavailable};
use crate::error::StoreError;

pub(super) fn post(connection: &Connection, transaction: &Transaction) -> Result<(), StoreError> {
    let id = transaction.id();
    let sql = "INSERT INTO ledger_transactions (shard, id, purpose, payment, at) VALUES (?1, ?2, ?3, ?4, ?5)";
    let payment = transaction.payment().map(|payment| payment.to_string());
    let values =
        params![id.shard().number(), id.to_string(), transaction.purpose().id(), payment, time(transaction.at())];
    connection.prepare_cached(sql).and_then(|mut post| post.execute(values)).map_err(refused)?;
    for (number, entry) in transaction.entries().iter().enumerate() {
        enter(connection, id, number, entry)?;
    }
    Ok(())
}

fn enter(connection: &Connection, transaction: TransactionId, number: usize, entry: &Entry) -> Result<(), StoreError> {
    let (shard, account, currency) =
        (transaction.shard().number(), entry.account.to_string(), entry.amount.currency().code());
    let sql = "INSERT INTO ledger_entries (shard, ledger_transaction, number, ledger_account, side, amount, currency)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    let values =
        params![shard, transaction.to_string(), number, account, entry.side.id(), entry.amount.minor(), currency];
    connection.prepare_cached(sql).and_then(|mut enter| enter.execute(values)).map_err(refused)?;
    move_balance(connection, shard, entry).map_err(|error| match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => StoreError::Refused(format!(
            "{account} cannot be moved by {}: it would pass its floor or its width",
            entry.effect()
        )),
        _ => refused(error),
    })
}

/// Moves a balance, or begins one. Not an upsert: that would hold the floor against the change alone, before
/// it is added to what is there. STRICT columns refuse a sum that does not fit.
fn move_balance(connection: &Connection, shard: u8, entry: &Entry) -> Result<(), rusqlite::Error> {
    let (account, currency, effect) =
        (entry.account.to_string(), entry.amount.currency().code(), entry.effect().minor());
    let sql = "UPDATE balances SET balance = balance + ?4 WHERE shard = ?1 AND ledger_account = ?2 AND currency = ?3";
    let known = connection.prepare_cached(sql)?.execute(params![shard, account, currency, effect])?;
    if known == 0 {
        let sql = "INSERT INTO balances (shard, ledger_account, currency, normal_side, has_floor, balance)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let values =
            params![shard, account, currency, entry.account.normal_side().id(), entry.account.has_floor(), effect];
        connection.prepare_cached(sql)?.execute(values)?;
    }
    Ok(())
}

/// An account's balance; nothing if it was never posted to.
pub(super) fn balance(
    connection: &Connection,
    shard: Shard,
    account: LedgerAccount,
    currency: Currency,
) -> Result<Money, StoreError> {
    let sql = "SELECT balance FROM balances WHERE shard = ?1 AND ledger_account = ?2 AND currency = ?3";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    let minor: Option<i64> = found
        .query_row(params![shard.number(), account.to_string(), currency.code()], |row| row.get(0))
        .optional()
        .map_err(unavailable)?;
    Ok(Money::new(minor.unwrap_or(0), currency))
}
