//! The schema is brought up to date while others read and write, by whoever comes first, and as often as it is broken off.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use tantu_store::error::Trouble;
use tantu_store::postgres::PostgresStore;

use super::cluster::Raw;
use super::postgres::{Database, empty};
use super::postgres_server::first_rows;
use super::sqlite_file::BOUND;

/// What a row of the first schema says; the id's digits and the order's number are filled in.
const PAYMENT: &str = "INSERT INTO payments
    (shard, id, merchant, order_no, subject, account, amount, currency, state, state_at, refusal, created_at)
    SELECT shard, 'pay_0' || lpad('NUMBER', 23, '0') || '01', merchant, 'load-NUMBER', subject, account, amount, currency, state,
    state_at, refusal, created_at FROM payments WHERE id = 'pay_01m81zqcajech93kbg0ja0hsg1'";

/// A server of that time waits so long for a row or a table, and then its caller has no answer.
const LIKE_A_SERVER: &str = "SET lock_timeout = '5s'; SET statement_timeout = '10s'";

const VERSION: &str = "SELECT max(version) FROM refinery_schema_history";

/// Longer than any test: whoever waits that long hangs.
const LONG: Duration = Duration::from_secs(120);

/// A database of the first schema with rows in it, and a way to them.
fn first() -> (Database, Raw) {
    let database = empty();
    let mut raw = database.raw();
    raw.migrate(1);
    raw.run(&first_rows());
    raw.run(BOUND);
    (database, raw)
}

/// Whether the schema is the newest: nobody reads any other.
fn newest(database: &Database) -> bool {
    PostgresStore::read_url(&database.url()).is_ok()
}

/// Waits until the server says so.
#[expect(clippy::disallowed_methods, reason = "what another session does can only be looked at")]
fn until(raw: &Raw, question: &str) {
    for _ in 0..2_400 {
        if raw.cell::<bool>(question) {
            return;
        }
        thread::sleep(Duration::from_millis(25));
    }
    panic!("never: {question}");
}

fn waits_for_a_table(database: &Database) -> String {
    format!(
        "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = '{}' AND application_name = 'tantu' AND wait_event_type = 'Lock'",
        database.name
    )
}

/// A long reader holds the migration up, and nobody else: all that is written and read meanwhile goes through. None of it is
/// lost, and when the reader has gone the schema is the newest.
#[test]
fn under_load_a_long_reader_holds_up_the_migration_alone() {
    let (database, raw) = first();
    let (reader, watcher) = (database.raw(), database.raw());
    reader.run("BEGIN; SELECT count(*) FROM payments; SELECT count(*) FROM accounts");
    let (written, ends) = (AtomicU64::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        for number in 0..3_u64 {
            let (raw, written, ends) = (database.raw(), &written, &ends);
            scope.spawn(move || {
                raw.run(LIKE_A_SERVER);
                for turn in 0.. {
                    if ends.load(Ordering::SeqCst) {
                        return;
                    }
                    raw.run(&PAYMENT.replace("NUMBER", &(turn * 3 + number + 1).to_string()));
                    raw.run("SELECT count(*) FROM payments JOIN accounts ON account = accounts.id");
                    written.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        let migration = scope.spawn(|| PostgresStore::open_patiently(&database.url(), LONG).map(drop));
        // It has come to the table that the reader holds, twice at least, and the load went on in between.
        for _ in 0..2 {
            until(&watcher, &waits_for_a_table(&database));
            let seen = written.load(Ordering::SeqCst);
            let more = (0..).take(4_000).any(|_| {
                watcher.run("SELECT pg_sleep(0.01)");
                written.load(Ordering::SeqCst) > seen + 10
            });
            assert!(more, "the load stands still");
        }
        assert_eq!(raw.cell::<i32>(VERSION), 1);
        reader.run("COMMIT");
        let migrated = migration.join().unwrap();
        ends.store(true, Ordering::SeqCst);
        migrated.unwrap();
    });
    assert!(newest(&database));
    let kept = raw.cell::<i64>("SELECT count(*) FROM payments WHERE order_no LIKE 'load-%'");
    assert_eq!(u64::try_from(kept).unwrap(), written.load(Ordering::SeqCst));
}

/// A migration that is broken off keeps the versions that it has finished, and nothing of the one under way; the next goes on.
#[test]
fn a_migration_that_was_broken_off_goes_on() {
    let (database, raw) = first();
    let reader = database.raw();
    // The fourth version needs this table; the second and third do not.
    reader.run("BEGIN; SELECT count(*) FROM attempts");
    let error = PostgresStore::open_patiently(&database.url(), Duration::from_secs(1)).err().unwrap();
    assert_eq!(error.trouble(), Some(Trouble::Migrating), "{error}");
    assert_eq!(raw.cell::<i32>(VERSION), 3);
    // Its connections are cut, as they are when the process is killed.
    thread::scope(|scope| {
        let killed = scope.spawn(|| PostgresStore::open_patiently(&database.url(), LONG).map(drop));
        until(&raw, &waits_for_a_table(&database));
        raw.run(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}' AND application_name = 'tantu'",
            database.name
        ));
        let error = killed.join().unwrap().unwrap_err();
        assert_eq!(error.trouble(), Some(Trouble::Restarting), "{error}");
    });
    assert_eq!(raw.cell::<i32>(VERSION), 3);
    assert!(!raw.cell::<bool>("SELECT to_regclass('tantu_migration_under_way') IS NOT NULL"));
    reader.run("COMMIT");
    let store = PostgresStore::open_url(&database.url()).unwrap();
    assert!(newest(&database));
    let audit = tantu_store::Store::audit(&store).unwrap();
    assert!(audit.checks.iter().all(|check| check.broken.is_empty() && check.looked_at < 100));
}

/// Two at once: one waits for the other, which waits for a reader; both end well.
#[test]
fn of_two_migrations_one_waits_and_both_succeed() {
    let (database, raw) = first();
    let reader = database.raw();
    reader.run("BEGIN; SELECT count(*) FROM accounts");
    thread::scope(|scope| {
        let migrate = || PostgresStore::open_patiently(&database.url(), LONG).map(drop);
        let both = [scope.spawn(migrate), scope.spawn(migrate)];
        let two = "SELECT count(*) > 2 FROM pg_stat_activity WHERE application_name = 'tantu' AND datname = '";
        until(&raw, &format!("{two}{}'", database.name));
        until(&raw, &waits_for_a_table(&database));
        reader.run("COMMIT");
        for one in both {
            one.join().unwrap().unwrap();
        }
    });
    assert!(newest(&database));
    assert!(raw.cell::<bool>("SELECT count(*) = count(DISTINCT version) FROM refinery_schema_history"));
}
