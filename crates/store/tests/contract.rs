//! What every database behind `Store` must do, told as functions over the trait.
//!
//! The functions take any store that is fresh and empty; the list at the end of this file makes each of them a
//! test of one database. Another database is one more line there. What only one of them can be asked (its file, its
//! server, breaks planted by raw SQL) stands in the modules whose names begin with its own.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod contract {
    pub(crate) mod access;
    pub(crate) mod accounts;
    pub(crate) mod batches;
    pub(crate) mod bindings;
    pub(crate) mod books;
    pub(crate) mod claims;
    pub(crate) mod cluster;
    pub(crate) mod decisions;
    pub(crate) mod devices;
    pub(crate) mod events;
    pub(crate) mod floors;
    pub(crate) mod folds;
    pub(crate) mod jobs;
    pub(crate) mod keys;
    pub(crate) mod pay_later;
    pub(crate) mod payments;
    pub(crate) mod people;
    pub(crate) mod points;
    pub(crate) mod postgres;
    mod postgres_breaks;
    mod postgres_migrations;
    mod postgres_server;
    mod postgres_writers;
    pub(crate) mod refunds;
    pub(crate) mod requests;
    pub(crate) mod samples;
    pub(crate) mod second_factors;
    pub(crate) mod sharded;
    pub(crate) mod sqlite;
    pub(crate) mod sqlite_breaks;
    pub(crate) mod sqlite_file;
    pub(crate) mod tickets;
    pub(crate) mod trails;
}

/// Makes each named function of a module a test.
macro_rules! tests {
    ($fresh:path; $($module:ident: $($name:ident),+;)+) => { $(
        mod $module { $(
            #[test]
            fn $name() {
                let fresh = $fresh();
                crate::contract::$module::$name(&fresh.store);
            }
        )+ }
    )+ };
}

/// The whole contract, for one database.
macro_rules! contract_of {
    ($database:ident, $fresh:path) => {
        mod $database {
            tests! { $fresh;
                accounts: states_survive, activities_survive, sums_follow_from_the_books, wallets_and_mandates_survive, mandates_survive,
                    confirmed_accounts_survive, signing_again_keeps_the_instrument, used_limits_survive;
                payments: rows_survive, every_stage_survives, refusals_survive, the_undecided_is_not_stored,
                    whatever_the_domain_builds_survives, an_attempt_finds_its_payment, attempts_are_listed,
                    lists_are_in_order_whatever_the_page, a_payment_made_meanwhile_shifts_no_page;
                decisions: checks_survive, a_decision_stays, decisions_are_in_order, passwords_survive, waiting_payments_survive,
                    a_proof_takes_the_place_of_the_last;
                events: standing_observations_survive, cleared_observations_stand_no_more, incidents_survive,
                    incidents_stand_in_their_time, incidents_are_listed_from_a_time_on, announcements_survive,
                    hits_are_listed_by_incident_and_payer, notices_of_incidents_survive;
                bindings: every_stage_survives, an_opening_finds_its_binding, cards_survive_and_stay_one_instrument,
                    codes_are_counted_with_their_account, a_bank_code_survives_with_its_leg, jobs_of_cards_survive;
                pay_later: lines_survive, bills_survive, repayments_survive, credit_entries_survive, jobs_of_bills_survive,
                    debts_are_audited, notices_are_told_once, extensions_survive, disputes_survive;
                points: lots_survive, what_was_taken_survives, points_are_audited;
                refunds: rows_survive, what_was_said_meanwhile_survives, a_key_asks_once, a_forgone_debit_takes_its_id, refunds_are_audited;
                claims: rows_survive, a_claim_brings_what_came_of_it, a_second_payment_is_refused;
                requests: rows_survive, requests_of_a_payment_are_in_order, the_first_answer_stays, asked_again_is_set_once,
                    what_is_asked_with_its_payment_stays;
                second_factors: second_factors_survive;
                people: standings_survive, sealed_people_survive, codes_survive_and_are_used, tallies_survive;
                tickets: every_stage_survives, what_was_said_stays, lists_are_in_order, jobs_of_tickets_survive;
                trails: trails_survive_in_order, an_entry_is_never_written_over, an_appeal_is_made_once;
                devices: keys_survive_and_end, reports_survive, a_report_is_never_said_differently;
                access: merchants_survive, api_keys_survive, sessions_survive, a_put_may_come_again;
                keys: an_account_brings_no_payments, a_payment_brings_its_account, an_attempt_brings_its_payment_and_account,
                    a_mandate_brings_its_account, what_is_absent_is_absent, incidents_always_come;
                batches: dropped_changes_nothing, a_failed_change_takes_all_with_it, a_reader_sees_what_is_committed,
                    batches_come_one_after_another, a_world_after_its_changes_is_what_is_loaded_next,
                    a_batch_is_its_changes_one_by_one, a_large_batch_is_one, a_large_batch_is_refused_whole, every_text_is_kept;
                floors: an_overdraft_is_refused, the_last_fen_can_be_spent, an_overflow_is_refused, a_floor_is_only_where_it_belongs,
                    a_limit_never_falls_below_nothing, a_transaction_is_posted_once;
                jobs: rows_survive, due_at_its_time_and_not_before, held_until_the_lease_ends, every_lease_is_counted,
                    no_more_than_the_limit, next_due_is_of_what_nobody_holds, a_finished_job_is_gone;
                folds: rows_survive, a_number_is_taken_once, a_clearing_comes_with_its_last_fold, what_has_gathered_is_listed,
                    a_merchants_balance_is_of_all_shards, a_merchants_debit_stops_at_nothing;
                books: clean_books_pass, an_empty_database_passes, windows_are_those_of_beijing, the_last_instant_of_a_day_is_that_day;
            }
        }
    };
}

contract_of!(sqlite, crate::contract::sqlite::fresh);
contract_of!(postgres, crate::contract::postgres::fresh);
contract_of!(sharded, crate::contract::sharded::fresh);
