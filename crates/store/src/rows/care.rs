//! What a payer was told, later due dates, and disputes of the credit history.

use jiff::Timestamp;
use tantu_domain::staff::StaffMark;
use tantu_paylater::dispute::Dispute;
use tantu_paylater::hardship::Extension;
use tantu_paylater::reminder::Notice;

use crate::error::StoreError;
use crate::notice::{About, NoticeRow, OVER, Road, subject_of};
use crate::pay_later::{dispute_of, extension_of};
use crate::row::Columns;

pub(crate) fn read_notice(cells: &impl Columns) -> Result<NoticeRow, StoreError> {
    let about = match cells.stored("subject")? {
        OVER => About::Over { incident: cells.parse("incident")?, orders: cells.count("figure")? },
        name => About::Bill(Notice {
            bill: cells.parse("bill")?,
            subject: cells.demanded("subject", subject_of(name, cells.number("figure")?))?,
            due_on: cells.day("due_on")?,
        }),
    };
    let told = cells.optional_time("told_at")?.zip(cells.optional_word("road", Road::parse)?);
    Ok(NoticeRow { about, account: cells.parse("account")?, at: cells.time("at")?, told })
}

fn decided(cells: &impl Columns) -> Result<Option<(StaffMark, Timestamp)>, StoreError> {
    Ok(cells.optional("decided_by")?.zip(cells.optional_time("decided_at")?))
}

pub(crate) fn read_extension(cells: &impl Columns) -> Result<Extension, StoreError> {
    let state = extension_of(cells.stored("state")?, decided(cells)?);
    Ok(Extension {
        id: cells.parse("id")?,
        bill: cells.parse("bill")?,
        account: cells.parse("account")?,
        due_on: cells.day("due_on")?,
        asked_by: cells.parse("asked_by")?,
        asked_at: cells.time("asked_at")?,
        state: cells.demanded("state", state)?,
    })
}

pub(crate) fn read_dispute(cells: &impl Columns) -> Result<Dispute, StoreError> {
    let state = dispute_of(cells.stored("state")?, decided(cells)?);
    Ok(Dispute {
        entry: cells.parse("entry")?,
        said: cells.text("said")?,
        opened_at: cells.time("opened_at")?,
        state: cells.demanded("state", state)?,
    })
}
