//! Repays a bill by one instrument, wholly or in part: a payment to the lender, bound to the bill in the same commit.

use aws_lc_rs::digest::{SHA256, digest};
use tantu_domain::client::Speaker;
use tantu_domain::clock::day_of;
use tantu_domain::ids::{AccountId, BillId, InstrumentId, RepaymentId};
use tantu_domain::money::{Currency, Money, MoneyError};
use tantu_paylater::instrument::Source;
use tantu_paylater::repayment::{RepaymentLeg, check};
use tantu_paylater::schedule::{Ended, Occasion};
use tantu_store::claim::IdempotencyKey;
use tantu_store::keys::Keys;
use tantu_store::pay_later::Repayment;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::pay_later::settle::under_way;
use crate::pay_later::{file_of, offered};
use crate::payments::answer::Led;
use crate::payments::create::CreatePayment;

/// Asks for it.
#[derive(Debug, Clone)]
pub struct RepayBill {
    /// Which bill.
    pub bill: BillId,
    /// Whose.
    pub account: AccountId,
    /// By what.
    pub instrument: InstrumentId,
    /// How much; `None` is all that is owed and not under way already.
    pub amount: Option<Money>,
    /// Why we ask for it now; `None` if the payer does it.
    pub occasion: Option<Occasion>,
    /// The lender, to whom it is paid.
    pub lender: tantu_domain::ids::MerchantId,
    /// Who speaks for the payer.
    pub speaker: Speaker,
    /// The request's idempotency key.
    pub idempotency: IdempotencyKey,
    /// The SHA-256 of the request.
    pub request_hash: [u8; 32],
}

impl RepayBill {
    /// The payment to the lender. Its order number is the bill's with the request's key: one request, one order.
    fn payment(&self, amount: Money) -> CreatePayment {
        let key = format!("{} {}", self.idempotency.client, self.idempotency.key);
        let number: String =
            digest(&SHA256, key.as_bytes()).as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        CreatePayment {
            merchant: self.lender,
            order_no: format!("{}-{number}", self.bill),
            subject: self.bill.to_string(),
            account: self.account,
            amount,
            instrument: self.instrument,
            speaker: self.speaker.clone(),
            shown: None,
            idempotency: self.idempotency.clone(),
            request_hash: self.request_hash,
        }
    }
}

impl Command for RepayBill {
    type Outcome = Led;

    fn keys(&self) -> Keys {
        self.payment(Money::zero(Currency::Cny)).keys()
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Led> {
        if let Some(again) = Led::again(world, &self.idempotency, self.request_hash, tools.now)? {
            return Ok(again);
        }
        let product = offered(tools)?;
        let missing = |what, id: String| Rejection::NotFound { what, id };
        let file = world.accounts.get(&self.account).ok_or_else(|| missing("account", self.account.to_string()))?;
        let known = file_of(file)?;
        let bill = known.bills.iter().find(|bill| bill.id == self.bill);
        let bill = bill.ok_or_else(|| Rejection::State(format!("nothing is owed on {}", self.bill)))?;
        let bill = bill.charged(&product.terms, day_of(tools.now))?;
        let instrument = file.instruments.iter().find(|instrument| instrument.id == self.instrument);
        let instrument = instrument.ok_or_else(|| missing("instrument", self.instrument.to_string()))?;
        let source = match Source::of(instrument.product()) {
            // The evaluation names the cause of other credit, with what else can pay.
            Source::CreditCard | Source::PayLater | Source::Points => Source::Wallet,
            other => other,
        };
        let under_way = under_way(known, self.bill);
        let sum = |error: MoneyError| Rejection::State(error.to_string());
        let whole = bill.owed.total().and_then(|owed| owed.minus(under_way)).map_err(sum)?;
        let amount = self.amount.unwrap_or(whole);
        check(&bill, self.account, &[RepaymentLeg { instrument: self.instrument, source, amount }], under_way)?;
        let create = self.payment(amount);
        let payment = create.id(world, tools)?;
        let repayment = Repayment {
            id: RepaymentId::new(tools.ids, self.account.shard()),
            bill: self.bill,
            account: self.account,
            payment,
            instrument: self.instrument,
            product: instrument.product(),
            amount,
            occasion: self.occasion,
            at: tools.now,
            ended: Ended::Undecided,
        };
        let (led, changes) = create.make(payment, Some(&repayment), world, tools)?;
        Ok((led, changes))
    }
}
