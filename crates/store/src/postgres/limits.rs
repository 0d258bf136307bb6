//! How much of each limit's window an account has used.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use tantu_domain::ids::AccountId;
use tantu_domain::limit::{Counter, LimitUse, Window};
use tantu_domain::money::Money;
use tokio_postgres::Row;

use super::cell::Cells;
use crate::error::StoreError;
use crate::wire::burst::{Ask, look_up};
use crate::wire::sums::Sums;
use crate::wire::upsert::{Form, Known, Put, Table, Turn};
use crate::wire::value::Value;

static LIMIT_USES: Table = Table {
    name: "limit_uses",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("account", Put::Key),
        ("product", Put::Key),
        ("span", Put::Key),
        ("starts_on", Put::Key),
        ("used", Put::Sum),
        ("currency", Put::Once),
    ],
    order: &[0, 1, 2, 3, 4],
};

/// By how much a batch changes what is used of each window.
pub(super) fn uses() -> Sums {
    Sums::of(&LIMIT_USES)
}

pub(super) fn adjust(
    uses: &mut Sums,
    account: AccountId,
    counter: Counter,
    window: Window,
    starts_on: Date,
    delta: Money,
) {
    let row = vec![
        Value::shard(account.shard().number()),
        account.into(),
        counter.id().into(),
        window.id().into(),
        starts_on.to_string().into(),
        Value::Big(0),
        delta.currency().code().into(),
    ];
    uses.change(row, delta.minor());
}

pub(super) fn asks(uses: &Sums, form: Form) -> Result<Vec<Ask>, StoreError> {
    let too_wide = |row: &[Value], by: i128| {
        let account = row.get(1).map(Value::shown).unwrap_or_default();
        StoreError::Refused(format!("a limit of {account} cannot change by {by}: it would pass its width"))
    };
    uses.asks(form, |_| false, too_wide)
}

/// The windows of accounts that may still be counted in: this month's and the last one's, because an
/// attempt that was counted before midnight may fail after it. And every month of the balance, because the regulator's
/// ceilings are sums of them.
pub(super) fn ask(accounts: &[AccountId], now: Timestamp) -> Option<Ask> {
    let from = Window::Month.start(now).saturating_sub(1.month());
    let open = look_up!(
        "limit_uses",
        "account = wanted.key AND (starts_on >= $3 OR span = 'month' AND product IN ('wallet', 'wallet_two_factors'))",
        "found.account, found.product, found.span, found.starts_on"
    );
    let ask = Ask::look_up(open, accounts.iter().map(|id| (id.shard(), [(*id).into()])));
    ask.map(|ask| ask.with(from.to_string()))
}

pub(super) fn read(row: &Row) -> Result<LimitUse, StoreError> {
    let cells = Cells::of("limit_uses", row);
    Ok(LimitUse {
        account: cells.parse("account")?,
        counter: cells.word("product", Counter::parse)?,
        window: cells.word("span", Window::parse)?,
        starts_on: cells.day("starts_on")?,
        used: cells.money("used")?,
    })
}
