//! Accounts: opened, shown, frozen and unfrozen; their holders verified and reached.

pub(crate) mod audit;
pub(crate) mod freeze;
pub(crate) mod identity;
pub(crate) mod incident_notices;
pub(crate) mod limits;
pub(crate) mod notices;
pub(crate) mod open;
pub(crate) mod pay_password;
pub(crate) mod phone;
pub(crate) mod request_unfreeze;
pub(crate) mod reset_pay_password;
pub(crate) mod restrict;
pub(crate) mod show;
pub(crate) mod top_up;
pub(crate) mod unfreeze;

use serde::Serialize;
use tantu_domain::account::{Account, AccountState, Case};
use tantu_domain::ids::AccountId;
use utoipa::ToSchema;

use crate::json::time;
use crate::problem::Problem;

/// Another payer's account answers as one that is not there.
fn own_account(own: AccountId, asked: AccountId) -> Result<(), Problem> {
    if own == asked { Ok(()) } else { Err(Problem::not_found("account", &asked.to_string())) }
}

/// Whether an account may pay.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountStateBody {
    /// active, restricted or frozen.
    state: &'static str,
    /// The decision against it, if there is one.
    case: Option<CaseBody>,
    /// When a restriction ends by itself, if it does.
    until: Option<String>,
}

/// A decision against an account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseBody {
    /// Its id, which the payer can quote.
    id: String,
    /// Since when.
    since: String,
    /// What the payer may know.
    reason: &'static str,
    /// When the payer asked for it to be lifted.
    unfreeze_requested_at: Option<String>,
    /// Whether one member of staff has proposed to lift it, and another one must agree.
    lift_proposed: bool,
}

fn state_of(account: &Account) -> AccountStateBody {
    let case = |case: &Case| CaseBody {
        id: case.id.to_string(),
        since: time(case.since),
        reason: case.reason.id(),
        unfreeze_requested_at: case.unfreeze_requested_at.map(time),
        lift_proposed: case.lift_proposed_by.is_some(),
    };
    match &account.state {
        AccountState::Active => AccountStateBody { state: "active", case: None, until: None },
        AccountState::Restricted(against, until) => {
            AccountStateBody { state: "restricted", case: Some(case(against)), until: until.map(time) }
        }
        AccountState::Frozen(against) => AccountStateBody { state: "frozen", case: Some(case(against)), until: None },
    }
}

/// An account after its state was changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangedAccountBody {
    /// The account.
    id: String,
    /// Whether it may pay.
    #[serde(flatten)]
    state: AccountStateBody,
}

fn changed(account: &Account) -> ChangedAccountBody {
    ChangedAccountBody { id: account.id.to_string(), state: state_of(account) }
}
