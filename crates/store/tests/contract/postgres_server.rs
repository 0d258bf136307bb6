//! The server: who may be called, what is told when it cannot be used, and what stays in it for ever.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tantu_domain::attempt::Permission;
use tantu_domain::instrument::InstrumentKind;
use tantu_store::Store as _;
use tantu_store::change::Change;
use tantu_store::error::{StoreError, Trouble};
use tantu_store::job::Lease;
use tantu_store::keys::Keys;
use tantu_store::postgres::PostgresStore;

use super::books::Books;
use super::cluster::{PASSWORD, USER, cluster};
use super::postgres::{Database, empty, fresh};
use super::samples::{Payer, commit, later, now};
use super::sqlite_file::{BOUND, requests_of_the_first};

fn open_error(url: &str) -> StoreError {
    hidden(PostgresStore::open_url(url).err().unwrap())
}

fn read_error(url: &str) -> StoreError {
    hidden(PostgresStore::read_url(url).err().unwrap())
}

/// Whatever is told, the password is not.
fn hidden(error: StoreError) -> StoreError {
    let told = format!("{error} {error:?}");
    assert!(!told.contains(PASSWORD) && !told.contains("p%2540ss") && !told.contains("WRONG"), "{told}");
    error
}

/// The error is that the database cannot be used, and its words name each of these.
#[track_caller]
fn told(error: &StoreError, words: &[&str]) {
    match error {
        StoreError::Unavailable(_, why) => assert!(words.iter().all(|word| why.contains(word)), "{words:?}: {why}"),
        other => panic!("{other}"),
    }
}

/// The address with another word in a place of it.
fn altered(database: &Database, from: &str, to: &str) -> String {
    let url = database.url();
    assert!(url.contains(from), "{from}");
    url.replacen(from, to, 1)
}

fn both(url: &str) -> [StoreError; 2] {
    [open_error(url), read_error(url)]
}

#[test]
fn who_cannot_be_reached_is_told() {
    let database = empty();
    let free = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let port = cluster().port.to_string();
    let table = [
        (altered(&database, "%2540", "WRONG"), vec!["password authentication failed", "28P01", "check the user"]),
        (altered(&database, &format!("{USER}:"), "nobody:"), vec!["password authentication failed", "nobody"]),
        (altered(&database, &database.name, "nowhere"), vec!["\"nowhere\" does not exist", "createdb"]),
        (altered(&database, &port, &free.to_string()), vec!["refused", "check that PostgreSQL runs there"]),
        (altered(&database, "127.0.0.1", "no-such-host.invalid"), vec!["error connecting", "check"]),
    ];
    for (url, words) in table {
        let url = format!("{url}?sslmode=disable");
        for error in both(&url) {
            told(&error, &words);
        }
    }
}

/// Of several hosts the one is used that answers, and that can be written.
#[test]
fn one_of_several_hosts_is_used() {
    let database = fresh().database;
    let free = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let url = altered(&database, "@127.0.0.1:", &format!("@127.0.0.1:{free},127.0.0.1:"));
    commit(&PostgresStore::open_url(&url).unwrap(), &Payer::new().rows());
    database.raw().run(&format!("ALTER DATABASE {} SET default_transaction_read_only = on", database.name));
    told(&open_error(&url), &["does not allow writes"]);
    PostgresStore::read_url(&url).unwrap().ping().unwrap();
}

/// Something listens and never answers.
#[test]
#[expect(clippy::disallowed_methods, reason = "how long a caller waits is what is measured")]
fn nobody_waits_for_ever() {
    let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("postgres://u:WRONG@{}/d", silent.local_addr().unwrap());
    let begun = Instant::now();
    told(&open_error(&url), &["nobody answers"]);
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
}

#[test]
fn what_can_only_be_read_is_told() {
    let database = fresh().database;
    database.raw().run(&format!("ALTER DATABASE {} SET default_transaction_read_only = on", database.name));
    told(&open_error(&database.url()), &["only be read", "standby"]);
    PostgresStore::read_url(&database.url()).unwrap().ping().unwrap();
}

/// The database becomes one that can only be read while it is used, as it does when another takes its place.
#[test]
fn what_can_no_longer_be_written_is_told() {
    let fresh = fresh();
    let payer = Payer::stored(&fresh.store);
    fresh.database.raw().run(&format!(
        "ALTER DATABASE {0} SET default_transaction_read_only = on;
         SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{0}' AND pid <> pg_backend_pid()",
        fresh.database.name
    ));
    let change = [Change::PutPayment(payer.captured())];
    // The first may still find the connection that was ended.
    let tries =
        [(); 3].map(|()| fresh.store.begin(&Keys::default(), now()).and_then(|(_, batch)| batch.commit(&change)));
    told(tries.last().unwrap().as_ref().unwrap_err(), &["only be read now", "primary"]);
}

/// The database of a later version is opened by nobody, and is as it was when that version comes back.
#[test]
fn a_newer_schema_is_left_alone() {
    let database = fresh().database;
    let (url, raw) = (database.url(), database.raw());
    let known: i32 = raw.cell("SELECT max(version) FROM refinery_schema_history");
    let known = u32::try_from(known).unwrap();
    raw.run(
        "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
         SELECT 999, name, applied_on, checksum FROM refinery_schema_history LIMIT 1",
    );
    for error in [open_error(&url), read_error(&url), open_error(&url)] {
        assert!(matches!(error, StoreError::Newer { found: 999, known: ours } if ours == known), "{error}");
    }
    raw.run("DELETE FROM refinery_schema_history WHERE version = 999");
    PostgresStore::open_url(&url).unwrap();
}

#[test]
fn what_is_no_database_of_ours_is_told() {
    let strange = empty();
    strange.raw().run("CREATE TABLE letters (body text)");
    for error in both(&strange.url()) {
        told(&error, &["holds tables, and none of Tantu's", "createdb tantu"]);
    }
    assert_eq!(strange.raw().cell::<i64>("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), 1);
    let other = fresh().database;
    other.raw().run("UPDATE refinery_schema_history SET name = 'letters' WHERE version = 1");
    for error in both(&other.url()) {
        told(&error, &["another program"]);
    }
    let nothing = empty();
    told(&read_error(&nothing.url()), &["schema 0", "tantu migrate"]);
    assert_eq!(nothing.raw().cell::<i64>("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), 0);
    PostgresStore::open_url(&nothing.url()).unwrap();
}

#[test]
fn who_may_not_make_tables_is_told() {
    let database = empty();
    database.raw().run(&format!("CREATE ROLE guest_{0} LOGIN PASSWORD 'guest'", database.name));
    let url = format!("postgres://guest_{0}:guest@127.0.0.1:{1}/{0}", database.name, cluster().port);
    told(&open_error(&url), &["permission denied for schema public", "must own the database"]);
    drop(PostgresStore::open_url(&database.url()).unwrap());
    let grant =
        format!("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO guest_{}", database.name);
    database.raw().run(&grant);
    let store = PostgresStore::open_url(&url).unwrap();
    commit(&store, &Books::new().changes);
    drop(store);
    database.raw().run(&format!("DROP OWNED BY guest_{0}; DROP ROLE guest_{0}", database.name));
}

#[test]
fn a_bad_address_is_told() {
    for (bad, shown) in [
        ("", ""),
        ("tantu", "tantu"),
        ("sqlite:tantu.db", "sqlite:tantu.db"),
        ("postgres://", "postgres://…"),
        ("postgres:///tantu", "postgres://…"),
        ("mysql://u:WRONG@h/d", "mysql://…"),
        ("postgres://u:WRONG@h/d?sslmode=disable&nonsense=1", "postgres://…"),
    ] {
        for error in both(bad) {
            assert!(matches!(&error, StoreError::Url { url } if url == shown), "{bad}: {error}");
        }
    }
}

/// A server that is asked for TLS proves who it is, or nothing is said to it.
#[test]
fn tls_proves_who_answers() {
    let database = fresh().database;
    let named = altered(&database, "127.0.0.1", "localhost");
    let authority = cluster().authority.display();
    told(&open_error(&format!("{named}?sslmode=require")), &["certificate", "sslrootcert"]);
    told(&open_error(&format!("{named}?sslmode=prefer")), &["certificate", "sslrootcert"]);
    let wrong_name = format!("{}?sslmode=require&sslrootcert={authority}", database.url());
    told(&open_error(&wrong_name), &["certificate"]);
    for mode in ["require", "prefer", "verify-full"] {
        let store = PostgresStore::open_url(&format!("{named}?sslmode={mode}&sslrootcert={authority}")).unwrap();
        commit(&store, &Books::new().changes);
        let sql = format!(
            "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
             WHERE datname = '{}' AND application_name = 'tantu'",
            database.name
        );
        assert!(database.raw().cell::<bool>(&sql), "{mode}");
    }
}

#[test]
fn a_reader_does_not_write() {
    let fresh = fresh();
    let reader = PostgresStore::read_url(&fresh.database.url()).unwrap();
    let begun = reader.begin(&Keys::default(), now()).err().unwrap();
    assert!(matches!(begun, StoreError::Unavailable(..)), "{begun}");
    let lease = Lease { owner: "a".into(), until: now() };
    let leased = reader.lease_due_jobs(&lease, now(), now(), 1).unwrap_err();
    assert!(matches!(leased, StoreError::Unavailable(..)), "{leased}");
    let payer = Payer::stored(&fresh.store);
    assert!(reader.account(payer.account, now()).unwrap().is_some());
}

/// The store is opened, used and dropped by a task of another runtime, as the command line does.
#[test]
fn a_task_of_another_runtime_may_use_it() {
    let fresh = fresh();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    runtime.block_on(async {
        let store = PostgresStore::open_url(&fresh.database.url()).unwrap();
        Payer::stored(&store);
        store.ping().unwrap();
        drop(store.begin(&Keys::default(), now()).unwrap());
    });
    assert!(fresh.store.audit().unwrap().checks.iter().all(|check| check.broken.is_empty()));
}

#[test]
fn the_books_are_never_changed() {
    let fresh = fresh();
    commit(&fresh.store, &Books::new().changes);
    let raw = fresh.database.raw();
    let all = || {
        raw.cell::<String>(
            "SELECT string_agg(id || purpose || coalesce(payment, '') || at, ';' ORDER BY id) || (SELECT
             string_agg(ledger_transaction || number || ledger_account || side || amount, ';' ORDER BY ledger_transaction, number)
             FROM ledger_entries) FROM ledger_transactions",
        )
    };
    let before = all();
    for sql in [
        "UPDATE ledger_transactions SET purpose = 'opening'",
        "UPDATE ledger_transactions SET at = at",
        "DELETE FROM ledger_transactions WHERE purpose = 'opening'",
        "DELETE FROM ledger_transactions",
        "TRUNCATE ledger_transactions",
        "UPDATE ledger_transactions SET debits[1] = debits[1] + 1",
        "UPDATE ledger_transactions SET accounts = '{}', debits = '{}' WHERE purpose = 'opening'",
        "INSERT INTO ledger_transactions SELECT * FROM ledger_transactions ON CONFLICT (shard, id) DO UPDATE SET debits = '{}'",
        "WITH gone AS (DELETE FROM ledger_transactions RETURNING *) INSERT INTO ledger_transactions SELECT * FROM gone",
    ] {
        let done = raw.try_run(sql);
        assert!(done.as_ref().is_err_and(|error| error.contains("never changed")), "{sql}: {done:?}");
        assert_eq!(all(), before, "{sql}");
    }
}

/// Whatever the role's settings say, a commit is on the disk before it returns.
#[test]
fn a_commit_is_durable() {
    let database = fresh().database;
    let raw = database.raw();
    raw.run(&format!("ALTER DATABASE {} SET synchronous_commit = off", database.name));
    raw.run(
        "CREATE TABLE seen (setting text); CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$;
         CREATE TRIGGER see AFTER INSERT ON merchants FOR EACH ROW EXECUTE FUNCTION see()",
    );
    let store = PostgresStore::open_url(&database.url()).unwrap();
    commit(&store, &Payer::new().rows());
    assert_eq!(raw.cell::<String>("SELECT setting FROM seen"), "on");
}

/// Processes that start at once on an empty database: one makes the schema, and the others wait for it.
#[test]
fn one_migrates_while_others_wait() {
    let database = empty();
    std::thread::scope(|scope| {
        let opened: Vec<_> = (0..4).map(|_| scope.spawn(|| PostgresStore::open_url(&database.url()))).collect();
        for store in opened {
            store.join().unwrap().unwrap().ping().unwrap();
        }
    });
    let migrated = "SELECT count(*) = count(DISTINCT version) FROM refinery_schema_history";
    assert!(database.raw().cell::<bool>(migrated));
}

/// A migration that does not end is waited for a while only, and left no table behind.
#[test]
fn a_migration_is_not_waited_for_for_ever() {
    let database = empty();
    let raw = database.raw();
    raw.run("BEGIN; CREATE TABLE tantu_migration_under_way ()");
    let error = PostgresStore::open_patiently(&database.url(), Duration::from_secs(1)).err().unwrap();
    assert_eq!(error.trouble(), Some(Trouble::Migrating), "{error}");
    told(&error, &["schema up to date"]);
    raw.run("ROLLBACK");
    PostgresStore::open_url(&database.url()).unwrap();
    let left = "SELECT count(*) FROM pg_class WHERE relname = 'tantu_migration_under_way'";
    assert_eq!(raw.cell::<i64>(left), 0);
}

/// A server that is gone and comes back is found again by the same store.
#[test]
fn a_lost_connection_is_replaced() {
    let fresh = fresh();
    let payer = Payer::stored(&fresh.store);
    let gone = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}' AND pid <> pg_backend_pid()",
        fresh.database.name
    );
    for _ in 0..5 {
        fresh.database.raw().run(&gone);
        // The first may still find the connection that was ended.
        let found = fresh.store.account(payer.account, now()).or_else(|_| fresh.store.account(payer.account, now()));
        assert!(found.unwrap().is_some());
    }
}

/// Another version changes a table while this one runs: what was prepared is prepared anew.
#[test]
fn a_changed_table_is_noticed() {
    let fresh = fresh();
    let payer = Payer::stored(&fresh.store);
    assert!(fresh.store.account(payer.account, now()).unwrap().is_some());
    fresh.database.raw().run("ALTER TABLE accounts ADD COLUMN note text; ALTER TABLE balances ADD COLUMN note text");
    let read = |at: Timestamp| fresh.store.account(payer.account, at);
    let first = read(now());
    assert!(matches!(first, Ok(Some(_)) | Err(StoreError::Busy(_))), "{first:?}");
    assert!(read(later(1)).unwrap().is_some());
    commit(&fresh.store, &[Change::PutPayment(payer.captured())]);
}

/// What the first schema held, as this database writes it down: it has other literals for hashes and for yes and no.
pub(crate) fn first_rows() -> String {
    let rows = include_str!("first_schema.sql").replace("X'", "'\\x");
    [("'credit',1,", "'credit',true,"), ("'credit',0,", "'credit',false,"), ("'debit',1,", "'debit',true,")]
        .iter()
        .fold(rows, |rows, (from, to)| rows.replace(from, to))
}

/// A database of the first schema with payments in it: brought up to date, nothing is lost.
#[test]
fn the_first_schema_is_brought_up_to_date_with_its_data() {
    let database = empty();
    let mut raw = database.raw();
    raw.migrate(1);
    raw.run(&first_rows());
    raw.run(BOUND);
    told(&read_error(&database.url()), &["schema 1", "tantu migrate"]);
    let all = "SELECT string_agg(id || state || amount || merchant || order_no || coalesce(refusal, '-'), ';' ORDER BY id) FROM payments";
    let before: String = raw.cell(all);
    let store = PostgresStore::open_url(&database.url()).unwrap();
    assert!(store.audit().unwrap().checks.iter().all(|check| check.broken.is_empty()));
    assert_eq!(raw.cell::<String>(all), before);
    let asked: String = raw.cell("SELECT string_agg(payment, ';' ORDER BY payment) FROM requests");
    let asked = asked.split(';').flat_map(|id| store.requests_of(id.parse().unwrap()).unwrap());
    let mut answered: Vec<_> =
        asked.map(|request| (request.key.key, request.answer.is_some(), request.asked_again_at.is_some())).collect();
    answered.sort();
    assert_eq!(answered, requests_of_the_first());
    let ids: String = raw.cell("SELECT string_agg(id, ';') FROM payments");
    assert_eq!(ids.split(';').count(), 4);
    for id in ids.split(';') {
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
    assert_eq!(store.audited_attempts().unwrap().len(), 1);
}
