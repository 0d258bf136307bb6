//! The second factors of staff.

use tantu_domain::code::SealedText;
use tantu_domain::second_factor::{SecondFactor, StaffSession};

use crate::error::StoreError;
use crate::row::Columns;

pub(crate) fn read(cells: &impl Columns) -> Result<SecondFactor, StoreError> {
    let session = match cells.optional_time("session_until")? {
        Some(until) => Some(StaffSession { hash: cells.hash("session")?, until }),
        None => None,
    };
    Ok(SecondFactor {
        staff: cells.parse("staff")?,
        key: cells.hash("key")?,
        secret: cells.optional_bytes("secret")?.map(|bytes| SealedText(bytes.to_vec())),
        enrolled_at: cells.optional_time("enrolled_at")?,
        last_step: cells.count("last_step")?,
        tries: cells.count("tries")?,
        locks: cells.count("locks")?,
        locked_until: cells.optional_time("locked_until")?,
        session,
        removal_by: cells.optional("removal_by")?,
    })
}
