//! The keys of payers' devices, and what the devices reported.

use tantu_domain::ids::{DeviceKeyId, DeviceReportId};
use tokio_postgres::Row;

use super::cell::{Cells, optional_time, time};
use crate::device::{DeviceKey, DeviceReport, TlsError};
use crate::error::StoreError;
use crate::rows;
use crate::wire::burst::{Ask, look_up};
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

// A key never becomes another's, and never another key: only its end is news.
static DEVICE_KEYS: Table = Table {
    name: "device_keys",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("id", Put::Key),
        ("account", Put::Once),
        ("public_key", Put::Once),
        ("registered_at", Put::Once),
        ("revoked_at", Put::Last),
    ],
    order: &[0, 1],
};

// What a device has said is never said differently later.
static DEVICE_REPORTS: Table = Table {
    name: "device_reports",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("id", Put::Key),
        ("account", Put::Once),
        ("payment", Put::Once),
        ("received_at", Put::Once),
        ("device_time", Put::Once),
        ("tls_error", Put::Once),
        ("power_percent", Put::Once),
        ("charging", Put::Once),
    ],
    order: &[0, 1],
};

pub(super) fn put_key(rows: &mut Rows, key: &DeviceKey) -> Result<(), StoreError> {
    rows.put(
        &DEVICE_KEYS,
        vec![
            Value::shard(key.id.shard().number()),
            key.id.into(),
            key.account.into(),
            Value::Bytes(key.public_key.clone()),
            time(key.registered_at),
            optional_time(key.revoked_at),
        ],
    )
}

/// These keys.
pub(super) fn ask_keys(ids: &[DeviceKeyId]) -> Option<Ask> {
    Ask::look_up(look_up!("device_keys", "id = wanted.key"), ids.iter().map(|id| (id.shard(), [(*id).into()])))
}

pub(super) fn read_key(row: &Row) -> Result<DeviceKey, StoreError> {
    rows::devices::read_key(&Cells::of("device_keys", row))
}

pub(super) fn put_report(rows: &mut Rows, report: &DeviceReport) -> Result<(), StoreError> {
    rows.put(
        &DEVICE_REPORTS,
        vec![
            Value::shard(report.id.shard().number()),
            report.id.into(),
            report.account.into(),
            Value::maybe(report.payment),
            time(report.received_at),
            optional_time(report.clock.map(|clock| clock.device_time)),
            Value::maybe(report.clock.and_then(|clock| clock.tls_error).map(TlsError::id)),
            report.power.map_or(Value::NULL, |power| Value::Small(i16::from(power.percent))),
            report.power.map_or(Value::NULL, |power| Value::Flag(power.charging)),
        ],
    )
}

pub(super) fn ask_report(id: DeviceReportId) -> Ask {
    Ask::new(
        "SELECT * FROM device_reports WHERE shard = $1 AND id = $2",
        vec![Value::shard(id.shard().number()), id.into()],
    )
}

pub(super) fn read_report(row: &Row) -> Result<DeviceReport, StoreError> {
    rows::devices::read_report(&Cells::of("device_reports", row))
}
