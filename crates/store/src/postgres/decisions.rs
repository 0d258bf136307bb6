//! What each decision about a payment rested on. It is written once and never changed.

use tantu_domain::check::{Decision, Outcome};
use tantu_domain::ids::PaymentId;
use tokio_postgres::Row;

use super::cell::{Cells, time};
use crate::error::StoreError;
use crate::record::{read_checks, write_checks};
use crate::wire::burst::Ask;
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

static DECISIONS: Table = Table {
    name: "decisions",
    turn: Turn::Middle,
    known: Known::Refused,
    columns: &[
        ("shard", Put::Key),
        ("payment", Put::Key),
        ("id", Put::Key),
        ("at", Put::Once),
        ("policy", Put::Once),
        ("chosen", Put::Once),
        ("outcome", Put::Once),
        ("checks", Put::Once),
    ],
    order: &[0, 1, 2],
};

pub(super) fn put(rows: &mut Rows, decision: &Decision) -> Result<(), StoreError> {
    rows.put(
        &DECISIONS,
        vec![
            Value::shard(decision.payment.shard().number()),
            decision.payment.into(),
            decision.id.into(),
            time(decision.at),
            decision.policy.clone().into(),
            decision.chosen.into(),
            decision.outcome.id().into(),
            write_checks(&decision.checks).into(),
        ],
    )
}

/// The decisions about a payment, the first first.
pub(super) fn ask_of_payment(payment: PaymentId) -> Ask {
    Ask::new(
        "SELECT * FROM decisions WHERE shard = $1 AND payment = $2 ORDER BY id",
        vec![Value::shard(payment.shard().number()), payment.into()],
    )
}

pub(super) fn read(row: &Row) -> Result<Decision, StoreError> {
    let cells = Cells::of("decisions", row);
    Ok(Decision {
        id: cells.parse("id")?,
        payment: cells.parse("payment")?,
        at: cells.time("at")?,
        policy: cells.text("policy")?,
        chosen: cells.parse("chosen")?,
        outcome: cells.word("outcome", Outcome::parse)?,
        checks: read_checks(cells.get("checks")?).map_err(|why| cells.wrong("checks", why))?,
    })
}
