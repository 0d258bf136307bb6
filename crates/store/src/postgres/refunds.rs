//! Merchants' refunds. Whoever changes one holds its payment.

use tantu_domain::ids::{PaymentId, RefundId};
use tantu_domain::refund::Refund;
use tokio_postgres::Row;

use super::cell::{Cells, optional_time, time};
use super::loading::{Loading, by_shard};
use super::pay_later;
use crate::error::StoreError;
use crate::rows;
use crate::rows::refunds::cells_of;
use crate::wire::burst::{Ask, look_up};
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

static REFUNDS: Table = Table {
    name: "refunds",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("id", Put::Key),
        ("payment", Put::Once),
        ("merchant", Put::Once),
        ("key", Put::Once),
        ("reason", Put::Once),
        ("amount", Put::Once),
        ("currency", Put::Once),
        ("as_points", Put::Once),
        ("points", Put::Once),
        ("road", Put::Once),
        ("channel", Put::Once),
        ("attempt", Put::Once),
        ("hold", Put::Once),
        ("ending", Put::Once),
        ("asked_at", Put::Once),
        ("state", Put::Last),
        ("state_at", Put::Last),
        ("short_settled", Put::Last),
        ("short_coming", Put::Last),
        ("causes", Put::Last),
        ("done_at", Put::Last),
        ("last_asked_at", Put::Last),
        ("again_at", Put::Last),
        ("told_code", Put::Last),
        ("told_message", Put::Last),
        ("told_at", Put::Last),
    ],
    order: &[0, 1],
};

pub(super) fn put(rows: &mut Rows, refund: &Refund) -> Result<(), StoreError> {
    let amount = refund.amount();
    let cells = cells_of(refund);
    rows.put(
        &REFUNDS,
        vec![
            Value::shard(refund.id.shard().number()),
            refund.id.into(),
            refund.payment.into(),
            refund.merchant.into(),
            refund.key.clone().into(),
            refund.reason.clone().into(),
            Value::Big(amount.minor()),
            amount.currency().code().into(),
            Value::Big(cells.as_points),
            Value::Big(cells.points),
            Value::maybe(cells.road),
            Value::maybe(cells.channel),
            Value::maybe(cells.attempt),
            refund.hold.into(),
            refund.end.into(),
            time(refund.asked_at),
            refund.state.id().into(),
            optional_time(cells.state_at),
            cells.short.map_or(Value::NULL, |(settled, _)| Value::Big(settled)),
            cells.short.map_or(Value::NULL, |(_, coming)| Value::Big(coming)),
            Value::maybe(cells.causes),
            optional_time(refund.done_at),
            optional_time(cells.last_asked_at),
            optional_time(cells.again_at),
            Value::maybe(cells.told_code),
            Value::maybe(cells.told_message),
            optional_time(cells.told_at),
        ],
    )
}

pub(super) fn ask(id: RefundId) -> Ask {
    let values = vec![Value::shard(id.shard().number()), id.into()];
    Ask::new("SELECT * FROM refunds WHERE shard = $1 AND id = $2", values)
}

/// The refunds of payments, the first first.
pub(super) fn ask_of_payments(ids: &[PaymentId]) -> Option<Ask> {
    let found = look_up!("refunds", "payment = wanted.key", "found.payment, found.id");
    Ask::look_up(found, ids.iter().map(|id| (id.shard(), [(*id).into()])))
}

/// Every refund, for the comparison with a channel's own books.
pub(super) fn ask_every() -> Ask {
    Ask::plain("SELECT * FROM refunds ORDER BY shard, id")
}

pub(super) fn read(row: &Row) -> Result<Refund, StoreError> {
    rows::refunds::read(&Cells::of("refunds", row))
}

impl Loading<'_> {
    /// The refunds of the payments that the keys name, and the bills of those. A batch of payments touches nothing of it.
    pub(super) async fn refunds(&mut self) -> Result<(), StoreError> {
        let ids = by_shard(&self.keys.refunds, PaymentId::shard);
        let asks: Vec<Ask> =
            [ask_of_payments(&ids), pay_later::ask_bills_of_payments(&ids)].into_iter().flatten().collect();
        if asks.is_empty() {
            return Ok(());
        }
        let mut answers = self.ask(asks).await?;
        let (refunds, bills) = (answers.all(1, read)?, answers.all(1, pay_later::read_bill)?);
        let world = &mut self.world;
        // Those of a payment that were asked for are there, be they none.
        world.refunds.extend(ids.into_iter().map(|payment| (payment, Vec::new())));
        for refund in refunds {
            world.refunds.entry(refund.payment).or_default().push(refund);
        }
        world.billed.extend(bills.into_iter().map(|bill| (bill.payment, bill)));
        Ok(())
    }
}
