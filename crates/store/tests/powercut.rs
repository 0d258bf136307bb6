//! A power cut at any moment loses no acknowledged payment.
//!
//! A child process commits payments and acknowledges each after its commit; a preloaded shim records every
//! write, truncation and sync in order. The record is then cut at random points: what was synced is there,
//! and of what was not each 512-byte sector is kept with probability 0, ½ or 1. The store must open on what
//! is left, hold every payment acknowledged before the cut, and its books must balance.
//!
//! The control runs the same with `synchronous=OFF`, which must be caught.
//! `TANTU_POWERCUT_CUTS` sets how many cuts are made; the seed is fixed.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::Timestamp;
use tantu_domain::account::{Account, AccountState};
use tantu_domain::ceiling::Tier;
use tantu_domain::clock::Ids;
use tantu_domain::ids::{AccountId, InstrumentId, MerchantId, PaymentId, Shard, TransactionId};
use tantu_domain::instrument::{Instrument, InstrumentKind, Product};
use tantu_domain::ledger::Transaction;
use tantu_domain::limit::{Counter, Window};
use tantu_domain::money::{Currency, Money};
use tantu_domain::payment::{Counted, Payment};
use tantu_domain::person::Person;
use tantu_store::Store;
use tantu_store::change::Change;
use tantu_store::claim::{Claim, ClaimKey};
use tantu_store::keys::Keys;
use tantu_store::sqlite::SqliteStore;

/// How many payments the child commits.
const PAYMENTS: u32 = 150;

/// A small generator of our own, so that a seed gives the same cuts for ever (xorshift64*).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound).unwrap()).unwrap()
    }
}

struct Counting(std::sync::atomic::AtomicU64);

impl Ids for Counting {
    fn fresh(&self) -> [u8; 16] {
        let number = self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        (u128::from(number) << 8).to_be_bytes()
    }
}

#[expect(clippy::disallowed_methods, reason = "the child is told by its environment what it is")]
fn told(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn commit(store: &SqliteStore, changes: &[Change]) {
    let (_, batch) = store.begin(&Keys::default(), now()).unwrap();
    batch.commit(changes).unwrap();
}

fn payment(
    ids: &Counting,
    account: AccountId,
    wallet: InstrumentId,
    merchant: MerchantId,
    number: u32,
) -> (PaymentId, Vec<Change>) {
    let (id, amount) = (PaymentId::new(ids, account.shard()), Money::cny(100));
    let counted = Counted { counter: Counter::of(Product::Wallet, false), at: now() };
    let order_no = format!("order-{number}");
    let payment = Payment::new(id, merchant, order_no.clone(), "test".into(), account, amount, wallet, now());
    let posting =
        Transaction::wallet_charge(TransactionId::new(ids, account.shard()), now(), account, merchant, amount).unwrap();
    let claim = Claim {
        key: ClaimKey::Order { merchant, order_no },
        request_hash: [0; 32],
        account,
        payment: id,
        claimed_at: now(),
    };
    let mut changes = vec![
        Change::PutPayment(payment.capture(counted, now()).unwrap()),
        Change::Post(posting.for_payment(id)),
        Change::PutClaim(claim),
    ];
    changes.extend(Window::ALL.iter().map(|window| Change::AdjustLimit {
        account,
        counter: Counter::of(Product::Wallet, false),
        window: *window,
        starts_on: window.start(now()),
        delta: amount,
    }));
    (id, changes)
}

/// The process under test; without its environment this test has nothing to do.
#[test]
fn child_that_commits_and_acknowledges() {
    let Some(folder) = told("POWERCUT_FOLDER").map(PathBuf::from) else { return };
    let path = folder.join("tantu.db");
    let store = match told("POWERCUT_SYNC").as_deref() {
        Some("OFF") => SqliteStore::open_without_sync(&path).unwrap(),
        _ => SqliteStore::open_url(&format!("sqlite:{}", path.display())).unwrap(),
    };
    let ids = Counting(std::sync::atomic::AtomicU64::new(1));
    let account = AccountId::new(&ids, Shard::of(7));
    let merchant = MerchantId::new(&ids, Shard::of(0));
    let wallet = InstrumentId::new(&ids, account.shard());
    let nothing = Money::zero(Currency::Cny);
    let opening =
        Transaction::opening(TransactionId::new(&ids, account.shard()), now(), account, Money::cny(1_000_000)).unwrap();
    commit(
        &store,
        &[
            Change::PutAccount(Account {
                id: account,
                state: AccountState::Active,
                balance: nothing,
                held: nothing,
                opened_at: now(),
                password: None,
                codes: Default::default(),
                activity: Default::default(),
                tier: Tier::Three,
                limits: Default::default(),
                person: Person::default(),
            }),
            Change::PutInstrument(Instrument { id: wallet, account, kind: InstrumentKind::Wallet }),
            Change::Post(opening),
        ],
    );
    let mut acknowledged = fs::File::create(folder.join("acknowledged")).unwrap();
    for number in 0..PAYMENTS {
        let (id, changes) = payment(&ids, account, wallet, merchant, number);
        commit(&store, &changes);
        acknowledged.write_all(format!("{id}\n").as_bytes()).unwrap();
    }
}

enum Operation {
    Write { offset: usize, data: Vec<u8> },
    Truncate(usize),
    Sync,
    Unlink,
}

/// Reads the shim's record.
fn recorded(log: &Path) -> Vec<(String, Operation)> {
    let bytes = fs::read(log).unwrap();
    let mut rest = bytes.as_slice();
    let mut take = |length: usize| {
        let (head, tail) = rest.split_at(length);
        rest = tail;
        head.to_vec()
    };
    let mut operations = Vec::new();
    let mut read = 0;
    while read < bytes.len() {
        let kind = take(1)[0];
        let name_length = usize::from(u16::from_le_bytes(take(2).try_into().unwrap()));
        let name = String::from_utf8(take(name_length)).unwrap();
        let offset = usize::try_from(u64::from_le_bytes(take(8).try_into().unwrap())).unwrap();
        let length = usize::try_from(u32::from_le_bytes(take(4).try_into().unwrap())).unwrap();
        read += 15 + name_length;
        let operation = match kind {
            b'W' => {
                read += length;
                Operation::Write { offset, data: take(length) }
            }
            b'T' => Operation::Truncate(offset),
            b'S' => Operation::Sync,
            b'U' => Operation::Unlink,
            other => panic!("no operation {other}"),
        };
        operations.push((name, operation));
    }
    operations
}

/// A write at an offset, or, without data, a truncation to it.
type Cached = (usize, Option<Vec<u8>>);

/// A disk: what is safe of each file, and what the cache still holds.
#[derive(Default)]
struct Disk {
    safe: HashMap<String, Vec<u8>>,
    cached: HashMap<String, Vec<Cached>>,
    acknowledged: String,
}

fn put(file: &mut Vec<u8>, offset: usize, data: &[u8]) {
    if file.len() < offset + data.len() {
        file.resize(offset + data.len(), 0);
    }
    file[offset..offset + data.len()].copy_from_slice(data);
}

impl Disk {
    fn apply(&mut self, name: &str, operation: &Operation) {
        if name == "acknowledged" {
            if let Operation::Write { data, .. } = operation {
                self.acknowledged.push_str(&String::from_utf8_lossy(data));
            }
            return;
        }
        let cached = self.cached.entry(name.to_owned()).or_default();
        match operation {
            Operation::Write { offset, data } => cached.push((*offset, Some(data.clone()))),
            Operation::Truncate(length) => cached.push((*length, None)),
            Operation::Sync => {
                let file = self.safe.entry(name.to_owned()).or_default();
                for (offset, data) in cached.drain(..) {
                    match data {
                        Some(data) => put(file, offset, &data),
                        None => file.resize(offset, 0),
                    }
                }
            }
            Operation::Unlink => {
                cached.clear();
                self.safe.remove(name);
            }
        }
    }

    /// What a power cut leaves: all that is safe, and each sector of the rest with a chance of `keep` in 2.
    fn cut(&self, keep: u64, chance: &mut Chance) -> HashMap<String, Vec<u8>> {
        let mut left = self.safe.clone();
        for (name, cached) in &self.cached {
            for (offset, data) in cached {
                let mut kept = || chance.next() % 2 < keep;
                let file = left.entry(name.clone()).or_default();
                match data {
                    Some(data) => {
                        for (index, sector) in data.chunks(512).enumerate() {
                            if kept() {
                                put(file, offset + index * 512, sector);
                            }
                        }
                    }
                    None if kept() => file.resize(*offset, 0),
                    None => {}
                }
            }
        }
        // The shared memory is no file of the disk, and locks end with the machine.
        left.retain(|name, _| !name.ends_with("-shm") && !name.ends_with(".lock"));
        left
    }
}

/// What a cut has cost.
fn check(left: &HashMap<String, Vec<u8>>, acknowledged: &str, folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).unwrap();
    for (name, bytes) in left {
        fs::write(folder.join(name), bytes).unwrap();
    }
    let checked = (|| {
        if acknowledged.is_empty() {
            return Ok(());
        }
        let store = SqliteStore::open_url(&format!("sqlite:{}", folder.join("tantu.db").display()))
            .map_err(|error| error.to_string())?;
        for id in acknowledged.lines() {
            let found = store.payment(id.parse().unwrap()).map_err(|error| error.to_string())?;
            if found.is_none() {
                return Err(format!("{id} was acknowledged and is lost"));
            }
        }
        let audit = store.audit().map_err(|error| error.to_string())?;
        let broken: Vec<String> = audit.checks.into_iter().flat_map(|check| check.broken).collect();
        if broken.is_empty() { Ok(()) } else { Err(broken.join("; ")) }
    })();
    fs::remove_dir_all(folder).unwrap();
    checked
}

/// Runs the child under the shim, cuts its record, and gives what each bad cut has cost.
fn losses(sync: &str, cuts: usize) -> Vec<String> {
    let home = tempfile::tempdir().unwrap();
    let (folder, log, shim) = (home.path().join("disk"), home.path().join("log"), home.path().join("shim.so"));
    fs::create_dir(&folder).unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/powercut/shim.c");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-w", "-o"])
        .arg(&shim)
        .arg(source)
        .arg("-ldl")
        .status()
        .unwrap();
    assert!(built.success(), "the shim needs a C compiler");
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_that_commits_and_acknowledges"])
        .env("LD_PRELOAD", &shim)
        .env("POWERCUT_FOLDER", &folder)
        .env("POWERCUT_LOG", &log)
        .env("POWERCUT_SYNC", sync)
        .output()
        .unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    let operations = recorded(&log);
    let mut chance = Chance(0x7A4E_7E00 + 1);
    let mut points: Vec<usize> = (0..cuts).map(|_| 1 + chance.below(operations.len())).collect();
    points.sort_unstable();
    let (mut disk, mut done, mut lost) = (Disk::default(), 0, Vec::new());
    for (number, point) in points.into_iter().enumerate() {
        for (name, operation) in &operations[done..point] {
            disk.apply(name, operation);
        }
        done = point;
        let keep = u64::try_from(number % 3).unwrap();
        let left = disk.cut(keep, &mut chance);
        if let Err(why) = check(&left, &disk.acknowledged, &home.path().join(format!("cut-{number}"))) {
            lost.push(format!("cut {number} after operation {point}: {why}"));
        }
    }
    assert_eq!(
        operations.iter().filter(|(name, _)| name == "acknowledged").count(),
        usize::try_from(PAYMENTS).unwrap(),
        "the shim saw every acknowledgement"
    );
    lost
}

fn cuts() -> usize {
    told("TANTU_POWERCUT_CUTS").and_then(|text| text.parse().ok()).unwrap_or(300)
}

#[test]
fn nothing_acknowledged_is_lost() {
    let lost = losses("FULL", cuts());
    assert!(lost.is_empty(), "{} cuts lost something:\n{}", lost.len(), lost.join("\n"));
}

#[test]
fn without_sync_the_loss_is_seen() {
    let lost = losses("OFF", 60);
    assert!(!lost.is_empty(), "a store that does not sync must be caught, or the check above says nothing");
}
