//! The audit of several databases: each audits its own, and what lies in two of them is held against each other here.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};

use tantu_domain::ids::{PaymentId, SHARDS, Shard, TransactionId};

use super::ShardedStore;
use crate::Store as _;
use crate::audit::{Audit, AuditCheck};
use crate::error::StoreError;
use crate::postgres::cell::Cells;
use crate::row::Columns;
use crate::wire::burst::Ask;
use crate::wire::value::Value;

/// The checks of each database that look at two shards, which they cannot where those lie apart.
const ORDERS: &str = "orders_claimed_once";
const FOLDS: &str = "folds_given_once";
const REFUNDS: &str = "refunds_settled_once";

/// Runs every check.
pub(super) fn audit(store: &ShardedStore) -> Result<Audit, StoreError> {
    let mut checks: Vec<AuditCheck> = Vec::new();
    for database in &store.databases {
        for found in database.reads.audit()?.checks {
            match checks.iter_mut().find(|check| check.id == found.id) {
                Some(check) => {
                    check.looked_at += found.looked_at;
                    check.broken.extend(found.broken);
                }
                None => checks.push(found),
            }
        }
    }
    let (orders, unmade) = orders(store)?;
    checks.retain(|check| ![ORDERS, FOLDS, REFUNDS].contains(&check.id));
    checks.extend([ends(store, &OF_FOLDS)?, ends(store, &OF_REFUNDS)?, orders, unmade]);
    Ok(Audit { checks })
}

/// What is posted at the far end: of which ledger account, and how much.
type Given = (String, i64);

/// What begins on one shard and ends on another: how it is read at both ends, each time as `credit`, `ledger_account` and `amount`.
struct TwoEnds {
    id: &'static str,
    what: &'static str,
    /// What is called done.
    done: &'static str,
    /// What is posted at the far end.
    given: &'static str,
    /// What is to be posted there.
    taken: &'static str,
}

/// Each fold gives once what it took.
const OF_FOLDS: TwoEnds = TwoEnds {
    id: FOLDS,
    what: "fold",
    done: "SELECT credit, 'merchant:' || merchant AS ledger_account, to_total - from_total AS amount FROM folds
           WHERE shard = $1 AND done_at IS NOT NULL",
    given: "SELECT posted.id AS credit, ledger_account, amount FROM ledger_transactions AS posted JOIN ledger_entries
            ON ledger_entries.shard = $1 AND ledger_transaction = posted.id AND side = 'credit'
            WHERE posted.shard = $1 AND purpose = 'fold_in'",
    taken: "SELECT credit, 'merchant:' || merchant AS ledger_account, to_total - from_total AS amount FROM folds WHERE shard = $1",
};

/// What was held for a refund leaves once.
const OF_REFUNDS: TwoEnds = TwoEnds {
    id: REFUNDS,
    what: "refund",
    done: "SELECT ending AS credit, 'merchant_held:' || merchant AS ledger_account, amount FROM refunds
           WHERE shard = $1 AND done_at IS NOT NULL AND (state = 'succeeded' OR causes IS NOT NULL)",
    given: "SELECT posted.id AS credit, ledger_account, amount FROM ledger_transactions AS posted JOIN ledger_entries
            ON ledger_entries.shard = $1 AND ledger_transaction = posted.id AND side = 'debit'
            WHERE posted.shard = $1 AND purpose IN ('merchant_refund', 'merchant_release')",
    taken: "SELECT ending AS credit, 'merchant_held:' || merchant AS ledger_account, amount FROM refunds
            WHERE shard = $1 AND (state = 'succeeded' OR causes IS NOT NULL)",
};

/// Each is posted at its far end once, and as it was to be.
///
/// What is done is read first, then what was given, then what was taken: whatever happens meanwhile was begun before it was given, and
/// given before it was done.
fn ends(store: &ShardedStore, of: &TwoEnds) -> Result<AuditCheck, StoreError> {
    let each = |sql: &'static str| -> Result<Vec<(TransactionId, Given)>, StoreError> {
        let on_shard = |shard: Shard| {
            store.on(shard).select(Ask::new(sql, vec![Value::shard(shard.number())]), |row| {
                let cells = Cells::of("audit", row);
                Ok((cells.parse("credit")?, (cells.text("ledger_account")?, cells.get("amount")?)))
            })
        };
        Ok(Shard::all().map(on_shard).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    };
    let (done, given, taken) = (each(of.done)?, each(of.given)?, each(of.taken)?);
    let (what, begun, looked_at) = (of.what, taken.len(), u64::try_from(given.len()).unwrap_or(u64::MAX));
    let taken: HashMap<TransactionId, Given> = taken.into_iter().collect();
    let mut broken = Vec::new();
    if taken.len() < begun {
        broken.push(format!("{} {what}s end under an id that is another's", begun - taken.len()));
    }
    for (id, gives) in &given {
        match taken.get(id) {
            Some(took) if took == gives => {}
            Some((account, amount)) => {
                broken.push(format!("{id} moves {} of {}, its {what} is of {amount} of {account}", gives.1, gives.0))
            }
            None => broken.push(format!("{id} moves {} of {}, and no {what} began it", gives.1, gives.0)),
        }
    }
    let given: HashSet<TransactionId> = given.into_iter().map(|(id, _)| id).collect();
    let missing = done.iter().filter(|(id, _)| !given.contains(id));
    broken
        .extend(missing.map(|(id, (account, amount))| {
            format!("{id} of {amount} of {account} is called done, and was not posted")
        }));
    Ok(AuditCheck { id: of.id, looked_at, broken })
}

/// Every payment's order is claimed for it. A claim without its payment is what a crash has left, and is only counted.
///
/// The payments are read first: whatever is made meanwhile was claimed before. Shard after shard, so that no more is held in memory than a
/// number for each payment.
fn orders(store: &ShardedStore) -> Result<(AuditCheck, AuditCheck), StoreError> {
    let mut payments: HashMap<PaymentId, u64> = HashMap::new();
    let each = |sql: &'static str, see: &mut dyn FnMut(PaymentId, u64)| -> Result<(), StoreError> {
        for shard in 0..SHARDS {
            let on = store.on(Shard::of(shard));
            let found = on.select(Ask::new(sql, vec![Value::shard(shard)]), |row| {
                let cells = Cells::of("audit", row);
                let mut order = DefaultHasher::new();
                (cells.text("merchant")?, cells.text("order_no")?).hash(&mut order);
                Ok((cells.parse("payment")?, order.finish()))
            })?;
            found.into_iter().for_each(|(payment, order)| see(payment, order));
        }
        Ok(())
    };
    each("SELECT id AS payment, merchant, order_no FROM payments WHERE shard = $1", &mut |payment, order| {
        payments.insert(payment, order);
    })?;
    let (looked_at, mut unmade) = (payments.len(), 0);
    let claims = "SELECT payment, owner AS merchant, key AS order_no FROM claims WHERE shard = $1 AND kind = 'order'";
    each(claims, &mut |payment, order| match payments.get(&payment) {
        Some(made) if *made == order => {
            payments.remove(&payment);
        }
        Some(_) | None => unmade += 1,
    })?;
    let mut broken: Vec<String> = payments.keys().map(|id| format!("{id} has no claim of its order")).collect();
    broken.sort();
    let looked_at = u64::try_from(looked_at).unwrap_or(u64::MAX);
    let unmade = AuditCheck { id: "orders_claimed_and_not_made", looked_at: unmade, broken: Vec::new() };
    Ok((AuditCheck { id: ORDERS, looked_at, broken }, unmade))
}
