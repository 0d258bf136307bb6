//! What each decision about a payment rested on. It is written once and never changed.
//!
//! The decision that makes a payment stands in the payment's row, further ones in `further_decisions`; the view `decisions` shows all.

use tantu_domain::check::Decision;
use tantu_domain::ids::PaymentId;
use tokio_postgres::Row;

use super::cell::{Cells, time};
use super::payments::{self, Made};
use crate::error::StoreError;
use crate::record::write_checks;
use crate::rows;
use crate::wire::burst::Ask;
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

static DECISIONS: Table = Table {
    name: "further_decisions",
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

/// Writes a decision; into its payment's row if the batch makes that.
pub(super) fn put(rows: &mut Rows, decision: &Decision, made: Option<Made>) -> Result<(), StoreError> {
    let id = Value::from(decision.id);
    let what = || {
        let checks = write_checks(&decision.checks).into();
        [decision.policy.clone().into(), decision.chosen.into(), decision.outcome.id().into(), checks]
    };
    let first = made.filter(|made| decision.at == made.at);
    let own = |id| [id].into_iter().chain(what()).collect();
    if first.is_some_and(|made| payments::put_decision(rows, made, own(id.clone()))) {
        return Ok(());
    }
    let mut row = vec![Value::shard(decision.payment.shard().number()), decision.payment.into(), id, time(decision.at)];
    row.extend(what());
    rows.put(&DECISIONS, row)
}

/// The decisions about a payment, the first first.
pub(super) fn ask_of_payment(payment: PaymentId) -> Ask {
    Ask::new(
        "SELECT * FROM decisions WHERE shard = $1 AND payment = $2 ORDER BY id",
        vec![Value::shard(payment.shard().number()), payment.into()],
    )
}

pub(super) fn read(row: &Row) -> Result<Decision, StoreError> {
    rows::decisions::read(&Cells::of("decisions", row))
}
