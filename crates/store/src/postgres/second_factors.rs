//! The second factors of staff.

use tantu_domain::second_factor::SecondFactor;
use tantu_domain::staff::StaffMark;
use tokio_postgres::Row;

use super::cell::{Cells, optional_time};
use crate::error::StoreError;
use crate::rows;
use crate::wire::burst::{Ask, look_up};
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

static SECOND_FACTORS: Table = Table {
    name: "second_factors",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("staff", Put::Key),
        ("key", Put::Once),
        ("secret", Put::Last),
        ("enrolled_at", Put::Last),
        ("last_step", Put::Last),
        ("tries", Put::Last),
        ("locks", Put::Last),
        ("locked_until", Put::Last),
        ("session", Put::Last),
        ("session_until", Put::Last),
        ("removal_by", Put::Last),
    ],
    order: &[0, 1],
};

pub(super) fn put(rows: &mut Rows, factor: &SecondFactor) -> Result<(), StoreError> {
    let session = factor.session.as_ref();
    rows.put(
        &SECOND_FACTORS,
        vec![
            Value::shard(factor.shard().number()),
            factor.staff.to_string().into(),
            Value::Bytes(factor.key.to_vec()),
            factor.secret.as_ref().map_or(Value::NULL, |secret| Value::Bytes(secret.0.clone())),
            optional_time(factor.enrolled_at),
            Value::Big(i64::try_from(factor.last_step).unwrap_or(i64::MAX)),
            Value::Big(i64::from(factor.tries)),
            Value::Big(i64::from(factor.locks)),
            optional_time(factor.locked_until),
            session.map_or(Value::NULL, |session| Value::Bytes(session.hash.to_vec())),
            optional_time(session.map(|session| session.until)),
            Value::maybe(factor.removal_by.map(|by| by.to_string())),
        ],
    )
}

/// The factors of these members of staff.
pub(super) fn ask(staff: &[StaffMark]) -> Option<Ask> {
    let wanted = staff.iter().map(|mark| (mark.shard(), [mark.to_string().into()]));
    Ask::look_up(look_up!("second_factors", "staff = wanted.key"), wanted)
}

pub(super) fn read(row: &Row) -> Result<SecondFactor, StoreError> {
    rows::second_factors::read(&Cells::of("second_factors", row))
}
