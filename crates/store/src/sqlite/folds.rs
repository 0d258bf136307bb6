//! Folds, and what merchants have on the way to them.

use rusqlite::{Connection, OptionalExtension, params};
use tantu_domain::fold::Fold;
use tantu_domain::ids::{FoldId, MerchantId, Shard, TransactionId};
use tantu_domain::ledger::{LedgerAccount, Purpose};
use tantu_domain::money::Currency;

use super::cell::{Cells, optional_time, time};
use super::ledger::balance;
use super::{refused, unavailable};
use crate::clearing::{Clearing, MerchantBalance};
use crate::error::StoreError;
use crate::keys::Keys;
use crate::row::Columns;
use crate::rows::folds::read;
use crate::world::World;

pub(super) fn put(connection: &Connection, fold: &Fold) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO folds (shard, id, merchant, number, from_total, to_total, currency, credit, begun_at, done_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
               ON CONFLICT (shard, id) DO UPDATE SET done_at = coalesce(done_at, ?10)";
    let values = params![
        fold.id.shard().number(),
        fold.id.to_string(),
        fold.merchant.to_string(),
        i64::try_from(fold.number).unwrap_or(i64::MAX),
        fold.from_total.minor(),
        fold.to_total.minor(),
        fold.to_total.currency().code(),
        fold.credit.to_string(),
        time(fold.begun_at),
        optional_time(fold.done_at),
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

pub(super) fn find(connection: &Connection, id: FoldId) -> Result<Option<Fold>, StoreError> {
    one(connection, "SELECT * FROM folds WHERE shard = ?1 AND id = ?2", params![id.shard().number(), id.to_string()])
}

fn last(connection: &Connection, shard: Shard, merchant: MerchantId) -> Result<Option<Fold>, StoreError> {
    let sql =
        "SELECT * FROM folds WHERE shard = ?1 AND merchant = ?2 AND currency = 'CNY' ORDER BY number DESC LIMIT 1";
    one(connection, sql, params![shard.number(), merchant.to_string()])
}

fn one(connection: &Connection, sql: &str, values: impl rusqlite::Params) -> Result<Option<Fold>, StoreError> {
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    found.query_row(values, |row| Ok(read(&Cells::of("folds", row)))).optional().map_err(unavailable)?.transpose()
}

/// What gathers for one merchant on one shard.
fn clearing(connection: &Connection, shard: Shard, merchant: MerchantId) -> Result<Clearing, StoreError> {
    let account = LedgerAccount::MerchantClearing(merchant, shard);
    let gathered = balance(connection, shard, account, Currency::Cny)?;
    Ok(Clearing { merchant, shard, gathered, last: last(connection, shard, merchant)? })
}

/// What has gathered on a shard. The accounts' names stand together in the key, so nothing else is looked at.
pub(super) fn clearings(connection: &Connection, shard: Shard) -> Result<Vec<Clearing>, StoreError> {
    let sql = "SELECT substr(ledger_account, 19, 30) AS merchant FROM balances WHERE shard = ?1
               AND ledger_account >= 'merchant_clearing:' AND ledger_account < 'merchant_clearing;' AND balance > 0
               AND currency = 'CNY'";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    let merchants = found
        .query_map([shard.number()], |row| Ok(Cells::of("balances", row).parse("merchant")))
        .map_err(unavailable)?;
    let merchants: Vec<Result<MerchantId, StoreError>> = merchants.collect::<Result<_, _>>().map_err(unavailable)?;
    merchants.into_iter().map(|merchant| clearing(connection, shard, merchant?)).collect()
}

/// A merchant's folds that are not done, on every shard.
pub(super) fn under_way(connection: &Connection, merchant: MerchantId) -> Result<Vec<Fold>, StoreError> {
    let sql = "SELECT * FROM folds WHERE shard = ?1 AND merchant = ?2 AND done_at IS NULL ORDER BY number";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    let mut folds = Vec::new();
    for shard in Shard::all() {
        let rows =
            found.query_map(params![shard.number(), merchant.to_string()], |row| Ok(read(&Cells::of("folds", row))));
        let rows: Vec<Result<Fold, StoreError>> =
            rows.and_then(Iterator::collect::<Result<_, _>>).map_err(unavailable)?;
        folds.extend(rows.into_iter().collect::<Result<Vec<_>, _>>()?);
    }
    Ok(folds)
}

/// What a merchant has, over all shards.
pub(super) fn merchant_balance(connection: &Connection, merchant: MerchantId) -> Result<MerchantBalance, StoreError> {
    let mut sum = MerchantBalance::nothing();
    for shard in Shard::all() {
        for account in MerchantBalance::accounts(merchant, shard) {
            sum.add(account, balance(connection, shard, account, Currency::Cny)?);
        }
    }
    Ok(sum)
}

/// What a transaction is posted for, if it is.
fn posted_for(connection: &Connection, id: TransactionId) -> Result<Option<Purpose>, StoreError> {
    let sql = "SELECT purpose FROM ledger_transactions WHERE shard = ?1 AND id = ?2";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    let purpose = found.query_row(params![id.shard().number(), id.to_string()], |row| {
        Ok(Cells::of("ledger_transactions", row).word("purpose", Purpose::parse))
    });
    purpose.optional().map_err(unavailable)?.transpose()
}

/// Loads what the keys touch of merchants' money.
pub(super) fn load(connection: &Connection, keys: &Keys, world: &mut World) -> Result<(), StoreError> {
    for (shard, merchant) in &keys.clearings {
        world.clearings.insert((*shard, *merchant), clearing(connection, *shard, *merchant)?);
    }
    for id in &keys.folds {
        if let Some(fold) = find(connection, *id)? {
            world.folds.insert(*id, fold);
        }
    }
    for id in &keys.merchants {
        let settled = balance(connection, id.shard(), LedgerAccount::Merchant(*id), Currency::Cny)?;
        world.settled.insert(*id, settled);
    }
    for id in &keys.transactions {
        world.posted.insert(*id, posted_for(connection, *id)?);
    }
    Ok(())
}
