//! Every break that one store's audit finds is found by the other's, by the same check.

use tantu_store::Store as _;
use tantu_store::postgres::PostgresStore;

use super::books::Books;
use super::postgres::{Fresh, fresh};
use super::samples::commit;
use super::sqlite_breaks::{BREAKS, names};

/// Copies every table into a schema of its own, without what refuses a break: rules, indexes and triggers. What a view shows is a table
/// there, so that a break is the same in both stores.
const COPY: &str = "CREATE SCHEMA {schema}; SET search_path = {schema};
    DO $$
    DECLARE held record;
    BEGIN
      FOR held IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'
        UNION ALL SELECT viewname FROM pg_views WHERE schemaname = 'public'
      LOOP EXECUTE format('CREATE TABLE {schema}.%1$I AS TABLE public.%1$I', held.name); END LOOP;
    END $$";

/// A database with clean books, of which each break gets a copy.
struct Template {
    fresh: Fresh,
    names: Vec<(&'static str, String)>,
}

impl Template {
    fn new() -> Self {
        let (fresh, books) = (fresh(), Books::new());
        commit(&fresh.store, &books.changes);
        Self { names: names(&books), fresh }
    }

    /// The checks that find a break in a copy.
    fn found(&self, schema: &str, sql: &str) -> Vec<&'static str> {
        let raw = self.fresh.database.raw();
        raw.run(&COPY.replace("{schema}", schema));
        raw.run(sql);
        let url = format!("{}?options=-csearch_path%3D{schema}", self.fresh.database.url());
        let audit = PostgresStore::read_url(&url).unwrap().audit().unwrap();
        assert!(audit.checks.iter().any(|check| check.looked_at > 0), "the copy was read");
        audit.checks.iter().filter(|check| !check.broken.is_empty()).map(|check| check.id).collect()
    }
}

/// The twin: without a break nothing is found, so whatever is found is found because of it.
#[test]
fn without_a_break_nothing_is_found() {
    assert_eq!(Template::new().found("clean", "SELECT 1"), Vec::<&str>::new());
}

#[test]
fn each_break_is_found_by_its_check_and_no_other() {
    let template = Template::new();
    for (number, planted) in BREAKS.iter().enumerate() {
        let sql = planted.sql(&template.names);
        assert_eq!(template.found(&format!("break_{number}"), &sql), planted.found_by, "{sql}");
    }
}

/// What stands in the row of a payment, or of a transaction, is audited where it stands.
#[test]
fn a_break_within_a_row_is_found() {
    let table: [(&str, &[&str]); 7] = [
        ("UPDATE claims SET digest = gen_random_uuid()", &["orders_claimed_once"]),
        ("UPDATE limit_months SET used = used + 1 WHERE product = 'wallet'", &["limits_equal_fold"]),
        ("UPDATE limit_months SET days[array_lower(days, 1)] = days[array_lower(days, 1)] + 1", &["limits_equal_fold"]),
        (
            "UPDATE payments SET leg_amount = leg_amount + 1 WHERE state = 'succeeded' AND decision_id IS NULL",
            &["captured_within_amount", "states_consistent", "charges_match_captures", "limits_equal_fold"],
        ),
        (
            "UPDATE payments SET leg_counted_at = NULL, leg_counted_product = NULL WHERE leg_counted_product = 'wallet'",
            &["limits_equal_fold"],
        ),
        (
            "UPDATE ledger_transactions SET debits[1] = debits[1] + 1 WHERE purpose = 'opening'",
            &["entries_balance", "balances_equal_fold"],
        ),
        (
            "UPDATE ledger_transactions SET accounts = NULL, debits = NULL, currency = NULL WHERE purpose = 'opening'",
            &["entries_balance", "balances_equal_fold"],
        ),
    ];
    for (planted, found_by) in table {
        let fresh = fresh();
        commit(&fresh.store, &Books::new().changes);
        let found = || {
            let checks = fresh.store.audit().unwrap().checks;
            checks.into_iter().filter(|check| !check.broken.is_empty()).map(|check| check.id).collect::<Vec<_>>()
        };
        assert_eq!(found(), Vec::<&str>::new());
        fresh.database.raw().run(&format!("ALTER TABLE ledger_transactions DISABLE TRIGGER ALL; {planted}"));
        assert_eq!(found(), found_by, "{planted}");
    }
}

/// What both find, both call by the same name and in the same order.
#[test]
fn the_checks_are_those_of_the_other_store() {
    let checks =
        |store: &dyn tantu_store::Store| store.audit().unwrap().checks.iter().map(|check| check.id).collect::<Vec<_>>();
    assert_eq!(checks(&fresh().store), checks(&super::sqlite::fresh().store));
}
