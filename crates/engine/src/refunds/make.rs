//! Makes a refund: what goes back by which road is decided here, and counts from here on against what is left.

use tantu_domain::ids::{MerchantId, PaymentId, RefundId, TransactionId};
use tantu_domain::line::PaysFor;
use tantu_domain::money::Money;
use tantu_domain::refund::{Refund, RefundError, RefundState, split};
use tantu_store::change::Change;
use tantu_store::claim::{Claim, ClaimKey, IdempotencyKey};
use tantu_store::job::{Job, JobKind};
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::pay_later::pays_for;
use crate::payments::submit::lease;

/// Asks for money of a paid order to go back.
#[derive(Debug, Clone)]
pub struct MakeRefund {
    /// Of which payment.
    pub payment: PaymentId,
    /// Who asks: only its merchant may.
    pub merchant: MerchantId,
    /// How much; all that is left, if it is not said.
    pub amount: Option<Money>,
    /// Why, as the payer may read it.
    pub reason: String,
    /// The request's own idempotency key.
    pub idempotency: IdempotencyKey,
    /// The SHA-256 of the request.
    pub request_hash: [u8; 32],
}

impl Command for MakeRefund {
    type Outcome = Refund;

    fn keys(&self) -> Keys {
        Keys {
            payments: [self.payment].into(),
            refunds: [self.payment].into(),
            claims: [ClaimKey::Idempotency(self.idempotency.clone())].into(),
            ..Keys::default()
        }
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Refund> {
        let missing = || Rejection::NotFound { what: "payment", id: self.payment.to_string() };
        let found = world.payments.get(&self.payment).filter(|payment| payment.merchant == self.merchant);
        let payment = found.ok_or_else(missing)?;
        let key = ClaimKey::Idempotency(self.idempotency.clone());
        let claim = world.claims.get(&key);
        if claim.is_some_and(|claim| claim.request_hash != self.request_hash) {
            return Err(Rejection::KeyReused);
        }
        let before = world.refunds.get(&self.payment).map(Vec::as_slice).unwrap_or_default();
        // A claim without its refund was cut off by a crash: it is made now.
        if let Some(known) = before.iter().find(|refund| refund.key == self.idempotency.key) {
            return Ok((known.clone(), Vec::new()));
        }
        if pays_for(payment, tools.settings) == PaysFor::Bill {
            return Err(RefundError::Repayment.into());
        }
        let points = world.accounts.get(&payment.account).and_then(|file| file.points.as_ref());
        let spent = points.map_or(0, |points| points.spent_by(payment.id));
        let refund = Refund {
            id: RefundId::new(tools.ids, payment.account.shard()),
            payment: payment.id,
            merchant: self.merchant,
            key: self.idempotency.key.clone(),
            reason: self.reason.clone(),
            parts: split(payment, spent, before, self.amount)?,
            hold: TransactionId::new(tools.ids, self.merchant.shard()),
            end: TransactionId::new(tools.ids, self.merchant.shard()),
            asked_at: tools.now,
            state: RefundState::Begun,
            last_asked: None,
            done_at: None,
        };
        let claim = claim.is_none().then(|| {
            let (account, payment, claimed_at) = (payment.account, payment.id, tools.now);
            Change::PutClaim(Claim { key, request_hash: self.request_hash, account, payment, claimed_at })
        });
        let own = [Change::PutRefund(refund.clone()), Change::PutJob(job(&refund, tools))];
        Ok((refund, claim.into_iter().chain(own).collect()))
    }
}

/// Held by this process from the commit on: it goes on at once.
fn job(refund: &Refund, tools: &Tools<'_>) -> Job {
    Job {
        id: refund.job(),
        kind: JobKind::MakeRefund { refund: refund.id },
        run_at: tools.now,
        tries: 0,
        fence: 1,
        lease: Some(lease(tools)),
    }
}
