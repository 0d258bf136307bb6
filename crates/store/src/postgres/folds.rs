//! Folds, and what merchants have on the way to them.
//!
//! Nothing here is locked: a fold's number is taken once, which tells who was first, and a merchant's balance has a floor. So a
//! payer who pays the same merchant never waits for a fold but for the moment of its commit.

use tantu_domain::fold::Fold;
use tantu_domain::ids::{FoldId, MerchantId, Shard, TransactionId};
use tantu_domain::ledger::LedgerAccount;
use tantu_domain::money::{Currency, Money};
use tokio_postgres::Row;

use super::cell::{Cells, optional_time, time};
use super::{Answers, Loading, by_shard, ledger};
use crate::clearing::{Clearing, MerchantBalance};
use crate::error::StoreError;
use crate::wire::burst::{Ask, look_up};
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
            fold.id.to_string().into(),
            fold.merchant.to_string().into(),
            Value::Big(i64::try_from(fold.number).unwrap_or(i64::MAX)),
            Value::Big(fold.from_total.minor()),
            Value::Big(fold.to_total.minor()),
            fold.to_total.currency().code().into(),
            fold.credit.to_string().into(),
            time(fold.begun_at),
            optional_time(fold.done_at),
        ],
    )
}

/// Folds of one shard.
pub(super) fn ask(shard: u8, ids: &[FoldId]) -> Ask {
    Ask::new(look_up!("folds", "id = wanted.key"), vec![Value::shard(shard), Value::texts(ids)])
}

pub(super) fn read(row: &Row) -> Result<Fold, StoreError> {
    let cells = Cells::of(NAME, row);
    Ok(Fold {
        id: cells.parse("id")?,
        merchant: cells.parse("merchant")?,
        number: cells.count("number")?,
        from_total: cells.money("from_total")?,
        to_total: cells.money("to_total")?,
        credit: cells.parse("credit")?,
        begun_at: cells.time("begun_at")?,
        done_at: cells.optional_time("done_at")?,
    })
}

/// The balance and the last fold of each of some clearing accounts. One statement, because the two must be of one moment: with a
/// balance from before another's fold and that fold as the last, its money would be folded again.
macro_rules! clearings {
    ($wanted:literal) => {
        concat!(
            "SELECT wanted.owner, gathered.balance, last.* FROM ",
            $wanted,
            ", LATERAL (SELECT balance FROM balances WHERE shard = $1 AND ledger_account = wanted.key AND currency = 'CNY'
             OFFSET 0) AS gathered LEFT JOIN LATERAL (SELECT * FROM folds WHERE shard = $1 AND merchant = wanted.owner
             AND currency = 'CNY' ORDER BY number DESC LIMIT 1) AS last ON true"
        )
    };
}

/// What gathers for some merchants on one shard.
fn ask_clearings_of(shard: u8, merchants: &[MerchantId]) -> Ask {
    let accounts = merchants.iter().map(|id| LedgerAccount::MerchantClearing(*id, Shard::of(shard)));
    Ask::new(
        clearings!("unnest($2::text[], $3::text[]) AS wanted (key, owner)"),
        vec![Value::shard(shard), Value::texts(accounts), Value::texts(merchants)],
    )
}

/// What has gathered on a shard. The accounts' names stand together in the key, so nothing else is looked at.
pub(super) fn ask_clearings(shard: u8) -> Ask {
    Ask::new(
        clearings!(
            "(SELECT ledger_account AS key, substr(ledger_account, 19, 30) AS owner FROM balances WHERE shard = $1
             AND ledger_account >= 'merchant_clearing:' AND ledger_account < 'merchant_clearing;' AND balance > 0
             AND currency = 'CNY') AS wanted"
        ),
        vec![Value::shard(shard)],
    )
}

pub(super) fn read_clearing(shard: Shard, row: &Row) -> Result<Clearing, StoreError> {
    let cells = Cells::of("balances", row);
    let last = cells.optional_text("id")?.map(|_| read(row)).transpose()?;
    Ok(Clearing { merchant: cells.parse("owner")?, shard, gathered: Money::cny(cells.get("balance")?), last })
}

/// A merchant's folds on one shard that are not done.
pub(super) fn ask_under_way(shard: u8, merchant: MerchantId) -> Ask {
    Ask::new(
        "SELECT * FROM folds WHERE shard = $1 AND merchant = $2 AND done_at IS NULL ORDER BY number",
        vec![Value::shard(shard), merchant.to_string().into()],
    )
}

/// What a merchant has on each shard.
pub(super) fn asks_balance(merchant: MerchantId) -> impl Iterator<Item = Ask> {
    let ask =
        move |shard: Shard| ledger::ask_balances(shard.number(), MerchantBalance::accounts(merchant, shard).as_slice());
    Shard::all().map(ask)
}

pub(super) fn read_balance(merchant: MerchantId, answers: &mut Answers) -> Result<MerchantBalance, StoreError> {
    let mut sum = MerchantBalance::nothing();
    for shard in Shard::all() {
        let accounts = MerchantBalance::accounts(merchant, shard);
        for (name, has) in answers.all(1, ledger::read_sum)? {
            let named = accounts.into_iter().find(|account| account.to_string() == name);
            named.into_iter().for_each(|account| sum.add(account, has));
        }
    }
    Ok(sum)
}

fn ask_posted(shard: u8, ids: &[TransactionId]) -> Ask {
    Ask::new(look_up!("ledger_transactions", "id = wanted.key"), vec![Value::shard(shard), Value::texts(ids)])
}

fn read_posted(row: &Row) -> Result<TransactionId, StoreError> {
    Cells::of("ledger_transactions", row).parse("id")
}

impl Loading<'_> {
    /// Loads what the keys touch of merchants' money. A batch of payments touches nothing of it.
    pub(super) async fn merchants(&mut self) -> Result<(), StoreError> {
        let keys = self.keys;
        let clearings = by_shard(keys.clearings.iter().copied(), |(shard, _)| shard);
        let folds = by_shard(keys.folds.iter().copied(), FoldId::shard);
        let merchants = by_shard(keys.merchants.iter().copied(), MerchantId::shard);
        let transactions = by_shard(keys.transactions.iter().copied(), TransactionId::shard);
        let own = |ids: &[MerchantId]| ids.iter().copied().map(LedgerAccount::Merchant).collect::<Vec<_>>();
        let mut asks = Vec::new();
        for (shard, wanted) in &clearings {
            let merchants: Vec<MerchantId> = wanted.iter().map(|(_, merchant)| *merchant).collect();
            asks.push(ask_clearings_of(*shard, &merchants));
        }
        asks.extend(folds.iter().map(|(shard, ids)| ask(*shard, ids)));
        asks.extend(merchants.iter().map(|(shard, ids)| ledger::ask_balances(*shard, &own(ids))));
        asks.extend(transactions.iter().map(|(shard, ids)| ask_posted(*shard, ids)));
        if asks.is_empty() {
            return Ok(());
        }
        let mut answers = self.ask(asks).await?;
        let world = &mut self.world;
        let empty = |(shard, merchant): (Shard, MerchantId)| {
            let gathered = Money::zero(Currency::Cny);
            ((shard, merchant), Clearing { merchant, shard, gathered, last: None })
        };
        world.clearings.extend(keys.clearings.iter().copied().map(empty));
        for shard in clearings.keys().map(|shard| Shard::of(*shard)) {
            let found = answers.all(1, |row| read_clearing(shard, row))?;
            world.clearings.extend(found.into_iter().map(|one| ((shard, one.merchant), one)));
        }
        world.folds.extend(answers.all(folds.len(), read)?.into_iter().map(|one| (one.id, one)));
        let settled = answers.all(merchants.len(), ledger::read_sum)?;
        for id in &keys.merchants {
            let account = LedgerAccount::Merchant(*id).to_string();
            let has = settled.iter().find(|(name, _)| *name == account).map(|(_, has)| *has);
            world.settled.insert(*id, has.unwrap_or(Money::zero(Currency::Cny)));
        }
        world.posted.extend(keys.transactions.iter().map(|id| (*id, false)));
        world.posted.extend(answers.all(transactions.len(), read_posted)?.into_iter().map(|id| (id, true)));
        Ok(())
    }
}
