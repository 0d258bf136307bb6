//! How much of each limit's window an account has used.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use tantu_domain::ids::AccountId;
use tantu_domain::instrument::Product;
use tantu_domain::limit::{LimitUse, Window};
use tantu_domain::money::Money;
use tokio_postgres::Row;

use super::cell::Cells;
use crate::error::StoreError;
use crate::wire::burst::Ask;
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

// A window begins with nothing used. Not an upsert of the whole: that would hold the floor against the change
// alone, before it is added to what is there.
static LIMIT_USES: Table = Table {
    name: "limit_uses",
    turn: Turn::Late,
    known: Known::Left,
    columns: &[
        ("shard", Put::Key),
        ("account", Put::Key),
        ("product", Put::Key),
        ("span", Put::Key),
        ("starts_on", Put::Key),
        ("used", Put::Once),
        ("currency", Put::Once),
    ],
    order: &[0, 1, 2, 3, 4],
};

/// A window of one account, as its row is named.
type Named = (String, &'static str, &'static str, String);

/// By how much a batch changes what is used, by shard and window.
#[derive(Default)]
pub(super) struct Uses(BTreeMap<u8, BTreeMap<Named, i128>>);

impl Uses {
    pub(super) fn adjust(
        &mut self,
        rows: &mut Rows,
        account: AccountId,
        product: Product,
        window: Window,
        starts_on: Date,
        delta: Money,
    ) -> Result<(), StoreError> {
        let shard = account.shard().number();
        let name: Named = (account.to_string(), product.id(), window.id(), starts_on.to_string());
        rows.put(
            &LIMIT_USES,
            vec![
                Value::shard(shard),
                name.0.as_str().into(),
                name.1.into(),
                name.2.into(),
                name.3.as_str().into(),
                Value::Big(0),
                delta.currency().code().into(),
            ],
        )?;
        *self.0.entry(shard).or_default().entry(name).or_default() += i128::from(delta.minor());
        Ok(())
    }

    /// The statements, which go behind those that begin the windows.
    pub(super) fn asks(&self) -> Result<Vec<Ask>, StoreError> {
        self.0.iter().map(|(shard, uses)| ask_adjust(*shard, uses)).collect()
    }
}

fn ask_adjust(shard: u8, uses: &BTreeMap<Named, i128>) -> Result<Ask, StoreError> {
    let mut columns = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut deltas = Vec::new();
    for ((account, product, span, starts_on), delta) in uses {
        let too_wide = |_| StoreError::Refused(format!("the limit of {account} by {product} would pass its width"));
        deltas.push(i64::try_from(*delta).map_err(too_wide)?);
        columns.0.push(account);
        columns.1.push(product);
        columns.2.push(span);
        columns.3.push(starts_on);
    }
    Ok(Ask::new(
        "UPDATE limit_uses SET used = used + adjusted.delta
         FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[])
         AS adjusted (account, product, span, starts_on, delta)
         WHERE limit_uses.shard = $1 AND limit_uses.account = adjusted.account AND limit_uses.product = adjusted.product
         AND limit_uses.span = adjusted.span AND limit_uses.starts_on = adjusted.starts_on",
        vec![
            Value::shard(shard),
            Value::texts(columns.0),
            Value::texts(columns.1),
            Value::texts(columns.2),
            Value::texts(columns.3),
            Value::Bigs(deltas),
        ],
    ))
}

/// The windows of accounts of one shard that may still be counted in: this month's and the last one's, because an
/// attempt that was counted before midnight may fail after it.
pub(super) fn ask(shard: u8, accounts: &[AccountId], now: Timestamp) -> Ask {
    let from = Window::Month.start(now).saturating_sub(1.month());
    Ask::new(
        "SELECT * FROM limit_uses WHERE shard = $1 AND account = ANY($2) AND starts_on >= $3
         ORDER BY account, product, span, starts_on",
        vec![Value::shard(shard), Value::texts(accounts), from.to_string().into()],
    )
}

pub(super) fn read(row: &Row) -> Result<LimitUse, StoreError> {
    let cells = Cells::of("limit_uses", row);
    Ok(LimitUse {
        account: cells.parse("account")?,
        product: cells.word("product", Product::parse)?,
        window: cells.word("span", Window::parse)?,
        starts_on: cells.day("starts_on")?,
        used: cells.money("used")?,
    })
}
