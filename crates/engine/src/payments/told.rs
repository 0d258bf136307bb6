//! A channel has refused, by a code: what it told stands as observations, and the same evaluation as ever says what
//! now blocks which instrument. The payment is refused with all of it.

use tantu_domain::cause::Cause;
use tantu_domain::channel::ChannelWord;
use tantu_domain::client::Speaker;
use tantu_domain::evidence::{Confidence, Evidence, Finding};
use tantu_domain::ids::{InstrumentId, ObservationId};
use tantu_domain::observation::{Clearing, Observation, ObservationState};
use tantu_domain::payment::{Payment, Refusal};
use tantu_store::change::Change;
use tantu_store::world::{AccountFile, World};

use crate::command::Tools;
use crate::error::Rejection;
use crate::pay_later::pays_for;
use crate::payments::submit::{Sum, decided, verdict};

/// What a channel said of an instrument.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told<'a> {
    /// Of which.
    pub(crate) instrument: InstrumentId,
    /// Word for word.
    pub(crate) word: &'a ChannelWord,
    /// What the code speaks for.
    pub(crate) causes: &'a [(Cause, Confidence)],
}

/// Refuses a payment by what was told. `file` is the account's, as it is after all else that was learned.
pub(crate) fn refuse(
    world: &World,
    mut file: AccountFile,
    payment: Payment,
    told: Told<'_>,
    tools: &Tools<'_>,
) -> Result<Vec<Change>, Rejection> {
    let (mut changes, mut passing) = (Vec::new(), Vec::new());
    for (cause, confidence) in told.causes {
        let Some(clearing) = Clearing::of(*cause, Some(told.word.channel), tools.now) else {
            passing.push(told.finding(*cause, *confidence));
            continue;
        };
        let observation = Observation {
            id: ObservationId::new(tools.ids, payment.account.shard()),
            account: payment.account,
            instrument: told.instrument,
            cause: *cause,
            confidence: *confidence,
            word: told.word.clone(),
            state: ObservationState::Standing(clearing),
        };
        file.observations.push(observation.clone());
        changes.push(Change::PutObservation(observation));
    }
    let verdict = verdict(
        &file,
        &world.incidents,
        Sum::of(&payment, tools),
        &Speaker::default(),
        (false, None),
        pays_for(&payment, tools.settings),
        tools,
    );
    changes.push(decided(&payment, told.instrument, &verdict, tools));
    if passing.is_empty() && verdict.allows(told.instrument) {
        // The code names nothing that the payer or we could remove: a person must look at it.
        passing.push(told.finding(Cause::SupportEscalate, Confidence::Certain));
    }
    // What was over with the attempt blocks nothing, and is why this one failed.
    let mut findings = passing;
    findings.extend(verdict.findings(told.instrument));
    let refusal = Refusal { causes: findings, can_pay_with: verdict.can_pay_with() };
    changes.push(Change::PutPayment(payment.refuse(refusal, tools.now)?));
    Ok(changes)
}

impl Told<'_> {
    fn finding(&self, cause: Cause, confidence: Confidence) -> Finding {
        let evidence = Evidence::Told { cause, word: self.word.clone() };
        Finding { cause, confidence, evidence: evidence.fields(), instrument: Some(self.instrument) }
    }
}
