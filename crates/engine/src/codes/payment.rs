//! A code that confirms one payment: sent to the bound phone, missed, and entered.

use tantu_channels::secret::Secret;
use tantu_domain::code::{Delivery, Purpose};
use tantu_domain::evidence::{Confidence, Evidence, Finding};
use tantu_domain::holder_evidence::HolderEvidence;
use tantu_domain::ids::{AccountId, CodeId, PaymentId};
use tantu_domain::payment::Payment;
use tantu_domain::person::Detail;
use tantu_store::access::TokenHash;

use crate::Engine;
use crate::codes::prove::ProveCode;
use crate::codes::{Asker, CodeRefused, Sent};
use crate::error::{EngineError, Rejection};
use crate::people::load_holder::LoadHolder;

/// What came of asking for a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// It is on its way.
    Sent(Box<Sent>),
    /// None is sent, and why: there is no phone that it could go to, or nothing that it would prove.
    Refused(Finding),
}

pub(crate) fn certain(evidence: &Evidence) -> Finding {
    Finding { cause: evidence.cause(), confidence: Confidence::Certain, evidence: evidence.fields(), instrument: None }
}

impl Engine {
    /// Sends a code that lets one payment through: to this payee, of this amount.
    ///
    /// # Errors
    /// [`EngineError`] if the payment is not the account's or waits for nothing, or it is too soon.
    pub async fn send_payment_code(
        &self,
        account: AccountId,
        payment: PaymentId,
        asker: &Asker,
    ) -> Result<Asked, EngineError> {
        let people = self.people()?;
        let payment = self.open_payment(account, payment).await?;
        let (_, person) = self.run(LoadHolder { account }).await?;
        let Some(phone) = people.open(account, Detail::Phone, person.phone.as_ref())? else {
            return Ok(Asked::Refused(certain(&HolderEvidence::PhoneUnbound.into())));
        };
        let purpose = Purpose::Payment(payment.id, payment.merchant, payment.amount);
        Ok(Asked::Sent(Box::new(self.send_code(account, purpose, &phone, asker).await?)))
    }

    /// The payer says that a code did not come: the carrier is asked, and its word says why.
    ///
    /// # Errors
    /// [`EngineError`] if there is no such code of this account's, or the carrier does not answer.
    pub async fn miss_code(&self, account: AccountId, code: CodeId) -> Result<(Sent, Finding), EngineError> {
        let sent = self.code_delivery(account, code).await?;
        let evidence: HolderEvidence = match sent.code.delivery {
            Delivery::Delivered | Delivery::Intercepted => HolderEvidence::CodeIntercepted {
                phone: sent.phone.clone(),
                delivery: sent.code.delivery.id(),
                delivered_at: sent.code.delivery_at,
                sends_left: sent.left,
                next_code_at: sent.next_at,
            },
            Delivery::Sent | Delivery::Refused => HolderEvidence::CodeNotReceived {
                phone: sent.phone.clone(),
                delivery: sent.code.delivery.id(),
                sent_at: sent.code.sent_at,
                sends_left: sent.left,
                next_code_at: sent.next_at,
            },
        };
        let finding = certain(&evidence.into());
        Ok((sent, finding))
    }

    /// Looks at a code that was entered for a payment. If it is right, `proof` is the hash of a token that lets this
    /// payment through once.
    ///
    /// # Errors
    /// [`EngineError`] if there is no such code, it is for another payment, or nothing could be kept.
    pub async fn prove_code(
        &self,
        account: AccountId,
        code: CodeId,
        digits: &Secret,
        proof: TokenHash,
    ) -> Result<Result<PaymentId, CodeRefused>, EngineError> {
        let (code, _) = match self.try_code(account, code, digits).await? {
            Ok(right) => right,
            Err(refused) => return Ok(Err(refused)),
        };
        let Purpose::Payment(payment, ..) = code.purpose else {
            return Err(Rejection::State("this code is for something else".into()).into());
        };
        self.open_payment(account, payment).await?;
        self.run(ProveCode { payment, code: code.id, proof }).await?;
        Ok(Ok(payment))
    }

    /// An open payment of this account's.
    pub(crate) async fn open_payment(&self, account: AccountId, id: PaymentId) -> Result<Payment, EngineError> {
        let missing = || Rejection::NotFound { what: "payment", id: id.to_string() };
        let found = self.read(move |store| store.payment(id)).await?;
        let found = found.filter(|found| found.account == account).ok_or_else(missing)?;
        if found.is_open() {
            return Ok(found);
        }
        Err(Rejection::State(format!("the payment is {} and waits for no code", found.state.id())).into())
    }
}
