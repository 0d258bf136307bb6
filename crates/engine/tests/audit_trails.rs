//! An audit trail that was tampered with is found out: edited, with entries taken out, put in, swapped or cut off. The
//! control keeps hashes that do not cover the one before, and misses what the chain finds.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "a gate says in the environment how many it wants")]

use jiff::Timestamp;
use tantu_domain::audit::AuditEntry;
use tantu_domain::clock::Ids;
use tantu_domain::ids::{AccountId, Shard};
use tantu_engine::audit_trail::{broken, hash_of, heads};

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides).unwrap()).unwrap()
    }
}

struct Counting(std::sync::atomic::AtomicU64);

impl Ids for Counting {
    fn fresh(&self) -> [u8; 16] {
        (u128::from(self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst)) << 8).to_be_bytes()
    }
}

fn trail(account: AccountId, length: u64) -> Vec<AuditEntry> {
    let mut entries: Vec<AuditEntry> = Vec::new();
    for number in 1..=length {
        let before = entries.last().map_or([0; 32], |entry| entry.hash);
        let entry = AuditEntry {
            account,
            number,
            at: Timestamp::from_second(i64::try_from(number).unwrap()).unwrap(),
            actor: format!("stf_{:016x}", number % 3),
            action: ["freeze", "restrict", "appeal", "propose_lift", "lift"][usize::try_from(number % 5).unwrap()]
                .into(),
            detail: format!("note {number}"),
            hash: [0; 32],
        };
        let hash = hash_of(&entry, &before);
        entries.push(AuditEntry { hash, ..entry });
    }
    entries
}

/// Tampers with trails in one of the ways, and says which; `None` if it came out as it was.
fn tampered(whole: &[AuditEntry], dice: &mut Dice) -> Option<(&'static str, Vec<AuditEntry>)> {
    let mut entries = whole.to_vec();
    let (at, other) = (dice.roll(entries.len()), dice.roll(entries.len()));
    let how = match dice.roll(9) {
        0 => {
            entries[at].detail.push('!');
            "detail"
        }
        1 => {
            entries[at].actor = "stf_ffffffffffffffff".into();
            "actor"
        }
        2 => {
            entries[at].at = Timestamp::from_second(i64::try_from(other).unwrap() + 1_000).unwrap();
            "time"
        }
        3 => {
            entries.remove(at);
            "deletion"
        }
        4 => {
            entries.swap(at, other);
            "swap"
        }
        5 => {
            let account = entries[at].account;
            entries.retain(|entry| entry.account != account || entry.number < whole[at].number);
            "tail cut"
        }
        6 => {
            entries.insert(at, whole[other].clone());
            "insertion"
        }
        7 => {
            // Whoever edits may also make the entry's own hash fit; the ones after it then do not.
            let first = entries[at].number == 1;
            let before = if first { [0; 32] } else { entries[at - 1].hash };
            entries[at].action = "nothing".into();
            entries[at].hash = hash_of(&entries[at], &before);
            "edit with its hash"
        }
        _ => {
            let account = entries[at].account;
            entries.retain(|entry| entry.account != account);
            "whole trail"
        }
    };
    // As a database gives them: trail by trail.
    entries.sort_by_key(|entry| entry.account);
    (entries != whole).then_some((how, entries))
}

#[test]
fn every_tampering_is_found_and_the_control_misses_some() {
    let tamperings = std::env::var("TANTU_AUDIT_TAMPERINGS").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000);
    let ids = Counting(std::sync::atomic::AtomicU64::new(1));
    let whole: Vec<AuditEntry> =
        (0..5_u8).flat_map(|shard| trail(AccountId::new(&ids, Shard::of(shard)), 20)).collect();
    let mut whole = whole;
    whole.sort_by_key(|entry| entry.account);
    let anchored = heads(&whole);
    assert_eq!(broken(&whole, &anchored), Vec::<String>::new(), "a whole trail is no false alarm");
    let mut grown = whole.clone();
    grown.truncate(95);
    assert_eq!(broken(&whole, &heads(&grown)), Vec::<String>::new(), "a trail may have grown since it was anchored");
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let (mut tried, mut missed, mut missed_by_control) = (0_u64, Vec::new(), 0_u64);
    while tried < tamperings {
        let Some((how, entries)) = tampered(&whole, &mut dice) else { continue };
        tried += 1;
        if broken(&entries, &anchored).is_empty() {
            missed.push(how);
        }
        // Without a chain an entry is only held against itself, and nothing is anchored.
        let alone = |entry: &AuditEntry| whole.iter().any(|known| known == entry) || how == "edit with its hash";
        missed_by_control += u64::from(entries.iter().all(alone));
    }
    println!("tamperings {tried} missed {} missed_without_a_chain {missed_by_control}", missed.len());
    assert_eq!(missed, Vec::<&str>::new());
    assert!(missed_by_control > tamperings / 10, "without a chain as much should go unseen");
}
