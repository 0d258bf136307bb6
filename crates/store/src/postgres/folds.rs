//! Folds, and what merchants have on the way to them.
//!
//! Nothing here is locked: a fold's number is taken once, which tells who was first, and a merchant's balance has a floor. So a
//! payer who pays the same merchant never waits for a fold but for the moment of its commit.

use std::collections::{BTreeSet, HashMap};

use tantu_domain::fold::Fold;
use tantu_domain::ids::{FoldId, MerchantId, Shard, TransactionId};
use tantu_domain::ledger::{LedgerAccount, Purpose};
use tantu_domain::money::{Currency, Money};
use tokio_postgres::Row;

use super::cell::{Cells, optional_time, time};
use super::ledger;
use super::loading::{Loading, by_shard};
use crate::clearing::{Clearing, MerchantBalance};
use crate::error::StoreError;
use crate::row::Columns;
use crate::rows;
use crate::wire::burst::{Ask, LookUp, look_up};
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

/// The table's name, by which the server says that another process has begun the same fold.
pub(super) const NAME: &str = "folds";

static FOLDS: Table = Table {
    name: NAME,
    turn: Turn::Early,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("id", Put::Key),
        ("merchant", Put::Once),
        ("number", Put::Once),
        ("from_total", Put::Once),
        ("to_total", Put::Once),
        ("currency", Put::Once),
        ("credit", Put::Once),
        ("begun_at", Put::Once),
        ("done_at", Put::First),
    ],
    order: &[0, 1],
};

pub(super) fn put(rows: &mut Rows, fold: &Fold) -> Result<(), StoreError> {
    rows.put(
        &FOLDS,
        vec![
            Value::shard(fold.id.shard().number()),
            fold.id.into(),
            fold.merchant.into(),
            Value::Big(i64::try_from(fold.number).unwrap_or(i64::MAX)),
            Value::Big(fold.from_total.minor()),
            Value::Big(fold.to_total.minor()),
            fold.to_total.currency().code().into(),
            fold.credit.into(),
            time(fold.begun_at),
            optional_time(fold.done_at),
        ],
    )
}

/// These folds.
pub(super) fn ask(ids: &[FoldId]) -> Option<Ask> {
    Ask::look_up(look_up!("folds", "id = wanted.key"), ids.iter().map(|id| (id.shard(), [(*id).into()])))
}

pub(super) fn read(row: &Row) -> Result<Fold, StoreError> {
    rows::folds::read(&Cells::of(NAME, row))
}

/// The balance and the last fold of each of some clearing accounts. One statement, because the two must be of one moment: with a
/// balance from before another's fold and that fold as the last, its money would be folded again.
macro_rules! clearings {
    ($wanted:literal, $shard:literal) => {
        concat!(
            "SELECT wanted.owner, gathered.shard AS at, gathered.balance, last.* FROM ",
            $wanted,
            ", LATERAL (SELECT shard, balance FROM balances WHERE shard = ",
            $shard,
            " AND ledger_account = wanted.key AND currency = 'CNY' OFFSET 0) AS gathered LEFT JOIN LATERAL
             (SELECT * FROM folds WHERE shard = ",
            $shard,
            " AND merchant = wanted.owner AND currency = 'CNY' ORDER BY number DESC LIMIT 1) AS last ON true"
        )
    };
}

/// What gathers for merchants, where anything ever did.
fn ask_clearings_of(wanted: &BTreeSet<(Shard, MerchantId)>) -> Option<Ask> {
    let found = LookUp {
        of_one: clearings!("unnest($2::text[], $3::text[]) AS wanted (key, owner)", "$1"),
        of_several: clearings!(
            "unnest($1::smallint[], $2::text[], $3::text[]) AS wanted (shard, key, owner)",
            "wanted.shard"
        ),
    };
    let place = |(shard, merchant): &(Shard, MerchantId)| {
        let account = LedgerAccount::MerchantClearing(*merchant, *shard);
        (*shard, [account.to_string().into(), (*merchant).into()])
    };
    Ask::look_up(found, wanted.iter().map(place))
}

/// What has gathered on a shard. The accounts' names stand together in the key, so nothing else is looked at.
pub(super) fn ask_clearings(shard: Shard) -> Ask {
    Ask::new(
        clearings!(
            "(SELECT ledger_account AS key, substr(ledger_account, 19, 30) AS owner FROM balances WHERE shard = $1
             AND ledger_account >= 'merchant_clearing:' AND ledger_account < 'merchant_clearing;' AND balance > 0
             AND currency = 'CNY') AS wanted",
            "$1"
        ),
        vec![Value::shard(shard.number())],
    )
}

pub(super) fn read_clearing(row: &Row) -> Result<Clearing, StoreError> {
    let cells = Cells::of("balances", row);
    let shard: i16 = cells.get("at")?;
    let shard = Shard::of(u8::try_from(shard).map_err(|error| cells.wrong("shard", error))?);
    let last = cells.optional_text("id")?.map(|_| read(row)).transpose()?;
    Ok(Clearing { merchant: cells.parse("owner")?, shard, gathered: Money::cny(cells.get("balance")?), last })
}

/// A merchant's folds that are not done, on every shard.
pub(super) fn ask_under_way(merchant: MerchantId) -> Option<Ask> {
    let found = look_up!("folds", "merchant = wanted.key AND done_at IS NULL", "shard, number");
    Ask::look_up(found, Shard::all().map(|shard| (shard, [merchant.into()])))
}

/// What a merchant has, account by account.
fn accounts_of(merchant: MerchantId) -> impl Iterator<Item = (Shard, LedgerAccount)> {
    let of_shard = move |shard| MerchantBalance::accounts(merchant, shard).map(|account| (shard, account));
    Shard::all().flat_map(of_shard)
}

pub(super) fn ask_balance(merchant: MerchantId) -> Option<Ask> {
    ledger::ask_balances(accounts_of(merchant))
}

/// Adds up the balances that were found, by the names of their ledger accounts.
pub(super) fn balance_of(merchant: MerchantId, found: Vec<(String, Money)>) -> MerchantBalance {
    let named: HashMap<String, LedgerAccount> =
        accounts_of(merchant).map(|(_, account)| (account.to_string(), account)).collect();
    let mut sum = MerchantBalance::nothing();
    for (name, has) in found {
        named.get(&name).into_iter().for_each(|account| sum.add(*account, has));
    }
    sum
}

fn ask_posted(ids: &[TransactionId]) -> Option<Ask> {
    Ask::look_up(look_up!("ledger_transactions", "id = wanted.key"), ids.iter().map(|id| (id.shard(), [(*id).into()])))
}

fn read_posted(row: &Row) -> Result<(TransactionId, Purpose), StoreError> {
    let cells = Cells::of("ledger_transactions", row);
    Ok((cells.parse("id")?, cells.word("purpose", Purpose::parse)?))
}

impl Loading<'_> {
    /// Loads what the keys touch of merchants' money. A batch of payments touches nothing of it.
    pub(super) async fn merchants(&mut self) -> Result<(), StoreError> {
        let keys = self.keys;
        let own = by_shard(&keys.merchants, MerchantId::shard).into_iter();
        let asks = [
            ask_clearings_of(&keys.clearings),
            ask(&by_shard(&keys.folds, FoldId::shard)),
            ledger::ask_balances(own.map(|id| (id.shard(), LedgerAccount::Merchant(id)))),
            ask_posted(&by_shard(&keys.transactions, TransactionId::shard)),
        ];
        let [clearings, folds, settled, posted] = asks.each_ref().map(|ask| usize::from(ask.is_some()));
        let asks: Vec<Ask> = asks.into_iter().flatten().collect();
        if asks.is_empty() {
            return Ok(());
        }
        let mut answers = self.ask(asks).await?;
        let (world, nothing) = (&mut self.world, Money::zero(Currency::Cny));
        let empty = |(shard, merchant): (Shard, MerchantId)| {
            ((shard, merchant), Clearing { merchant, shard, gathered: nothing, last: None })
        };
        world.clearings.extend(keys.clearings.iter().copied().map(empty));
        let found = answers.all(clearings, read_clearing)?;
        world.clearings.extend(found.into_iter().map(|one| ((one.shard, one.merchant), one)));
        world.folds.extend(answers.all(folds, read)?.into_iter().map(|one| (one.id, one)));
        let has: HashMap<String, Money> = answers.all(settled, ledger::read_sum)?.into_iter().collect();
        let settled =
            |id: &MerchantId| (*id, has.get(&LedgerAccount::Merchant(*id).to_string()).copied().unwrap_or(nothing));
        world.settled.extend(keys.merchants.iter().map(settled));
        world.posted.extend(keys.transactions.iter().map(|id| (*id, None)));
        world.posted.extend(answers.all(posted, read_posted)?.into_iter().map(|(id, purpose)| (id, Some(purpose))));
        Ok(())
    }
}
