//! The audit trail of an account: its next entry, and whether a trail is whole.
//!
//! The hash chain shows what was edited, taken out or put in; what was cut off at its end shows against the heads that
//! were anchored outside of the database.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;
use tantu_domain::audit::AuditEntry;
use tantu_domain::ids::AccountId;
use tantu_store::change::Change;
use tantu_store::world::World;

/// The end of a trail: how many entries it has, and the hash of the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// How many entries.
    pub number: u64,
    /// The hash of the last.
    pub hash: [u8; 32],
}

/// The next entry of an account's trail, whose entries the world holds.
pub(crate) fn entry(world: &World, account: AccountId, at: Timestamp, actor: String, what: (&str, &str)) -> Change {
    let last = world.audit.get(&account).and_then(|trail| trail.last());
    let (action, detail) = (what.0.to_owned(), what.1.to_owned());
    let number = last.map_or(0, |last| last.number).saturating_add(1);
    let entry = AuditEntry { account, number, at, actor, action, detail, hash: [0; 32] };
    let hash = hash_of(&entry, &last.map_or([0; 32], |last| last.hash));
    Change::Audit(AuditEntry { hash, ..entry })
}

/// The hash that an entry must have after the one before.
pub fn hash_of(entry: &AuditEntry, before: &[u8; 32]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, &entry.message(before)).as_ref());
    hash
}

/// The heads of trails, each trail in its order.
pub fn heads(entries: &[AuditEntry]) -> BTreeMap<AccountId, Head> {
    entries.iter().map(|entry| (entry.account, Head { number: entry.number, hash: entry.hash })).collect()
}

/// What is wrong with trails, each in its order, against the heads that were anchored. Nothing if they are whole; an
/// anchored trail may have grown since.
pub fn broken(entries: &[AuditEntry], anchored: &BTreeMap<AccountId, Head>) -> Vec<String> {
    let mut trails: BTreeMap<AccountId, Vec<&AuditEntry>> = BTreeMap::new();
    for entry in entries {
        trails.entry(entry.account).or_default().push(entry);
    }
    let mut broken = Vec::new();
    for (account, trail) in &trails {
        let mut before = [0; 32];
        for (place, entry) in (1_u64..).zip(trail) {
            if entry.number != place || entry.hash != hash_of(entry, &before) {
                broken.push(format!("{account}: entry {place} of the audit trail is not the one that was written"));
                break;
            }
            before = entry.hash;
        }
    }
    for (account, head) in anchored {
        let place = usize::try_from(head.number).ok().and_then(|number| number.checked_sub(1));
        let found = trails.get(account).and_then(|trail| place.and_then(|place| trail.get(place)));
        if found.is_none_or(|entry| entry.hash != head.hash) {
            broken.push(format!("{account}: entry {} of the audit trail was anchored, and is not there", head.number));
        }
    }
    broken
}
