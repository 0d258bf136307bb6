//! The audit of several databases: each audits its own, and what lies in two of them is held against each other here.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use tantu_domain::ids::{PaymentId, SHARDS, Shard};

use super::ShardedStore;
use crate::Store as _;
use crate::audit::{Audit, AuditCheck};
use crate::error::StoreError;
use crate::postgres::cell::Cells;
use crate::wire::burst::Ask;
use crate::wire::value::Value;

/// The check of each database that looks at two shards, which it cannot where they lie apart.
const ORDERS: &str = "orders_claimed_once";

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
    checks.retain(|check| check.id != ORDERS);
    checks.extend([orders, unmade]);
    Ok(Audit { checks })
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
