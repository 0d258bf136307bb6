//! Instruments, each with the mandate or the card that is charged.

use tantu_domain::channel::Channel;
use tantu_domain::ids::{AccountId, InstrumentId, MandateId};
use tantu_domain::instrument::{Instrument, InstrumentKind};
use tokio_postgres::Row;

use super::cell::Cells;
use super::{cards, mandates};
use crate::error::StoreError;
use crate::row::Columns;
use crate::rows;
use crate::rows::cards::columns;
use crate::wire::burst::{Ask, LookUp};
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

static INSTRUMENTS: Table = Table {
    name: "instruments",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("id", Put::Key),
        ("account", Put::Once),
        ("kind", Put::Once),
        ("mandate", Put::Last),
        ("channel", Put::Once),
    ],
    order: &[0, 1],
};

pub(super) fn put(rows: &mut Rows, instrument: &Instrument) -> Result<(), StoreError> {
    let (kind, mandate, channel) = match &instrument.kind {
        InstrumentKind::Wallet => ("wallet", None, None),
        InstrumentKind::Mandate(mandate) => ("mandate", Some(mandate.id), None),
        InstrumentKind::Confirmed { channel } => ("confirmed", None, Some(channel.id())),
        InstrumentKind::Card(_) => ("card", None, None),
        InstrumentKind::PayLater => ("pay_later", None, None),
        InstrumentKind::Points => ("points", None, None),
    };
    if let InstrumentKind::Card(card) = &instrument.kind {
        cards::put(rows, instrument.id, card)?;
    }
    rows.put(
        &INSTRUMENTS,
        vec![
            Value::shard(instrument.id.shard().number()),
            instrument.id.into(),
            instrument.account.into(),
            kind.into(),
            Value::maybe(mandate),
            Value::maybe(channel),
        ],
    )
}

/// A mandate or a card lives on its payer's shard, and comes in the same row, so that both are of one moment.
macro_rules! with_what_is_charged {
    ($wanted:literal, $shard:literal) => {
        concat!(
            "SELECT held.id AS held_id, held.account AS held_account, held.kind AS held_kind, held.mandate AS held_mandate,
             held.channel AS held_channel, ",
            columns!(),
            ", found.* FROM ",
            $wanted,
            ", LATERAL (SELECT * FROM instruments WHERE shard = ",
            $shard,
            " AND account = wanted.key OFFSET 0) AS held LEFT JOIN LATERAL (SELECT * FROM mandates WHERE shard = ",
            $shard,
            " AND id = held.mandate OFFSET 0) AS found ON true LEFT JOIN LATERAL (SELECT * FROM cards WHERE shard = ",
            $shard,
            " AND instrument = held.id OFFSET 0) AS card ON true ORDER BY held.id"
        )
    };
}

/// The instruments of accounts, in the order in which they were added: their ids are ordered by time.
pub(super) fn ask(accounts: &[AccountId]) -> Option<Ask> {
    let held = LookUp {
        of_one: with_what_is_charged!("unnest($2::text[]) AS wanted (key)", "$1"),
        of_several: with_what_is_charged!("unnest($1::smallint[], $2::text[]) AS wanted (shard, key)", "wanted.shard"),
    };
    Ask::look_up(held, accounts.iter().map(|id| (id.shard(), [(*id).into()])))
}

pub(super) fn read(row: &Row) -> Result<Instrument, StoreError> {
    let cells = Cells::of("instruments", row);
    let id: InstrumentId = cells.parse("held_id")?;
    let channel = cells.optional_word("held_channel", Channel::parse)?;
    let kind: &str = cells.get("held_kind")?;
    let kind = match (cells.optional::<MandateId>("held_mandate")?, channel) {
        (None, None) if kind == "pay_later" => InstrumentKind::PayLater,
        (None, None) if kind == "points" => InstrumentKind::Points,
        (None, None) if kind == "card" => InstrumentKind::Card(rows::cards::read(&cells)?),
        (None, None) => InstrumentKind::Wallet,
        (None, Some(channel)) => InstrumentKind::Confirmed { channel },
        (Some(mandate), _) if cells.get::<Option<&str>>("id")?.is_none() => {
            let (row, why) = (id.to_string(), format!("{mandate} is not there"));
            return Err(StoreError::Corrupt { table: "instruments", row, why });
        }
        (Some(_), _) => InstrumentKind::Mandate(mandates::read(row)?),
    };
    Ok(Instrument { id, account: cells.parse("held_account")?, kind })
}

/// The account that an instrument belongs to.
pub(super) fn ask_account(id: InstrumentId) -> Ask {
    Ask::new(
        "SELECT account FROM instruments WHERE shard = $1 AND id = $2",
        vec![Value::shard(id.shard().number()), id.into()],
    )
}

pub(super) fn read_account(row: &Row) -> Result<AccountId, StoreError> {
    Cells::of("instruments", row).parse("account")
}
