//! Bound bank cards, each by the instrument that is charged.

use rusqlite::{Connection, OptionalExtension, params};
use tantu_domain::card::Card;
use tantu_domain::ids::InstrumentId;

use super::cell::{Cells, optional_time, time};
use super::{refused, unavailable};
use crate::error::StoreError;
use crate::person::write_mark;
use crate::rows::cards::{columns, read};

pub(super) fn put(connection: &Connection, instrument: InstrumentId, card: &Card) -> Result<(), StoreError> {
    let sql = "INSERT INTO cards (shard, instrument, bank, card_kind, bin, last_four, phone, card_hash, token, token_ends_at, opening,
               bound_at, last_good_use, state, state_at, holder)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
               ON CONFLICT (shard, instrument) DO UPDATE SET bank = ?3, card_kind = ?4, bin = ?5, last_four = ?6, phone = ?7,
               card_hash = ?8, token = ?9, token_ends_at = ?10, opening = ?11, bound_at = ?12, last_good_use = ?13, state = ?14,
               state_at = ?15, holder = ?16";
    let values = params![
        instrument.shard().number(),
        instrument.to_string(),
        card.face.bank.id(),
        card.face.kind.id(),
        card.face.bin,
        card.face.last_four,
        card.face.phone,
        card.face.hash.0,
        card.token.reveal(),
        optional_time(card.ends_at),
        card.opening.to_string(),
        time(card.bound_at),
        time(card.last_good_use),
        card.state.id(),
        optional_time(card.state.since()),
        card.face.holder.as_ref().map(write_mark),
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

pub(super) fn find(connection: &Connection, instrument: InstrumentId) -> Result<Option<Card>, StoreError> {
    let sql = concat!("SELECT ", columns!(), " FROM cards AS card WHERE card.shard = ?1 AND card.instrument = ?2");
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    found
        .query_row(params![instrument.shard().number(), instrument.to_string()], |row| {
            Ok(read(&Cells::of("cards", row)))
        })
        .optional()
        .map_err(unavailable)?
        .transpose()
}
