//! Tickets and their threads.

use std::collections::HashMap;

use tantu_domain::ids::TicketId;
use tantu_domain::ticket::{Message, Ticket};
use tokio_postgres::Row;

use super::cell::{Cells, time};
use crate::error::StoreError;
use crate::record::{write_findings, write_lines};
use crate::rows;
use crate::ticket::{TicketsOf, about, lines, state_at, written};
use crate::wire::burst::{Ask, look_up};
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

static TICKETS: Table = Table {
    name: "tickets",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("id", Put::Key),
        ("account", Put::Once),
        ("payment", Put::Once),
        ("binding", Put::Once),
        ("opened_at", Put::Once),
        ("state", Put::Last),
        ("state_at", Put::Last),
        ("causes", Put::Once),
        ("device", Put::Last),
        ("call_back", Put::Last),
    ],
    order: &[0, 1],
};

// What was said is never said differently later.
static MESSAGES: Table = Table {
    name: "ticket_messages",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("ticket", Put::Key),
        ("number", Put::Key),
        ("at", Put::Once),
        ("author", Put::Once),
        ("kind", Put::Once),
        ("said", Put::Once),
    ],
    order: &[0, 1, 2],
};

pub(super) fn put(rows: &mut Rows, ticket: &Ticket) -> Result<(), StoreError> {
    let (payment, binding) = about::columns(ticket.about);
    let shard = || Value::shard(ticket.id.shard().number());
    rows.put(
        &TICKETS,
        vec![
            shard(),
            ticket.id.into(),
            ticket.account.into(),
            Value::maybe(payment),
            Value::maybe(binding),
            time(ticket.opened_at),
            ticket.state.id().into(),
            time(state_at(ticket.state)),
            write_findings(&ticket.causes).into(),
            write_lines(&lines(&ticket.device)).into(),
            ticket.call_back.as_ref().map_or(Value::NULL, |sealed| Value::Bytes(sealed.0.clone())),
        ],
    )?;
    for (number, message) in (1_i64..).zip(&ticket.messages) {
        let (kind, said) = written(&message.saying);
        rows.put(
            &MESSAGES,
            vec![
                shard(),
                ticket.id.into(),
                Value::Big(number),
                time(message.at),
                message.by.to_string().into(),
                kind.into(),
                said.into(),
            ],
        )?;
    }
    Ok(())
}

/// These tickets.
pub(super) fn ask(ids: &[TicketId]) -> Option<Ask> {
    Ask::look_up(look_up!("tickets", "id = wanted.key"), ids.iter().map(|id| (id.shard(), [(*id).into()])))
}

/// Their threads, each in its order.
pub(super) fn ask_messages(ids: &[TicketId]) -> Option<Ask> {
    Ask::look_up(
        look_up!("ticket_messages", "ticket = wanted.key", "found.number"),
        ids.iter().map(|id| (id.shard(), [(*id).into()])),
    )
}

/// A list of so many at most.
pub(super) fn ask_list(of: TicketsOf, limit: u8) -> Ask {
    let limit = Value::Big(i64::from(limit));
    match of {
        TicketsOf::Account(account) => Ask::new(
            "SELECT * FROM tickets WHERE shard = $1 AND account = $2 ORDER BY opened_at DESC, id DESC LIMIT $3",
            vec![Value::shard(account.shard().number()), account.into(), limit],
        ),
        TicketsOf::Waiting => {
            Ask::new("SELECT * FROM tickets WHERE state = 'waiting' ORDER BY state_at, id LIMIT $1", vec![limit])
        }
    }
}

pub(super) fn read_ticket(row: &Row) -> Result<Ticket, StoreError> {
    rows::tickets::read_ticket(&Cells::of("tickets", row))
}

pub(super) fn read_message(row: &Row) -> Result<(TicketId, Message), StoreError> {
    rows::tickets::read_message(&Cells::of("ticket_messages", row))
}

/// Each with its thread.
pub(super) fn together(tickets: Vec<Ticket>, messages: Vec<(TicketId, Message)>) -> Vec<Ticket> {
    let mut threads: HashMap<TicketId, Vec<Message>> = HashMap::new();
    for (ticket, message) in messages {
        threads.entry(ticket).or_default().push(message);
    }
    let whole = |ticket: Ticket| Ticket { messages: threads.remove(&ticket.id).unwrap_or_default(), ..ticket };
    tickets.into_iter().map(whole).collect()
}
