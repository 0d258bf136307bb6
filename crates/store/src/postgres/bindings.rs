//! The bindings of bank cards, each as it stands.

use tantu_domain::binding::Binding;
use tantu_domain::ids::{BindingId, OpeningId};
use tokio_postgres::Row;

use super::cell::{Cells, mark, optional_time, time};
use crate::error::StoreError;
use crate::record::write_findings;
use crate::rows;
use crate::wire::burst::{Ask, look_up};
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

static BINDINGS: Table = Table {
    name: "bindings",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("id", Put::Key),
        ("account", Put::Once),
        ("instrument", Put::Once),
        ("begun_at", Put::Once),
        ("terms", Put::Last),
        ("bank", Put::Last),
        ("card_kind", Put::Last),
        ("bin", Put::Last),
        ("last_four", Put::Last),
        ("phone", Put::Last),
        ("card_hash", Put::Last),
        ("opening", Put::Last),
        ("code_sent_at", Put::Last),
        ("refused_at", Put::Last),
        ("causes", Put::Last),
        ("state", Put::Last),
        ("state_at", Put::Last),
        ("holder", Put::Last),
    ],
    order: &[0, 1],
};

pub(super) fn put(rows: &mut Rows, binding: &Binding) -> Result<(), StoreError> {
    let (face, refusal) = (binding.face.as_ref(), binding.refusal.as_ref());
    rows.put(
        &BINDINGS,
        vec![
            Value::shard(binding.id.shard().number()),
            binding.id.into(),
            binding.account.into(),
            binding.instrument.into(),
            time(binding.begun_at),
            Value::maybe(binding.terms.clone()),
            Value::maybe(face.map(|face| face.bank.id())),
            Value::maybe(face.map(|face| face.kind.id())),
            Value::maybe(face.map(|face| face.bin.clone())),
            Value::maybe(face.map(|face| face.last_four.clone())),
            Value::maybe(face.map(|face| face.phone.clone())),
            face.map_or(Value::NULL, |face| Value::Bytes(face.hash.0.to_vec())),
            Value::maybe(binding.opening),
            optional_time(binding.code_sent_at),
            optional_time(refusal.map(|refusal| refusal.at)),
            Value::maybe(refusal.map(|refusal| write_findings(&refusal.causes))),
            binding.state.id().into(),
            time(binding.state.at()),
            mark(face.and_then(|face| face.holder.as_ref())),
        ],
    )
}

/// These bindings.
pub(super) fn ask(ids: &[BindingId]) -> Option<Ask> {
    Ask::look_up(look_up!("bindings", "id = wanted.key"), ids.iter().map(|id| (id.shard(), [(*id).into()])))
}

/// The bindings whose details went to the channel under these numbers last.
pub(super) fn ask_by_opening(openings: &[OpeningId]) -> Option<Ask> {
    let wanted = openings.iter().map(|opening| (opening.shard(), [(*opening).into()]));
    Ask::look_up(look_up!("bindings", "opening = wanted.key"), wanted)
}

pub(super) fn read(row: &Row) -> Result<Binding, StoreError> {
    rows::bindings::read(&Cells::of("bindings", row))
}
