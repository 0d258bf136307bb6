//! Has a bank send its code for a payment, once: only the process that stored the wish does. Whoever finds it later
//! cannot know whether a message is on its way, and says so; the payer then asks for another.

use tantu_channels::card::CodeOrder;
use tantu_domain::attempt::AttemptReport;
use tantu_domain::card::CodeReport;
use tantu_domain::channel::Channel;
use tantu_domain::ids::{AttemptId, PaymentId};
use tantu_domain::instrument::InstrumentKind;
use tantu_domain::payment::Payment;
use tantu_store::job::Job;

use crate::Parts;
use crate::breaker::Verb;
use crate::error::EngineError;
use crate::jobs::Origin;
use crate::payments::record_code::RecordBankCode;

/// Runs the job.
pub(crate) async fn run(
    parts: &Parts,
    job: &Job,
    payment: PaymentId,
    attempt: AttemptId,
    origin: Origin,
) -> Result<(), EngineError> {
    let Some(payment) = parts.read(move |store| store.payment(payment)).await? else { return Ok(()) };
    let report = match origin {
        Origin::Fresh => send(parts, &payment, attempt).await?,
        Origin::Found => CodeReport::NoAnswer,
    };
    let command = RecordBankCode { payment: payment.id, attempt, report, job: (job.id, job.fence) };
    parts.lane.run(command).await?;
    parts.waiting.ring(payment.id);
    Ok(())
}

async fn send(parts: &Parts, payment: &Payment, attempt: AttemptId) -> Result<CodeReport, EngineError> {
    let Some(code) = payment.awaited_code().filter(|code| code.attempt == attempt) else {
        return Ok(CodeReport::NoAnswer);
    };
    let (account, now, wanted) = (payment.account, parts.clock.now(), code.instrument);
    let file = parts.read(move |store| store.account(account, now)).await?;
    let own = file.iter().flat_map(|file| &file.instruments).find(|instrument| instrument.id == wanted);
    let Some(InstrumentKind::Card(card)) = own.map(|instrument| &instrument.kind) else {
        return Ok(CodeReport::NoAnswer);
    };
    // The whole number of the phone is kept nowhere: the bank has it.
    let order = CodeOrder { attempt, token: card.token.clone(), amount: payment.amount, phone: None };
    let report = parts.cards()?.payments.send_code(&order).await;
    let heard = match &report {
        CodeReport::Sent | CodeReport::Declined { .. } => AttemptReport::Waiting,
        CodeReport::Fault(word) => AttemptReport::Fault(word.clone()),
        CodeReport::NoAnswer => AttemptReport::NoAnswer,
    };
    parts.breakers.hear(parts, Channel::UnionPay, Verb::Charge, &heard).await;
    Ok(report)
}
