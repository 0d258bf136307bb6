//! Tickets and their threads.

use rusqlite::{Connection, Params, params};
use tantu_domain::ids::TicketId;
use tantu_domain::ticket::{Message, Ticket};

use super::cell::{Cells, time};
use super::{refused, unavailable};
use crate::error::StoreError;
use crate::keys::Keys;
use crate::record::{write_findings, write_lines};
use crate::rows::tickets::{read_message, read_ticket};
use crate::ticket::{TicketsOf, about, lines, state_at, written};
use crate::world::World;

/// Brings the tickets that the keys name.
pub(super) fn load(connection: &Connection, keys: &Keys, world: &mut World) -> Result<(), StoreError> {
    for id in &keys.tickets {
        if let Some(ticket) = find(connection, *id)? {
            world.tickets.insert(*id, ticket);
        }
    }
    Ok(())
}

pub(super) fn put(connection: &Connection, ticket: &Ticket) -> Result<(), StoreError> {
    let (payment, binding) = about::columns(ticket.about);
    let sql = "INSERT INTO tickets (shard, id, account, payment, binding, opened_at, state, state_at, causes, device, call_back)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
               ON CONFLICT (shard, id) DO UPDATE SET state = ?7, state_at = ?8, device = ?10, call_back = ?11";
    let values = params![
        ticket.id.shard().number(),
        ticket.id.to_string(),
        ticket.account.to_string(),
        payment.map(|id| id.to_string()),
        binding.map(|id| id.to_string()),
        time(ticket.opened_at),
        ticket.state.id(),
        time(state_at(ticket.state)),
        write_findings(&ticket.causes),
        write_lines(&lines(&ticket.device)),
        ticket.call_back.as_ref().map(|sealed| sealed.0.as_slice()),
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    for (number, message) in (1_i64..).zip(&ticket.messages) {
        put_message(connection, ticket.id, number, message)?;
    }
    Ok(())
}

fn put_message(connection: &Connection, ticket: TicketId, number: i64, message: &Message) -> Result<(), StoreError> {
    // What was said is never said differently later.
    let sql = "INSERT INTO ticket_messages (shard, ticket, number, at, author, kind, said) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
               ON CONFLICT (shard, ticket, number) DO NOTHING";
    let (kind, said) = written(&message.saying);
    let values = params![
        ticket.shard().number(),
        ticket.to_string(),
        number,
        time(message.at),
        message.by.to_string(),
        kind,
        said,
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

pub(super) fn find(connection: &Connection, id: TicketId) -> Result<Option<Ticket>, StoreError> {
    let sql = "SELECT * FROM tickets WHERE shard = ?1 AND id = ?2";
    Ok(several(connection, sql, params![id.shard().number(), id.to_string()])?.pop())
}

/// A list of so many at most.
pub(super) fn list(connection: &Connection, of: TicketsOf, limit: u8) -> Result<Vec<Ticket>, StoreError> {
    match of {
        TicketsOf::Account(account) => {
            let sql =
                "SELECT * FROM tickets WHERE shard = ?1 AND account = ?2 ORDER BY opened_at DESC, id DESC LIMIT ?3";
            several(connection, sql, params![account.shard().number(), account.to_string(), limit])
        }
        TicketsOf::Waiting => {
            let sql = "SELECT * FROM tickets WHERE state = 'waiting' ORDER BY state_at, id LIMIT ?1";
            several(connection, sql, params![limit])
        }
    }
}

fn several(connection: &Connection, sql: &str, wanted: impl Params) -> Result<Vec<Ticket>, StoreError> {
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = found.query_map(wanted, |row| Ok(read_ticket(&Cells::of("tickets", row)))).map_err(unavailable)?;
    let tickets: Vec<Ticket> = rows.map(|row| row.map_err(unavailable)?).collect::<Result<_, _>>()?;
    tickets.into_iter().map(|ticket| Ok(Ticket { messages: messages(connection, ticket.id)?, ..ticket })).collect()
}

fn messages(connection: &Connection, ticket: TicketId) -> Result<Vec<Message>, StoreError> {
    let sql = "SELECT * FROM ticket_messages WHERE shard = ?1 AND ticket = ?2 ORDER BY number";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = found
        .query_map(params![ticket.shard().number(), ticket.to_string()], |row| {
            Ok(read_message(&Cells::of("ticket_messages", row)).map(|(_, message)| message))
        })
        .map_err(unavailable)?;
    rows.map(|row| row.map_err(unavailable)?).collect()
}
