//! An account, without its sums: they are read from the balances.

use tantu_domain::account::{Account, AccountState, Case, SafeReason};
use tantu_domain::ceiling::Tier;
use tantu_domain::money::{Currency, Money};
use tantu_domain::password::{PasswordHash, PayPassword};
use tantu_domain::person::{Changed, Detail, Identity, Person};

use crate::error::StoreError;
use crate::record::read_sendings;
use crate::record_activity::{read_activity, read_ids};
use crate::record_limits::read_limits;
use crate::row::Columns;

/// The account as its row says it, its sums still at nothing.
pub(crate) fn read(cells: &impl Columns) -> Result<Account, StoreError> {
    let case = || -> Result<Case, StoreError> {
        Ok(Case {
            id: cells.parse("case_id")?,
            since: cells.time("case_since")?,
            reason: cells.word("case_reason", SafeReason::parse)?,
            unfreeze_requested_at: cells.optional_time("unfreeze_requested_at")?,
            rule: cells.optional_text("case_rule")?,
            lift_proposed_by: cells.optional("case_lift_proposed_by")?,
            waiting: read_ids(cells.optional_stored("case_waiting")?)
                .map_err(|why| cells.wrong("case_waiting", why))?,
        })
    };
    let state = match cells.stored("state")? {
        "active" => AccountState::Active,
        "restricted" => AccountState::Restricted(case()?, cells.optional_time("case_until")?),
        "frozen" => AccountState::Frozen(case()?),
        other => return Err(cells.wrong("state", format!("{other:?} is no state"))),
    };
    let (limits, activity) = (cells.optional_text("limits")?, cells.optional_text("activity")?);
    let nothing = Money::zero(Currency::Cny);
    Ok(Account {
        id: cells.parse("id")?,
        state,
        balance: nothing,
        held: nothing,
        opened_at: cells.time("opened_at")?,
        password: password(cells)?,
        tier: cells.word("tier", Tier::parse)?,
        limits: read_limits(limits.as_deref()).map_err(|why| cells.wrong("limits", why))?,
        codes: read_sendings(cells.optional_stored("codes_sent")?).map_err(|why| cells.wrong("codes_sent", why))?,
        person: person(cells)?,
        activity: read_activity(activity.as_deref()).map_err(|why| cells.wrong("activity", why))?,
    })
}

fn person(cells: &impl Columns) -> Result<Person, StoreError> {
    let identity = |verified_at| -> Result<Identity, StoreError> {
        Ok(Identity { verified_at, valid_until: cells.optional("document_until")? })
    };
    let changed = |what| -> Result<Changed, StoreError> { Ok(Changed { what, at: cells.time("changed_at")? }) };
    Ok(Person {
        identity: cells.optional_time("identity_verified_at")?.map(identity).transpose()?,
        phone_bound_at: cells.optional_time("phone_bound_at")?,
        changed: cells.optional_word("changed_what", Detail::parse)?.map(changed).transpose()?,
        mark: cells.mark("holder")?,
    })
}

fn password(cells: &impl Columns) -> Result<Option<PayPassword>, StoreError> {
    let Some(hash) = cells.optional_text("password_hash")? else { return Ok(None) };
    Ok(Some(PayPassword {
        hash: PasswordHash(hash),
        tries: cells.count("password_tries")?,
        locks: cells.count("password_locks")?,
        locked_until: cells.optional_time("password_locked_until")?,
    }))
}
