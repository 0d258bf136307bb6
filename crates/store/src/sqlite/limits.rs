//! How much of each limit's window an account has used.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use rusqlite::{Connection, params};
use tantu_domain::ids::AccountId;
use tantu_domain::limit::{Counter, LimitUse, Window};
use tantu_domain::money::Money;

use super::cell::Cells;
use super::{refused, unavailable};
use crate::error::StoreError;
use crate::row::Columns;

pub(super) fn adjust(
    connection: &Connection,
    account: AccountId,
    counter: Counter,
    window: Window,
    starts_on: Date,
    delta: Money,
) -> Result<(), StoreError> {
    let place = (account.shard().number(), account.to_string(), counter.id(), window.id(), starts_on.to_string());
    let sql = "UPDATE limit_uses SET used = used + ?6
               WHERE shard = ?1 AND account = ?2 AND product = ?3 AND span = ?4 AND starts_on = ?5";
    let values = params![place.0, place.1, place.2, place.3, place.4, delta.minor()];
    let known = connection.prepare_cached(sql).and_then(|mut adjust| adjust.execute(values)).map_err(refused)?;
    if known == 0 {
        let sql = "INSERT INTO limit_uses (shard, account, product, span, starts_on, used, currency)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let values = params![place.0, place.1, place.2, place.3, place.4, delta.minor(), delta.currency().code()];
        connection.prepare_cached(sql).and_then(|mut begin| begin.execute(values)).map_err(refused)?;
    }
    Ok(())
}

/// The windows that may still be counted in: this month's and the last one's, because an attempt that was
/// counted before midnight may fail after it. And every month of the balance, because the regulator's ceilings are
/// sums of them.
pub(super) fn of_account(
    connection: &Connection,
    account: AccountId,
    now: Timestamp,
) -> Result<Vec<LimitUse>, StoreError> {
    let from = Window::Month.start(now).saturating_sub(1.month());
    let sql = "SELECT * FROM limit_uses WHERE shard = ?1 AND account = ?2 AND (starts_on >= ?3
               OR span = 'month' AND product IN ('wallet', 'wallet_two_factors')) ORDER BY product, span, starts_on";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = found
        .query_map(params![account.shard().number(), account.to_string(), from.to_string()], |row| {
            let cells = Cells::of("limit_uses", row);
            Ok((|| {
                Ok(LimitUse {
                    account,
                    counter: cells.word("product", Counter::parse)?,
                    window: cells.word("span", Window::parse)?,
                    starts_on: cells.day("starts_on")?,
                    used: cells.money("used")?,
                })
            })())
        })
        .map_err(unavailable)?;
    let rows: Vec<Result<LimitUse, StoreError>> = rows.collect::<Result<_, _>>().map_err(unavailable)?;
    rows.into_iter().collect()
}
