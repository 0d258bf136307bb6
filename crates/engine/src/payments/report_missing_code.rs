//! The bank's code did not reach the payer. Nobody gives us a receipt of a bank's message, so he is asked the one
//! question that tells the causes apart: is it among the messages that his phone has intercepted?

use tantu_domain::answer::Answer;
use tantu_domain::evidence::{Confidence, Evidence, Finding};
use tantu_domain::ids::PaymentId;
use tantu_domain::instrument::InstrumentKind;
use tantu_domain::payment::{Action, BankCode, Payment, PaymentState, Refusal};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::{AccountFile, World};

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::payments::answer::Given;
use crate::payments::submit::file_of;

/// What the payer has found when he looked for the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    /// He has not looked among the intercepted ones.
    NotSearched,
    /// It is not there either.
    NotFound,
    /// It is there.
    Intercepted,
}

/// Says that the code did not come.
#[derive(Debug, Clone)]
pub struct ReportMissingCode {
    /// For which payment.
    pub payment: PaymentId,
    /// What he found.
    pub search: Search,
}

impl Command for ReportMissingCode {
    /// The payment, refused with what may have become of the code; it is resumed, and another code is sent.
    type Outcome = Given;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.payments.insert(self.payment);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Given> {
        let missing = || Rejection::NotFound { what: "payment", id: self.payment.to_string() };
        let payment = world.payments.get(&self.payment).ok_or_else(missing)?;
        let file = file_of(world, payment)?;
        let code = missed(payment)
            .ok_or_else(|| Rejection::State(format!("the payment is {} and waits for no code", payment.state.id())))?;
        let causes = self.findings(&file, code, tools);
        let refusal = Refusal { causes, can_pay_with: Vec::new() };
        let payment = payment.clone().refuse(refusal.clone(), tools.now)?;
        let given = Given {
            payment: payment.clone(),
            instruments: file.instruments.clone(),
            asked_at: tools.now,
            answer: Answer::Refused(refusal),
        };
        Ok((given, vec![Change::PutPayment(payment)]))
    }
}

/// The code that the payment waits for, or that was said to be missing just now.
fn missed(payment: &Payment) -> Option<&BankCode> {
    let waits = match &payment.state {
        PaymentState::RequiresAction { action, .. } => *action == Action::BankCode,
        PaymentState::Refused { refusal, .. } => {
            refusal.causes.first().is_some_and(|first| first.field("delivered_at").is_some())
        }
        PaymentState::Created
        | PaymentState::Processing { .. }
        | PaymentState::Succeeded { .. }
        | PaymentState::Closed { .. } => false,
    };
    payment.legs.first().filter(|_| waits).and_then(|leg| leg.code.as_ref())
}

impl ReportMissingCode {
    fn findings(&self, file: &AccountFile, code: &BankCode, tools: &Tools<'_>) -> Vec<Finding> {
        let card = file.instruments.iter().find_map(|instrument| match &instrument.kind {
            InstrumentKind::Card(card) if instrument.id == code.instrument => Some(card),
            _ => None,
        });
        let finding = |intercepted: bool, confidence: Confidence| {
            let evidence = Evidence::CodeMissing {
                intercepted,
                phone: card.map(|card| card.face.phone.clone()),
                sent_at: code.asked_at,
                next_code_at: code.sendings.next_at(tools.now),
                sends_left: code.sendings.left(tools.now),
            };
            let instrument = Some(code.instrument);
            Finding { cause: evidence.cause(), confidence, evidence: evidence.fields(), instrument }
        };
        match self.search {
            Search::NotSearched => vec![finding(false, Confidence::Likely), finding(true, Confidence::Likely)],
            Search::NotFound => vec![finding(false, Confidence::Certain)],
            Search::Intercepted => vec![finding(true, Confidence::Certain)],
        }
    }
}
