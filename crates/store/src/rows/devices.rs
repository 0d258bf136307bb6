//! The keys of payers' devices, and what the devices reported.

use crate::device::{ClockReport, DeviceKey, DeviceReport, PowerReport, TlsError};
use crate::error::StoreError;
use crate::row::Columns;

pub(crate) fn read_key(cells: &impl Columns) -> Result<DeviceKey, StoreError> {
    Ok(DeviceKey {
        id: cells.parse("id")?,
        account: cells.parse("account")?,
        public_key: cells.bytes("public_key")?.to_vec(),
        registered_at: cells.time("registered_at")?,
        revoked_at: cells.optional_time("revoked_at")?,
    })
}

pub(crate) fn read_report(cells: &impl Columns) -> Result<DeviceReport, StoreError> {
    Ok(DeviceReport {
        id: cells.parse("id")?,
        account: cells.parse("account")?,
        payment: cells.optional("payment")?,
        received_at: cells.time("received_at")?,
        clock: clock(cells)?,
        power: power(cells)?,
    })
}

fn clock(cells: &impl Columns) -> Result<Option<ClockReport>, StoreError> {
    let Some(device_time) = cells.optional_time("device_time")? else { return Ok(None) };
    let tls_error = cells.optional_word("tls_error", TlsError::parse)?;
    Ok(Some(ClockReport { device_time, tls_error }))
}

fn power(cells: &impl Columns) -> Result<Option<PowerReport>, StoreError> {
    let Some(percent) = cells.optional_count("power_percent")? else { return Ok(None) };
    Ok(Some(PowerReport { percent, charging: cells.flag("charging")? }))
}
