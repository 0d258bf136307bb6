//! What another key than the newest has sealed.

use tantu_domain::ids::Shard;
use tokio_postgres::Row;

use super::cell::Cells;
use crate::error::StoreError;
use crate::person::SealedRow;
use crate::rows;
use crate::wire::burst::Ask;
use crate::wire::value::Value;

/// So many rows of a shard that do not begin with what the newest key begins with.
pub(crate) fn ask(shard: Shard, current: &[u8], limit: u16) -> Ask {
    Ask::new(
        "SELECT kind, id, count(*) OVER () AS total FROM (
           SELECT 'person' AS kind, account AS id FROM people WHERE shard = $1
             AND (substr(name, 1, length($2::bytea)) <> $2 OR substr(document, 1, length($2)) <> $2
                  OR substr(phone, 1, length($2)) <> $2)
           UNION ALL SELECT 'code', id FROM codes WHERE shard = $1 AND substr(phone, 1, length($2)) <> $2
           UNION ALL SELECT 'ticket', id FROM tickets WHERE shard = $1 AND substr(call_back, 1, length($2)) <> $2
         ) AS found LIMIT $3::bigint",
        vec![Value::shard(shard.number()), Value::Bytes(current.to_vec()), Value::Big(i64::from(limit))],
    )
}

pub(crate) fn read(row: &Row) -> Result<(SealedRow, u64), StoreError> {
    rows::sealed::read(&Cells::of("people", row))
}
