//! Two of the staff raise one of our product limits for one account, for a time. The regulator's ceilings, and what
//! others or the holder have set, cannot be named here at all.

use jiff::Timestamp;
use tantu_domain::account::Account;
use tantu_domain::ids::AccountId;
use tantu_domain::instrument::Product;
use tantu_domain::limit::Span;
use tantu_domain::money::Money;
use tantu_domain::own_limit::{Approval, Raise};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::accounts::account_of;
use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// Raises a limit.
#[derive(Debug, Clone)]
pub struct RaiseLimit {
    /// Whose.
    pub account: AccountId,
    /// Of which product.
    pub product: Product,
    /// On what.
    pub span: Span,
    /// The most while it stands.
    pub most: Money,
    /// Until when it stands.
    pub until: Timestamp,
    /// Who decided it. There is no way to one but by two people.
    pub approval: Approval,
}

impl Command for RaiseLimit {
    type Outcome = Account;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Account> {
        let account = account_of(world, self.account)?;
        let figures = tools.policy.limit(self.product).map(|limit| limit.figures()).unwrap_or_default();
        let Some(present) = figures.of(self.span) else {
            return Err(Rejection::State(format!("{} has no such limit that could be raised", self.product.id())));
        };
        if self.most.minor() <= present.minor() || self.until <= tools.now {
            return Err(Rejection::State(format!("a raise is above {present} and ends in the future")));
        }
        let raise = Raise {
            product: self.product,
            span: self.span,
            most: self.most,
            until: self.until,
            approval: self.approval.clone(),
        };
        let limits = account.limits.clone().with_raise(raise, tools.now);
        let account = Account { limits, ..account };
        Ok((account.clone(), vec![Change::PutAccount(account)]))
    }
}
