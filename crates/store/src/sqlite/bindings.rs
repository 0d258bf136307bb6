//! The bindings of bank cards, each as it stands.

use rusqlite::{Connection, OptionalExtension, params};
use tantu_domain::binding::Binding;
use tantu_domain::ids::{BindingId, OpeningId};

use super::cell::{Cells, optional_time, time};
use super::{refused, unavailable};
use crate::error::StoreError;
use crate::keys::Keys;
use crate::person::write_mark;
use crate::record::write_findings;
use crate::rows::bindings::read;

pub(super) fn put(connection: &Connection, binding: &Binding) -> Result<(), StoreError> {
    let sql = "INSERT INTO bindings (shard, id, account, instrument, begun_at, terms, bank, card_kind, bin, last_four, phone, card_hash,
               opening, code_sent_at, refused_at, causes, state, state_at, holder)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
               ON CONFLICT (shard, id) DO UPDATE SET terms = ?6, bank = ?7, card_kind = ?8, bin = ?9, last_four = ?10, phone = ?11,
               card_hash = ?12, opening = ?13, code_sent_at = ?14, refused_at = ?15, causes = ?16, state = ?17, state_at = ?18,
               holder = ?19";
    let (face, refusal) = (binding.face.as_ref(), binding.refusal.as_ref());
    let values = params![
        binding.id.shard().number(),
        binding.id.to_string(),
        binding.account.to_string(),
        binding.instrument.to_string(),
        time(binding.begun_at),
        binding.terms,
        face.map(|face| face.bank.id()),
        face.map(|face| face.kind.id()),
        face.map(|face| face.bin.as_str()),
        face.map(|face| face.last_four.as_str()),
        face.map(|face| face.phone.as_str()),
        face.map(|face| face.hash.0),
        binding.opening.map(|opening| opening.to_string()),
        optional_time(binding.code_sent_at),
        optional_time(refusal.map(|refusal| refusal.at)),
        refusal.map(|refusal| write_findings(&refusal.causes)),
        binding.state.id(),
        time(binding.state.at()),
        face.and_then(|face| face.holder.as_ref()).map(write_mark),
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

pub(super) fn find(connection: &Connection, id: BindingId) -> Result<Option<Binding>, StoreError> {
    let mut found =
        connection.prepare_cached("SELECT * FROM bindings WHERE shard = ?1 AND id = ?2").map_err(unavailable)?;
    found
        .query_row(params![id.shard().number(), id.to_string()], |row| Ok(read(&Cells::of("bindings", row))))
        .optional()
        .map_err(unavailable)?
        .transpose()
}

/// The bindings that the keys name, by their ids or by the numbers of their openings.
pub(super) fn of_keys(connection: &Connection, keys: &Keys) -> Result<Vec<Binding>, StoreError> {
    let by_id = keys.bindings.iter().map(|id| find(connection, *id));
    let by_opening = keys.openings.iter().map(|opening| find_by_opening(connection, *opening));
    by_id.chain(by_opening).filter_map(Result::transpose).collect()
}

/// The binding whose details went to the channel under this number last.
fn find_by_opening(connection: &Connection, opening: OpeningId) -> Result<Option<Binding>, StoreError> {
    let sql = "SELECT * FROM bindings INDEXED BY bindings_by_opening WHERE shard = ?1 AND opening = ?2";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    found
        .query_row(params![opening.shard().number(), opening.to_string()], |row| Ok(read(&Cells::of("bindings", row))))
        .optional()
        .map_err(unavailable)?
        .transpose()
}
