//! What is known of holders, sealed; the codes that were sent to them; and what counts how often somebody asks.

use tantu_domain::code::{Code, Delivery, Purpose, SealedText};

use crate::error::StoreError;
use crate::person::{SealedPerson, Subject, Tally, read_instants};
use crate::row::Columns;

pub(crate) fn read_person(cells: &impl Columns) -> Result<SealedPerson, StoreError> {
    let sealed = |column| Ok(cells.optional_bytes(column)?.map(|bytes| SealedText(bytes.to_vec())));
    Ok(SealedPerson {
        account: cells.parse("account")?,
        name: sealed("name")?,
        document: sealed("document")?,
        phone: sealed("phone")?,
    })
}

pub(crate) fn read_code(cells: &impl Columns) -> Result<Code, StoreError> {
    let purpose = match cells.stored("purpose")? {
        "bind_phone" => Purpose::BindPhone,
        "reset_password" => Purpose::ResetPassword,
        "payment" => Purpose::Payment(cells.parse("payment")?, cells.parse("merchant")?, cells.money("amount")?),
        other => return Err(cells.wrong("purpose", format!("{other:?} is no purpose"))),
    };
    Ok(Code {
        id: cells.parse("id")?,
        account: cells.parse("account")?,
        purpose,
        phone: SealedText(cells.bytes("phone")?.to_vec()),
        mac: cells.hash("mac")?,
        sent_at: cells.time("sent_at")?,
        tries: cells.count("tries")?,
        used_at: cells.optional_time("used_at")?,
        delivery: cells.word("delivery", Delivery::parse)?,
        delivery_at: cells.optional_time("delivery_at")?,
    })
}

pub(crate) fn read_tally(cells: &impl Columns) -> Result<Tally, StoreError> {
    Ok(Tally { subject: cells.word("subject", Subject::parse)?, at: cells.written("instants", read_instants)? })
}
