//! The second factors of staff.

use rusqlite::{Connection, OptionalExtension, params};
use tantu_domain::second_factor::SecondFactor;
use tantu_domain::staff::StaffMark;

use super::cell::{Cells, optional_time};
use super::{refused, unavailable};
use crate::error::StoreError;
use crate::keys::Keys;
use crate::rows::second_factors::read;
use crate::world::World;

/// Brings the factors that the keys name.
pub(super) fn load(connection: &Connection, keys: &Keys, world: &mut World) -> Result<(), StoreError> {
    for staff in &keys.second_factors {
        if let Some(factor) = factor(connection, *staff)? {
            world.second_factors.insert(*staff, factor);
        }
    }
    Ok(())
}

pub(super) fn put(connection: &Connection, factor: &SecondFactor) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO second_factors (shard, staff, key, secret, enrolled_at, last_step, tries, locks, locked_until,
               session, session_until, removal_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
               ON CONFLICT (shard, staff) DO UPDATE SET secret = ?4, enrolled_at = ?5, last_step = ?6, tries = ?7,
               locks = ?8, locked_until = ?9, session = ?10, session_until = ?11, removal_by = ?12";
    let values = params![
        factor.shard().number(),
        factor.staff.to_string(),
        factor.key.as_slice(),
        factor.secret.as_ref().map(|secret| secret.0.as_slice()),
        optional_time(factor.enrolled_at),
        i64::try_from(factor.last_step).unwrap_or(i64::MAX),
        factor.tries,
        factor.locks,
        optional_time(factor.locked_until),
        factor.session.as_ref().map(|session| session.hash.as_slice()),
        optional_time(factor.session.as_ref().map(|session| session.until)),
        factor.removal_by.map(|by| by.to_string()),
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

fn factor(connection: &Connection, staff: StaffMark) -> Result<Option<SecondFactor>, StoreError> {
    let sql = "SELECT * FROM second_factors WHERE shard = ?1 AND staff = ?2";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    found
        .query_row(params![staff.shard().number(), staff.to_string()], |row| {
            Ok(read(&Cells::of("second_factors", row)))
        })
        .optional()
        .map_err(unavailable)?
        .transpose()
}
