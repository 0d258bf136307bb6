//! Pay later: the line, auto-repay, bills and their repayment, the credit report, and statements as files.

pub(crate) mod auto_repay;
pub(crate) mod bill;
pub(crate) mod bills;
pub(crate) mod credit;
pub(crate) mod freeze;
pub(crate) mod line;
pub(crate) mod repay;
pub(crate) mod statement;

use serde::Serialize;
use tantu_domain::ids::AccountId;
use tantu_engine::pay_later::PayLater;
use tantu_paylater::debt::Debt;
use tantu_store::pay_later::PayLaterFile;
use tantu_store::world::AccountFile;
use utoipa::ToSchema;

use crate::access::Caller;
use crate::app::Shared;
use crate::json::Amount;
use crate::problem::{Kind, Problem};

/// What is owed or was paid, in its parts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct DebtBody {
    /// Fees that the terms state.
    costs: Amount,
    /// Interest that the terms state.
    interest: Amount,
    /// What was bought.
    principal: Amount,
    /// All of it.
    total: Amount,
}

/// A debt as JSON.
pub(crate) fn debt(debt: &Debt) -> Result<DebtBody, Problem> {
    let total = debt.total().map_err(|error| Problem::new(Kind::Internal, error.to_string()))?;
    Ok(DebtBody {
        costs: debt.costs.into(),
        interest: debt.interest.into(),
        principal: debt.principal.into(),
        total: total.into(),
    })
}

/// The product, if this server offers it.
pub(crate) fn offered(app: &Shared) -> Result<&PayLater, Problem> {
    let detail = "nothing is paid later here; a server offers it that has [pay_later] in its configuration";
    app.engine.pay_later().ok_or_else(|| Problem::new(Kind::State, detail))
}

/// An account as its holder or staff may see it. Somebody else's answers as what does not exist.
pub(crate) async fn account(app: &Shared, caller: &Caller, id: AccountId) -> Result<AccountFile, Problem> {
    let unknown = || Problem::not_found("account", &id.to_string());
    if matches!(caller, Caller::Payer(own) if *own != id) {
        return Err(unknown());
    }
    let now = app.engine.clock().now();
    app.engine.read(move |store| store.account(id, now)).await?.ok_or_else(unknown)
}

/// The line of an account that has one.
pub(crate) fn line_of(file: &AccountFile) -> Result<&PayLaterFile, Problem> {
    let detail = "this account has no pay-later line; its holder opens one with POST /v1/accounts/{id}/pay-later";
    file.pay_later.as_ref().ok_or_else(|| Problem::new(Kind::State, detail))
}
