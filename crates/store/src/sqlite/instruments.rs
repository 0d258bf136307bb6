//! Instruments, each with the mandate or the card that is charged.

use rusqlite::{Connection, OptionalExtension, params};
use tantu_domain::channel::Channel;
use tantu_domain::ids::{AccountId, InstrumentId};
use tantu_domain::instrument::{Instrument, InstrumentKind};

use super::cell::Cells;
use super::{cards, mandates, refused, unavailable};
use crate::error::StoreError;
use crate::row::Columns;

pub(super) fn put(connection: &Connection, instrument: &Instrument) -> Result<(), StoreError> {
    let (kind, mandate, channel) = match &instrument.kind {
        InstrumentKind::Wallet => ("wallet", None, None),
        InstrumentKind::Mandate(mandate) => ("mandate", Some(mandate.id.to_string()), None),
        InstrumentKind::Confirmed { channel } => ("confirmed", None, Some(channel.id())),
        InstrumentKind::Card(_) => ("card", None, None),
        InstrumentKind::PayLater => ("pay_later", None, None),
        InstrumentKind::Points => ("points", None, None),
    };
    let sql = "INSERT INTO instruments (shard, id, account, kind, mandate, channel) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
               ON CONFLICT (shard, id) DO UPDATE SET mandate = ?5";
    let values = params![
        instrument.id.shard().number(),
        instrument.id.to_string(),
        instrument.account.to_string(),
        kind,
        mandate,
        channel
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    match &instrument.kind {
        InstrumentKind::Card(card) => cards::put(connection, instrument.id, card),
        InstrumentKind::Wallet
        | InstrumentKind::Mandate(_)
        | InstrumentKind::Confirmed { .. }
        | InstrumentKind::PayLater
        | InstrumentKind::Points => Ok(()),
    }
}

/// An account's instruments, in the order in which they were added: their ids are ordered by time.
pub(super) fn of_account(connection: &Connection, account: AccountId) -> Result<Vec<Instrument>, StoreError> {
    // Named, because the order by id draws the planner to the primary key, and with it through the whole shard.
    let sql =
        "SELECT * FROM instruments INDEXED BY instruments_of_account WHERE shard = ?1 AND account = ?2 ORDER BY id";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = found
        .query_map(params![account.shard().number(), account.to_string()], |row| {
            let cells = Cells::of("instruments", row);
            Ok((|| {
                let channel = cells.optional_word("channel", Channel::parse)?;
                let kind = cells.text("kind")?;
                Ok((cells.parse::<InstrumentId>("id")?, cells.optional("mandate")?, channel, kind))
            })())
        })
        .map_err(unavailable)?;
    let rows: Vec<Result<_, StoreError>> = rows.collect::<Result<_, _>>().map_err(unavailable)?;
    let mut instruments = Vec::with_capacity(rows.len());
    for row in rows {
        let (id, mandate, channel, kind) = row?;
        let missing = |what: String| StoreError::Corrupt {
            table: "instruments",
            row: id.to_string(),
            why: format!("{what} is not there"),
        };
        let kind = match (mandate, channel) {
            (None, None) if kind == "pay_later" => InstrumentKind::PayLater,
            (None, None) if kind == "points" => InstrumentKind::Points,
            (None, None) if kind == "card" => {
                let found = cards::find(connection, id)?;
                InstrumentKind::Card(found.ok_or_else(|| missing("its card".into()))?)
            }
            (None, None) => InstrumentKind::Wallet,
            (None, Some(channel)) => InstrumentKind::Confirmed { channel },
            (Some(mandate), _) => {
                let found = mandates::find(connection, mandate)?;
                InstrumentKind::Mandate(found.ok_or_else(|| missing(mandate.to_string()))?)
            }
        };
        instruments.push(Instrument { id, account, kind });
    }
    Ok(instruments)
}

pub(super) fn account_of(connection: &Connection, id: InstrumentId) -> Result<Option<AccountId>, StoreError> {
    let mut found =
        connection.prepare_cached("SELECT * FROM instruments WHERE shard = ?1 AND id = ?2").map_err(unavailable)?;
    found
        .query_row(params![id.shard().number(), id.to_string()], |row| {
            Ok(Cells::of("instruments", row).parse("account"))
        })
        .optional()
        .map_err(unavailable)?
        .transpose()
}
