//! Accounts. Their sums are read from the balances, so that there is one truth about money.

use rusqlite::{Connection, OptionalExtension, params};
use tantu_domain::account::{Account, AccountState};
use tantu_domain::ids::AccountId;
use tantu_domain::ledger::LedgerAccount;
use tantu_domain::money::Currency;
use tantu_domain::person::Person;

use super::cell::{Cells, optional_time, time};
use super::{ledger, refused, unavailable};
use crate::error::StoreError;
use crate::person::write_mark;
use crate::record::write_sendings;
use crate::record_activity::{write_activity, write_ids};
use crate::record_limits::write_limits;
use crate::rows::accounts::read;

pub(super) fn put(connection: &Connection, account: &Account) -> Result<(), StoreError> {
    let (state, case, until) = match &account.state {
        AccountState::Active => ("active", None, None),
        AccountState::Restricted(case, until) => ("restricted", Some(case), *until),
        AccountState::Frozen(case) => ("frozen", Some(case), None),
    };
    let password = account.password.as_ref();
    let Person { identity, phone_bound_at, changed, mark } = &account.person;
    let sql = "INSERT INTO accounts (shard, id, state, case_id, case_since, case_reason, case_until, unfreeze_requested_at, opened_at,
               password_hash, password_tries, password_locks, password_locked_until, codes_sent, tier, limits, identity_verified_at,
               document_until, phone_bound_at, changed_what, changed_at, case_rule, case_lift_proposed_by, holder, activity, case_waiting)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26)
               ON CONFLICT (shard, id) DO UPDATE SET state = ?3, case_id = ?4, case_since = ?5, case_reason = ?6, case_until = ?7,
               unfreeze_requested_at = ?8, password_hash = ?10, password_tries = ?11, password_locks = ?12, password_locked_until = ?13,
               codes_sent = ?14, tier = ?15, limits = ?16, identity_verified_at = ?17, document_until = ?18, phone_bound_at = ?19,
               changed_what = ?20, changed_at = ?21, case_rule = ?22, case_lift_proposed_by = ?23,
               holder = ?24, activity = ?25, case_waiting = ?26";
    let values = params![
        account.id.shard().number(),
        account.id.to_string(),
        state,
        case.map(|case| case.id.to_string()),
        case.map(|case| time(case.since)),
        case.map(|case| case.reason.id()),
        optional_time(until),
        optional_time(case.and_then(|case| case.unfreeze_requested_at)),
        time(account.opened_at),
        password.map(|password| password.hash.0.as_str()),
        password.map_or(0, |password| password.tries),
        password.map_or(0, |password| password.locks),
        optional_time(password.and_then(|password| password.locked_until)),
        write_sendings(&account.codes),
        account.tier.id(),
        write_limits(&account.limits),
        optional_time(identity.map(|identity| identity.verified_at)),
        identity.and_then(|identity| identity.valid_until).map(|day| day.to_string()),
        optional_time(*phone_bound_at),
        changed.map(|changed| changed.what.id()),
        optional_time(changed.map(|changed| changed.at)),
        case.and_then(|case| case.rule.as_deref()),
        case.and_then(|case| case.lift_proposed_by).map(|mark| mark.to_string()),
        mark.as_ref().map(write_mark),
        write_activity(&account.activity),
        case.and_then(|case| write_ids(&case.waiting)),
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

pub(super) fn find(connection: &Connection, id: AccountId) -> Result<Option<Account>, StoreError> {
    let mut found =
        connection.prepare_cached("SELECT * FROM accounts WHERE shard = ?1 AND id = ?2").map_err(unavailable)?;
    let account = found
        .query_row(params![id.shard().number(), id.to_string()], |row| Ok(read(&Cells::of("accounts", row))))
        .optional()
        .map_err(unavailable)?
        .transpose()?;
    let Some(account) = account else { return Ok(None) };
    let balance = ledger::balance(connection, id.shard(), LedgerAccount::Customer(id), Currency::Cny)?;
    let held = ledger::balance(connection, id.shard(), LedgerAccount::CustomerHeld(id), Currency::Cny)?;
    Ok(Some(Account { balance, held, ..account }))
}
