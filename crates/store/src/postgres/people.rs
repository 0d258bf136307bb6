//! What is known of holders, sealed; the codes that were sent to them; and what counts how often somebody asks.

use tantu_domain::code::{Code, Purpose, SealedText};
use tantu_domain::ids::{AccountId, CodeId};
use tantu_domain::money::Money;
use tokio_postgres::Row;

use super::cell::{Cells, optional_time, time};
use crate::error::StoreError;
use crate::person::{SealedPerson, Subject, Tally, write_instants};
use crate::rows;
use crate::wire::burst::{Ask, look_up};
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

static PEOPLE: Table = Table {
    name: "people",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("account", Put::Key),
        ("name", Put::Last),
        ("document", Put::Last),
        ("phone", Put::Last),
    ],
    order: &[0, 1],
};

static CODES: Table = Table {
    name: "codes",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("id", Put::Key),
        ("account", Put::Once),
        ("purpose", Put::Once),
        ("payment", Put::Once),
        ("merchant", Put::Once),
        ("amount", Put::Once),
        ("currency", Put::Once),
        ("phone", Put::Last),
        ("mac", Put::Once),
        ("sent_at", Put::Once),
        ("tries", Put::Last),
        ("used_at", Put::Last),
        ("delivery", Put::Last),
        ("delivery_at", Put::Last),
    ],
    order: &[0, 1],
};

static TALLIES: Table = Table {
    name: "tallies",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[("shard", Put::Key), ("subject", Put::Key), ("instants", Put::Last)],
    order: &[0, 1],
};

fn bytes(text: Option<&SealedText>) -> Value {
    text.map_or(Value::NULL, |text| Value::Bytes(text.0.clone()))
}

pub(super) fn put_person(rows: &mut Rows, person: &SealedPerson) -> Result<(), StoreError> {
    rows.put(
        &PEOPLE,
        vec![
            Value::shard(person.account.shard().number()),
            person.account.into(),
            bytes(person.name.as_ref()),
            bytes(person.document.as_ref()),
            bytes(person.phone.as_ref()),
        ],
    )
}

/// These accounts' holders.
pub(super) fn ask_people(accounts: &[AccountId]) -> Option<Ask> {
    Ask::look_up(look_up!("people", "account = wanted.key"), accounts.iter().map(|id| (id.shard(), [(*id).into()])))
}

pub(super) fn read_person(row: &Row) -> Result<SealedPerson, StoreError> {
    rows::people::read_person(&Cells::of("people", row))
}

pub(super) fn put_code(rows: &mut Rows, code: &Code) -> Result<(), StoreError> {
    let (payment, merchant, amount) = match code.purpose {
        Purpose::BindPhone | Purpose::ResetPassword => (None, None, None),
        Purpose::Payment(payment, merchant, amount) => (Some(payment), Some(merchant), Some(amount)),
    };
    rows.put(
        &CODES,
        vec![
            Value::shard(code.id.shard().number()),
            code.id.into(),
            code.account.into(),
            code.purpose.id().into(),
            Value::maybe(payment),
            Value::maybe(merchant),
            amount.map_or(Value::NULL, |amount: Money| Value::Big(amount.minor())),
            Value::maybe(amount.map(|amount| amount.currency().code())),
            Value::Bytes(code.phone.0.clone()),
            Value::Bytes(code.mac.to_vec()),
            time(code.sent_at),
            Value::Big(i64::from(code.tries)),
            optional_time(code.used_at),
            code.delivery.id().into(),
            optional_time(code.delivery_at),
        ],
    )
}

/// These codes.
pub(super) fn ask_codes(ids: &[CodeId]) -> Option<Ask> {
    Ask::look_up(look_up!("codes", "id = wanted.key"), ids.iter().map(|id| (id.shard(), [(*id).into()])))
}

pub(super) fn read_code(row: &Row) -> Result<Code, StoreError> {
    rows::people::read_code(&Cells::of("codes", row))
}

pub(super) fn put_tally(rows: &mut Rows, tally: &Tally) -> Result<(), StoreError> {
    rows.put(
        &TALLIES,
        vec![
            Value::shard(tally.subject.shard().number()),
            tally.subject.key().into(),
            write_instants(&tally.at).into(),
        ],
    )
}

/// These subjects' tallies.
pub(super) fn ask_tallies(subjects: &[Subject]) -> Option<Ask> {
    let wanted = subjects.iter().map(|subject| (subject.shard(), [subject.key().into()]));
    Ask::look_up(look_up!("tallies", "subject = wanted.key"), wanted)
}

pub(super) fn read_tally(row: &Row) -> Result<Tally, StoreError> {
    rows::people::read_tally(&Cells::of("tallies", row))
}
