//! The keys of payers' devices, and what the devices reported.

use rusqlite::{Connection, OptionalExtension, params};
use tantu_domain::ids::{DeviceKeyId, DeviceReportId};

use super::cell::{Cells, optional_time, time};
use super::{refused, unavailable};
use crate::device::{DeviceKey, DeviceReport, TlsError};
use crate::error::StoreError;
use crate::rows::devices::{read_key, read_report};

pub(super) fn put_key(connection: &Connection, key: &DeviceKey) -> Result<(), StoreError> {
    // A key never becomes another's, and never another key: only its end is news.
    let sql = "INSERT INTO device_keys (shard, id, account, public_key, registered_at, revoked_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
               ON CONFLICT (shard, id) DO UPDATE SET revoked_at = ?6";
    let values = params![
        key.id.shard().number(),
        key.id.to_string(),
        key.account.to_string(),
        key.public_key,
        time(key.registered_at),
        optional_time(key.revoked_at),
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

pub(super) fn key(connection: &Connection, id: DeviceKeyId) -> Result<Option<DeviceKey>, StoreError> {
    let mut found =
        connection.prepare_cached("SELECT * FROM device_keys WHERE shard = ?1 AND id = ?2").map_err(unavailable)?;
    found
        .query_row(params![id.shard().number(), id.to_string()], |row| Ok(read_key(&Cells::of("device_keys", row))))
        .optional()
        .map_err(unavailable)?
        .transpose()
}

pub(super) fn put_report(connection: &Connection, report: &DeviceReport) -> Result<(), StoreError> {
    // What a device has said is never said differently later.
    let sql = "INSERT INTO device_reports (shard, id, account, payment, received_at, device_time, tls_error, power_percent, charging)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (shard, id) DO NOTHING";
    let values = params![
        report.id.shard().number(),
        report.id.to_string(),
        report.account.to_string(),
        report.payment.map(|payment| payment.to_string()),
        time(report.received_at),
        optional_time(report.clock.map(|clock| clock.device_time)),
        report.clock.and_then(|clock| clock.tls_error).map(TlsError::id),
        report.power.map(|power| power.percent),
        report.power.map(|power| power.charging),
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

pub(super) fn report(connection: &Connection, id: DeviceReportId) -> Result<Option<DeviceReport>, StoreError> {
    let mut found =
        connection.prepare_cached("SELECT * FROM device_reports WHERE shard = ?1 AND id = ?2").map_err(unavailable)?;
    found
        .query_row(params![id.shard().number(), id.to_string()], |row| {
            Ok(read_report(&Cells::of("device_reports", row)))
        })
        .optional()
        .map_err(unavailable)?
        .transpose()
}
