//! What is known of holders, sealed; the codes that were sent to them; and what counts how often somebody asks.

use rusqlite::{Connection, OptionalExtension, params};
use tantu_domain::code::{Code, Purpose, SealedText};
use tantu_domain::ids::{AccountId, CodeId};

use super::cell::{Cells, optional_time, time};
use super::{refused, unavailable};
use crate::error::StoreError;
use crate::keys::Keys;
use crate::person::{SealedPerson, Subject, Tally, write_instants};
use crate::rows::people::{read_code, read_person, read_tally};
use crate::world::World;

/// Brings the holders, codes and tallies that the keys name.
pub(super) fn load(connection: &Connection, keys: &Keys, world: &mut World) -> Result<(), StoreError> {
    for account in &keys.people {
        if let Some(person) = person(connection, *account)? {
            world.people.insert(*account, person);
        }
    }
    for id in &keys.codes {
        if let Some(code) = code(connection, *id)? {
            world.codes.insert(*id, code);
        }
    }
    for subject in &keys.tallies {
        if let Some(tally) = tally(connection, *subject)? {
            world.tallies.insert(*subject, tally);
        }
    }
    Ok(())
}

fn bytes(text: Option<&SealedText>) -> Option<&[u8]> {
    text.map(|text| text.0.as_slice())
}

pub(super) fn put_person(connection: &Connection, person: &SealedPerson) -> Result<(), StoreError> {
    let sql = "INSERT INTO people (shard, account, name, document, phone) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (shard, account) DO UPDATE SET name = ?3, document = ?4, phone = ?5";
    let values = params![
        person.account.shard().number(),
        person.account.to_string(),
        bytes(person.name.as_ref()),
        bytes(person.document.as_ref()),
        bytes(person.phone.as_ref()),
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

fn person(connection: &Connection, account: AccountId) -> Result<Option<SealedPerson>, StoreError> {
    let sql = "SELECT * FROM people WHERE shard = ?1 AND account = ?2";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    found
        .query_row(params![account.shard().number(), account.to_string()], |row| {
            Ok(read_person(&Cells::of("people", row)))
        })
        .optional()
        .map_err(unavailable)?
        .transpose()
}

pub(super) fn put_code(connection: &Connection, code: &Code) -> Result<(), StoreError> {
    let (payment, merchant, amount) = match code.purpose {
        Purpose::BindPhone | Purpose::ResetPassword => (None, None, None),
        Purpose::Payment(payment, merchant, amount) => (Some(payment), Some(merchant), Some(amount)),
    };
    let sql =
        "INSERT INTO codes (shard, id, account, purpose, payment, merchant, amount, currency, phone, mac, sent_at,
               tries, used_at, delivery, delivery_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
               ON CONFLICT (shard, id) DO UPDATE SET phone = ?9, tries = ?12, used_at = ?13, delivery = ?14, delivery_at = ?15";
    let values = params![
        code.id.shard().number(),
        code.id.to_string(),
        code.account.to_string(),
        code.purpose.id(),
        payment.map(|id| id.to_string()),
        merchant.map(|id| id.to_string()),
        amount.map(tantu_domain::money::Money::minor),
        amount.map(|amount| amount.currency().code()),
        code.phone.0.as_slice(),
        code.mac.as_slice(),
        time(code.sent_at),
        code.tries,
        optional_time(code.used_at),
        code.delivery.id(),
        optional_time(code.delivery_at),
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

fn code(connection: &Connection, id: CodeId) -> Result<Option<Code>, StoreError> {
    let mut found =
        connection.prepare_cached("SELECT * FROM codes WHERE shard = ?1 AND id = ?2").map_err(unavailable)?;
    found
        .query_row(params![id.shard().number(), id.to_string()], |row| Ok(read_code(&Cells::of("codes", row))))
        .optional()
        .map_err(unavailable)?
        .transpose()
}

pub(super) fn put_tally(connection: &Connection, tally: &Tally) -> Result<(), StoreError> {
    let sql = "INSERT INTO tallies (shard, subject, instants) VALUES (?1, ?2, ?3)
               ON CONFLICT (shard, subject) DO UPDATE SET instants = ?3";
    let values = params![tally.subject.shard().number(), tally.subject.key(), write_instants(&tally.at)];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

fn tally(connection: &Connection, subject: Subject) -> Result<Option<Tally>, StoreError> {
    let sql = "SELECT * FROM tallies WHERE shard = ?1 AND subject = ?2";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    found
        .query_row(params![subject.shard().number(), subject.key()], |row| Ok(read_tally(&Cells::of("tallies", row))))
        .optional()
        .map_err(unavailable)?
        .transpose()
}
