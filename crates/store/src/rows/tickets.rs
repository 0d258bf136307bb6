//! Tickets and their threads.

use tantu_domain::code::SealedText;
use tantu_domain::ids::TicketId;
use tantu_domain::masked::Masked;
use tantu_domain::ticket::{Message, Ticket};

use crate::error::StoreError;
use crate::record::{read_findings, read_lines};
use crate::row::Columns;
use crate::ticket::{about, author, read, state};

/// A ticket without its thread.
pub(crate) fn read_ticket(cells: &impl Columns) -> Result<Ticket, StoreError> {
    let at = cells.time("state_at")?;
    Ok(Ticket {
        id: cells.parse("id")?,
        account: cells.parse("account")?,
        about: about::of(cells.optional("payment")?, cells.optional("binding")?),
        opened_at: cells.time("opened_at")?,
        state: cells.word("state", |id| state(id, at))?,
        causes: cells.written("causes", read_findings)?,
        device: cells.written("device", read_lines)?.iter().map(|line| Masked::of(line).0).collect(),
        call_back: cells.optional_bytes("call_back")?.map(|bytes| SealedText(bytes.to_vec())),
        messages: Vec::new(),
    })
}

/// A message, and whose thread it is of.
pub(crate) fn read_message(cells: &impl Columns) -> Result<(TicketId, Message), StoreError> {
    let kind = cells.stored("kind")?;
    let unknown = || format!("{kind:?} says nothing of the kind");
    let message = Message {
        at: cells.time("at")?,
        by: cells.word("author", author)?,
        saying: cells.written("said", |text| read(kind, text).ok_or_else(unknown))?,
    };
    Ok((cells.parse("ticket")?, message))
}
