//! Brings in what the channel said when it was to have the bank's code for a payment sent.

use tantu_domain::card::CodeReport;
use tantu_domain::client::Speaker;
use tantu_domain::evidence::{Confidence, Evidence, Finding};
use tantu_domain::ids::{AttemptId, JobId, PaymentId};
use tantu_domain::payment::{Payment, Refusal};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;
use crate::pay_later::pays_for;
use crate::payments::submit::{Sum, decided, file_of, verdict};
use crate::payments::told::{Told, refuse};

/// Brings it in.
#[derive(Debug, Clone)]
pub(crate) struct RecordBankCode {
    /// For which payment.
    pub(crate) payment: PaymentId,
    /// For which charge.
    pub(crate) attempt: AttemptId,
    /// What it said.
    pub(crate) report: CodeReport,
    /// The job and the fence of the lease that we hold.
    pub(crate) job: (JobId, u64),
}

impl Command for RecordBankCode {
    type Outcome = ();

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.payments.insert(self.payment);
        keys.jobs.insert(self.job.0);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<()> {
        let (id, fence) = self.job;
        match world.jobs.get(&id) {
            // Whoever finished it has recorded it.
            None => return Ok(((), Vec::new())),
            Some(job) if job.fence != fence => return Err(Rejection::Fenced(id)),
            Some(_) => {}
        }
        let missing = || Rejection::NotFound { what: "payment", id: self.payment.to_string() };
        let payment = world.payments.get(&self.payment).ok_or_else(missing)?;
        let mut changes = vec![Change::FinishJob(id)];
        // The payer may have taken another road meanwhile; then it matters to nobody.
        if payment.awaited_code().is_some_and(|code| code.attempt == self.attempt) {
            changes.extend(self.consequences(world, payment.clone().code_answered(self.attempt), tools)?);
        }
        Ok(((), changes))
    }
}

impl RecordBankCode {
    fn consequences(&self, world: &World, payment: Payment, tools: &Tools<'_>) -> Result<Vec<Change>, Rejection> {
        let Some(instrument) = payment.awaited_code().map(|code| code.instrument) else { return Ok(Vec::new()) };
        match &self.report {
            // Without an answer it may be on its way; if it does not come, the payer asks for another.
            CodeReport::Sent | CodeReport::NoAnswer => Ok(vec![Change::PutPayment(payment)]),
            CodeReport::Declined { word, causes } => {
                let file = file_of(world, &payment)?.into_owned();
                refuse(world, file, payment, Told { instrument, word, causes }, tools)
            }
            CodeReport::Fault(word) => {
                let evidence = Evidence::ChannelInterfaceFault {
                    channel: word.channel,
                    code: word.code.clone(),
                    since: word.at,
                    breaker: "closed",
                    expected_end: None,
                    incident: None,
                };
                let why = Finding {
                    cause: evidence.cause(),
                    confidence: Confidence::Certain,
                    evidence: evidence.fields(),
                    instrument: Some(instrument),
                };
                let file = file_of(world, &payment)?;
                let nobody = Speaker::default();
                let verdict = verdict(
                    &file,
                    &world.incidents,
                    Sum::of(&payment, tools),
                    &nobody,
                    (false, None),
                    pays_for(&payment, tools.settings),
                    tools,
                );
                let decision = decided(&payment, instrument, &verdict, tools);
                let causes = std::iter::once(why).chain(verdict.findings(instrument)).collect();
                let refusal = Refusal { causes, can_pay_with: verdict.can_pay_with() };
                Ok(vec![Change::PutPayment(payment.refuse(refusal, tools.now)?), decision])
            }
        }
    }
}
