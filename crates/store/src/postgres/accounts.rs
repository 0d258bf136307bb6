//! Accounts. Their sums are read from the balances, so that there is one truth about money.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use tantu_domain::account::{Account, AccountState};
use tantu_domain::ids::AccountId;
use tantu_domain::ledger::LedgerAccount;
use tantu_domain::limit::LimitUse;
use tantu_domain::money::{Currency, Money};
use tantu_domain::person::Person;
use tokio_postgres::Row;

use super::cell::{Cells, mark, optional_time, time};
use super::{instruments, ledger, limits, observations};
use crate::error::StoreError;
use crate::record::write_sendings;
use crate::record_activity::{write_activity, write_ids};
use crate::record_limits::write_limits;
use crate::rows;
use crate::wire::answers::Answers;
use crate::wire::burst::{Ask, look_up};
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;
use crate::world::AccountFile;

static ACCOUNTS: Table = Table {
    name: "accounts",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("id", Put::Key),
        ("state", Put::Last),
        ("case_id", Put::Last),
        ("case_since", Put::Last),
        ("case_reason", Put::Last),
        ("case_until", Put::Last),
        ("unfreeze_requested_at", Put::Last),
        ("opened_at", Put::Once),
        ("password_hash", Put::Last),
        ("password_tries", Put::Last),
        ("password_locks", Put::Last),
        ("password_locked_until", Put::Last),
        ("codes_sent", Put::Last),
        ("tier", Put::Last),
        ("limits", Put::Last),
        ("identity_verified_at", Put::Last),
        ("document_until", Put::Last),
        ("phone_bound_at", Put::Last),
        ("changed_what", Put::Last),
        ("changed_at", Put::Last),
        ("case_rule", Put::Last),
        ("case_lift_proposed_by", Put::Last),
        ("holder", Put::Last),
        ("activity", Put::Last),
        ("case_waiting", Put::Last),
    ],
    order: &[0, 1],
};

pub(super) fn put(rows: &mut Rows, account: &Account) -> Result<(), StoreError> {
    let (state, case, until) = match &account.state {
        AccountState::Active => ("active", None, None),
        AccountState::Restricted(case, until) => ("restricted", Some(case), *until),
        AccountState::Frozen(case) => ("frozen", Some(case), None),
    };
    let password = account.password.as_ref();
    let Person { identity, phone_bound_at, changed, mark: own } = &account.person;
    rows.put(
        &ACCOUNTS,
        vec![
            Value::shard(account.id.shard().number()),
            account.id.into(),
            state.into(),
            Value::maybe(case.map(|case| case.id.to_string())),
            optional_time(case.map(|case| case.since)),
            Value::maybe(case.map(|case| case.reason.id())),
            optional_time(until),
            optional_time(case.and_then(|case| case.unfreeze_requested_at)),
            time(account.opened_at),
            Value::maybe(password.map(|password| password.hash.0.clone())),
            Value::Big(password.map_or(0, |password| i64::from(password.tries))),
            Value::Big(password.map_or(0, |password| i64::from(password.locks))),
            optional_time(password.and_then(|password| password.locked_until)),
            Value::maybe(write_sendings(&account.codes)),
            account.tier.id().into(),
            Value::maybe(write_limits(&account.limits)),
            optional_time(identity.map(|identity| identity.verified_at)),
            Value::maybe(identity.and_then(|identity| identity.valid_until).map(|day| day.to_string())),
            optional_time(*phone_bound_at),
            Value::maybe(changed.map(|changed| changed.what.id())),
            optional_time(changed.map(|changed| changed.at)),
            Value::maybe(case.and_then(|case| case.rule.clone())),
            Value::maybe(case.and_then(|case| case.lift_proposed_by).map(|mark| mark.to_string())),
            mark(own.as_ref()),
            Value::maybe(write_activity(&account.activity)),
            Value::maybe(case.and_then(|case| write_ids(&case.waiting))),
        ],
    )
}

/// Accounts with all that a decision at `now` depends on: statements whose answers [`read`] takes; none for no accounts. The
/// first is about the accounts themselves.
pub(super) fn asks(ids: &[AccountId], now: Timestamp) -> Vec<Ask> {
    let accounts = look_up!("accounts", "id = wanted.key");
    let sums =
        |id: &AccountId| [LedgerAccount::Customer(*id), LedgerAccount::CustomerHeld(*id)].map(|sum| (id.shard(), sum));
    let asks = [
        Ask::look_up(accounts, ids.iter().map(|id| (id.shard(), [(*id).into()]))),
        ledger::ask_balances(ids.iter().flat_map(sums)),
        instruments::ask(ids),
        observations::ask(ids),
        limits::ask(ids, now),
    ];
    asks.into_iter().flatten().collect()
}

/// The accounts, and the names of the balances that are there.
pub(super) fn read(answers: &mut Answers) -> Result<(Vec<AccountFile>, HashSet<String>), StoreError> {
    let (accounts, sums) = (answers.rows(), answers.rows());
    let sums = sums.iter().map(ledger::read_sum).collect::<Result<HashMap<_, _>, _>>()?;
    let mut instruments = grouped(&answers.rows(), instruments::read, |instrument| instrument.account)?;
    let mut observations = grouped(&answers.rows(), observations::read, |observation| observation.account)?;
    let mut uses: HashMap<AccountId, Vec<LimitUse>> = HashMap::new();
    for row in &answers.rows() {
        limits::read(row)?.into_iter().for_each(|used| uses.entry(used.account).or_default().push(used));
    }
    let sum = |ledger: LedgerAccount| sums.get(&ledger.to_string()).copied().unwrap_or(Money::zero(Currency::Cny));
    let file = |row| {
        let account = rows::accounts::read(&Cells::of("accounts", row))?;
        let id = account.id;
        let (balance, held) = (sum(LedgerAccount::Customer(id)), sum(LedgerAccount::CustomerHeld(id)));
        Ok(AccountFile {
            account: Account { balance, held, ..account },
            instruments: instruments.remove(&id).unwrap_or_default(),
            observations: observations.remove(&id).unwrap_or_default(),
            uses: uses.remove(&id).unwrap_or_default(),
            pay_later: None,
            points: None,
        })
    };
    let files = accounts.iter().map(file).collect::<Result<_, _>>()?;
    Ok((files, sums.into_keys().collect()))
}

/// What belongs to each account, in the order in which it came.
fn grouped<T>(
    rows: &[Row],
    read: fn(&Row) -> Result<T, StoreError>,
    account: fn(&T) -> AccountId,
) -> Result<HashMap<AccountId, Vec<T>>, StoreError> {
    let mut groups: HashMap<AccountId, Vec<T>> = HashMap::new();
    for row in rows {
        let thing = read(row)?;
        groups.entry(account(&thing)).or_default().push(thing);
    }
    Ok(groups)
}
