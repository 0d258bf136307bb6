//! Payments that an incident hit.

use rusqlite::{Connection, params};
use tantu_domain::ids::IncidentId;

use super::cell::{Cells, time};
use super::pay_later::{all, run};
use super::unavailable;
use crate::error::StoreError;
use crate::hit::{Hit, HitsOf};
use crate::listing::Page;
use crate::rows::hits::read;

pub(super) fn put(connection: &Connection, hit: &Hit) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO hits (shard, incident, account, payment, at) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
    let values = params![
        hit.account.shard().number(),
        hit.incident.to_string(),
        hit.account.to_string(),
        hit.payment.to_string(),
        time(hit.at),
    ];
    run(connection, sql, values)
}

/// A page of them, the newest first.
pub(super) fn page(connection: &Connection, of: HitsOf, page: Page) -> Result<Vec<Hit>, StoreError> {
    let (bound, limit) = (page.bound(), page.limit);
    match of {
        HitsOf::Incident(incident) => {
            let sql = "SELECT * FROM hits WHERE incident = ?1 AND payment < ?2 ORDER BY payment DESC LIMIT ?3";
            all(connection, sql, params![incident.to_string(), bound, limit], |row| read(&Cells::of("hits", row)))
        }
        HitsOf::Payer(incident, account) => {
            let sql = "SELECT * FROM hits WHERE shard = ?1 AND incident = ?2 AND account = ?3 AND payment < ?4
                       ORDER BY payment DESC LIMIT ?5";
            let values = params![account.shard().number(), incident.to_string(), account.to_string(), bound, limit];
            all(connection, sql, values, |row| read(&Cells::of("hits", row)))
        }
    }
}

pub(super) fn count(connection: &Connection, incident: IncidentId) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM hits WHERE incident = ?1";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    let count: i64 = found.query_row(params![incident.to_string()], |row| row.get(0)).map_err(unavailable)?;
    Ok(u64::try_from(count).unwrap_or(0))
}
