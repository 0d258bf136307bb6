//! The file: who may open it, what is told when it cannot be opened, and what stays in it for ever.

use std::fs;

use tantu_domain::attempt::Permission;
use tantu_domain::instrument::InstrumentKind;
use tantu_store::Store as _;
use tantu_store::change::Change;
use tantu_store::error::StoreError;
use tantu_store::job::Lease;
use tantu_store::keys::Keys;
use tantu_store::sqlite::SqliteStore;

use super::books::Books;
use super::samples::{Payer, commit, now};
use super::sqlite::{fresh, url};

fn open_error(url: &str) -> StoreError {
    SqliteStore::open_url(url).err().unwrap()
}

fn read_error(url: &str) -> StoreError {
    SqliteStore::read_url(url).err().unwrap()
}

#[test]
fn one_process_writes() {
    let fresh = fresh();
    let (url, path) = (fresh.url(), fresh.path());
    let error = open_error(&url);
    assert!(matches!(&error, StoreError::Locked { path: told } if *told == path.display().to_string()), "{error}");
    let payer = Payer::stored(&fresh.store);
    let reader = SqliteStore::read_url(&url).unwrap();
    let home = fresh.close();
    let again = SqliteStore::open_url(&url).unwrap();
    for store in [&reader, &again] {
        assert!(store.account(payer.account, now()).unwrap().is_some(), "nothing was lost with the first");
    }
    commit(&again, &[Change::PutPayment(payer.captured())]);
    drop((reader, again, home));
}

#[test]
fn a_reader_does_not_write() {
    let fresh = fresh();
    let reader = SqliteStore::read_url(&fresh.url()).unwrap();
    let begun = reader.begin(&Keys::default(), now()).err().unwrap();
    assert!(matches!(begun, StoreError::Unavailable(..)), "{begun}");
    let lease = Lease { owner: "a".into(), until: now() };
    let leased = reader.lease_due_jobs(&lease, now(), now(), 1).unwrap_err();
    assert!(matches!(leased, StoreError::Unavailable(..)), "{leased}");
    reader.ping().unwrap();
    assert!(SqliteStore::open_url(&fresh.url()).is_err(), "and takes no lock from the writer");
}

#[test]
fn a_missing_file_is_not_made_by_a_reader() {
    let home = tempfile::tempdir().unwrap();
    for path in [home.path().join("none.db"), home.path().join("no/folder.db"), home.path().to_owned()] {
        let error = read_error(&url(&path));
        assert!(matches!(&error, StoreError::Missing { path: told } if *told == path.display().to_string()), "{error}");
    }
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn a_missing_folder_is_told() {
    let home = tempfile::tempdir().unwrap();
    match open_error(&url(&home.path().join("none/tantu.db"))) {
        StoreError::Unavailable(_, why) => {
            assert!(why.contains("folder") && why.contains("none"), "{why}");
        }
        other => panic!("{other}"),
    }
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn what_is_no_database_of_ours_is_told() {
    let home = tempfile::tempdir().unwrap();
    let (text, empty) = (home.path().join("text.db"), home.path().join("empty.db"));
    fs::write(&text, "This is a letter and no database; it is longer than a header of one hundred bytes. ".repeat(9))
        .unwrap();
    fs::write(&empty, "").unwrap();
    for error in [open_error(&url(&text)), read_error(&url(&text))] {
        assert!(matches!(error, StoreError::Unavailable(..)), "{error}");
    }
    assert!(fs::read_to_string(&text).unwrap().starts_with("This is a letter"));
    let error = read_error(&url(&empty)).to_string();
    assert!(error.contains("tantu migrate"), "an old schema names the way out: {error}");
}

#[test]
fn a_bad_address_is_told() {
    for bad in ["", "tantu.db", "sqlite:", "sqlite", "SQLITE:a.db", "postgres://localhost/tantu", " sqlite:a.db"] {
        for error in [open_error(bad), read_error(bad)] {
            assert!(matches!(&error, StoreError::Url { url } if url == bad), "{bad}: {error}");
        }
    }
}

/// The file of a later version is opened by nobody, and is as it was when that version comes back.
#[test]
fn a_newer_schema_is_left_alone() {
    let fresh = fresh();
    let (url, raw) = (fresh.url(), fresh.raw());
    let home = fresh.close();
    let later = "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
                 SELECT 999, name, applied_on, checksum FROM refinery_schema_history WHERE version = 1";
    assert_eq!(raw.execute(later, []).unwrap(), 1);
    for error in [open_error(&url), read_error(&url), open_error(&url)] {
        let known = known::migrations::runner().get_migrations().iter().map(|known| known.version()).max().unwrap();
        assert!(
            matches!(error, StoreError::Newer { found: 999, known: told } if i64::from(told) == i64::from(known)),
            "{error}"
        );
    }
    raw.execute("DELETE FROM refinery_schema_history WHERE version = 999", []).unwrap();
    SqliteStore::open_url(&url).unwrap();
    drop(home);
}

/// Another process's reader, with a batch open in this one.
#[test]
fn a_reader_of_another_process_sees_what_is_committed() {
    let fresh = fresh();
    let payer = Payer::stored(&fresh.store);
    let reader = SqliteStore::read_url(&fresh.url()).unwrap();
    let payment = payer.captured();
    let (_, batch) = fresh.store.begin(&Keys::default(), now()).unwrap();
    assert_eq!(reader.payment(payment.id).unwrap(), None);
    batch.commit(&[Change::PutPayment(payment.clone())]).unwrap();
    assert_eq!(reader.payment(payment.id).unwrap(), Some(payment));
}

/// A reader in the middle of something goes on with what it began with, and stops no writer.
#[test]
fn a_read_is_of_one_moment() {
    let fresh = fresh();
    let payer = Payer::stored(&fresh.store);
    let raw = fresh.raw();
    let count = || raw.query_row("SELECT count(*) FROM payments", [], |row| row.get::<_, i64>(0)).unwrap();
    raw.execute_batch("BEGIN").unwrap();
    assert_eq!(count(), 0);
    commit(&fresh.store, &[Change::PutPayment(payer.captured())]);
    assert_eq!(count(), 0);
    raw.execute_batch("COMMIT").unwrap();
    assert_eq!(count(), 1);
}

fn never_changed(forbidden: &[&str]) {
    let fresh = fresh();
    commit(&fresh.store, &Books::new().changes);
    let raw = fresh.raw();
    let all = || {
        let sql = "SELECT group_concat(id || purpose || coalesce(payment, '') || at, ';') || (SELECT
                   group_concat(ledger_transaction || number || ledger_account || side || amount, ';') FROM ledger_entries)
                   FROM ledger_transactions";
        raw.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap()
    };
    let before = all();
    for sql in forbidden {
        let done = raw.execute(sql, []);
        assert!(done.as_ref().is_err_and(|error| error.to_string().contains("never changed")), "{sql}: {done:?}");
        assert_eq!(all(), before, "{sql}");
    }
}

#[test]
fn the_books_are_never_changed() {
    never_changed(&[
        "UPDATE ledger_transactions SET purpose = 'opening'",
        "UPDATE ledger_transactions SET at = at",
        "DELETE FROM ledger_transactions WHERE purpose = 'opening'",
        "DELETE FROM ledger_transactions",
        "UPDATE ledger_entries SET amount = amount + 1",
        "DELETE FROM ledger_entries WHERE number = 1",
        "DELETE FROM ledger_entries",
        "UPDATE OR IGNORE ledger_entries SET amount = 1",
    ]);
}

/// `REPLACE` deletes the row that is in its way without asking the `BEFORE DELETE` trigger (SQLite asks it only under
/// `PRAGMA recursive_triggers`); the trigger on inserts stops it.
#[test]
fn the_books_are_never_replaced() {
    never_changed(&[
        "REPLACE INTO ledger_entries SELECT shard, ledger_transaction, number, ledger_account, side, amount + 1, currency
         FROM ledger_entries",
        "REPLACE INTO ledger_transactions SELECT shard, id, 'opening', payment, at FROM ledger_transactions",
    ]);
}

mod known {
    refinery::embed_migrations!("migrations/sqlite");
}

/// A mandate, what is charged under it, and an attempt that was declined; an answer that was lost, and one not yet given.
pub(crate) const BOUND: &str = "
INSERT INTO mandates VALUES(0,'man_01m81zqan0er09ett9j85d0g80','acc_01m81zqan0er09ett9j85d0g80','ins_01m81zqan0er09ett9jcm4cgh0','alipay','active','20265101000001','2026-11-22T15:59:14.592832933Z','2027-11-22T15:59:14.592832933Z',NULL);
INSERT INTO instruments VALUES(0,'ins_01m81zqan0er09ett9jcm4cgh0','acc_01m81zqan0er09ett9j85d0g80','mandate','man_01m81zqan0er09ett9j85d0g80');
INSERT INTO attempts VALUES(0,'att_01m81zqan0er09ett9jcm4cgg0','pay_01m81zqcageg59sp3tbe9rgmr0',0,0,'alipay','ins_01m81zqan0er09ett9jcm4cgh0',999999999,'CNY','20265101000001','2026-11-22T15:59:14.592832933Z','2026-11-22T16:01:14.000000000Z','declined','2026-11-22T15:59:15.592832933Z',NULL,NULL,'ACQ.BUYER_BALANCE_NOT_ENOUGH','','2026-11-22T15:59:15.592832933Z',NULL,NULL,NULL);
UPDATE claims SET asked_again_at = '2026-11-22T15:59:17.000000000Z' WHERE key = 'k0';
UPDATE claims SET answer = NULL WHERE key = 'k3';
";

/// What was asked then: under which key, whether it was answered, and whether it came again.
pub(crate) fn requests_of_the_first() -> Vec<(String, bool, bool)> {
    [("k0", true, true), ("k1", true, false), ("k2", true, false), ("k3", false, false)]
        .map(|(key, answered, again)| (key.to_owned(), answered, again))
        .into()
}

/// A file of the first schema, with every kind of payment in it: brought up to date, nothing is lost.
#[test]
fn the_first_schema_is_brought_up_to_date_with_its_data() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("first.db");
    let mut connection = rusqlite::Connection::open(&path).unwrap();
    known::migrations::runner().set_target(refinery::Target::Version(1)).run(&mut connection).unwrap();
    connection.execute_batch(include_str!("first_schema.sql")).unwrap();
    connection.execute_batch(BOUND).unwrap();
    let seen = |sql: &str, connection: &rusqlite::Connection| -> Vec<String> {
        let mut rows = connection.prepare(sql).unwrap();
        rows.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    let all =
        "SELECT id || state || amount || merchant || order_no || coalesce(refusal, '-') FROM payments ORDER BY id";
    let before = seen(all, &connection);
    assert_eq!(before.len(), 4);
    drop(connection);
    let store = SqliteStore::open_url(&url(&path)).unwrap();
    assert!(store.audit().unwrap().checks.iter().all(|check| check.broken.is_empty()));
    let again = rusqlite::Connection::open(&path).unwrap();
    assert_eq!(seen(all, &again), before);
    let mut answered: Vec<_> = seen("SELECT payment FROM requests", &again)
        .iter()
        .flat_map(|id| store.requests_of(id.parse().unwrap()).unwrap())
        .map(|request| (request.key.key, request.answer.is_some(), request.asked_again_at.is_some()))
        .collect();
    answered.sort();
    assert_eq!(answered, requests_of_the_first());
    for id in seen("SELECT id FROM payments", &again) {
        let payment = store.payment(id.parse().unwrap()).unwrap().unwrap();
        assert!(store.account(payment.account, now()).unwrap().unwrap().account.password.is_none());
        assert_eq!(store.decisions(payment.id).unwrap(), []);
        for attempt in &payment.legs[0].attempts {
            assert_eq!(attempt.permission, Permission::Mandate { agreement_no: "20265101000001".into() });
            let file = store.account(payment.account, now()).unwrap().unwrap();
            let bound = file.instruments.iter().find(|instrument| instrument.id == attempt.instrument).unwrap();
            assert!(matches!(bound.kind, InstrumentKind::Mandate(_)));
        }
    }
    assert_eq!(seen("SELECT id FROM attempts", &again).len(), 1);
}
