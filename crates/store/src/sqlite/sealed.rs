//! What another key than the newest has sealed.

use rusqlite::{Connection, params};
use tantu_domain::ids::Shard;

use super::cell::Cells;
use super::unavailable;
use crate::error::StoreError;
use crate::person::SealedOtherwise;
use crate::rows::sealed::read;

pub(super) fn otherwise(
    connection: &Connection,
    shard: Shard,
    current: &[u8],
    limit: u16,
) -> Result<SealedOtherwise, StoreError> {
    let sql = "SELECT kind, id, count(*) OVER () AS total FROM (
                 SELECT 'person' AS kind, account AS id FROM people WHERE shard = ?1
                   AND (substr(name, 1, ?3) <> ?2 OR substr(document, 1, ?3) <> ?2 OR substr(phone, 1, ?3) <> ?2)
                 UNION ALL SELECT 'code', id FROM codes WHERE shard = ?1 AND substr(phone, 1, ?3) <> ?2
                 UNION ALL SELECT 'ticket', id FROM tickets WHERE shard = ?1 AND substr(call_back, 1, ?3) <> ?2
               ) LIMIT ?4";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    let length = i64::try_from(current.len()).unwrap_or(i64::MAX);
    let rows = found
        .query_map(params![shard.number(), current, length, limit], |row| Ok(read(&Cells::of("people", row))))
        .map_err(unavailable)?;
    let rows: Vec<Result<_, StoreError>> = rows.collect::<Result<_, _>>().map_err(unavailable)?;
    rows.into_iter().collect::<Result<Vec<_>, _>>().map(SealedOtherwise::of)
}
