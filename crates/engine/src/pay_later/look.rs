//! How a bill stands: what is owed today, what was tried, why it is not paid, what can pay it, and what happens next. It is read
//! from what is stored, each time it is asked, and changes nothing.

use jiff::Timestamp;
use jiff::civil::Date;
use tantu_domain::client::Speaker;
use tantu_domain::clock::day_of;
use tantu_domain::evaluate::Verdict;
use tantu_domain::evidence::{Confidence, Evidence, Finding};
use tantu_domain::ids::{AccountId, BillId, InstrumentId};
use tantu_domain::incident::Incident;
use tantu_domain::line::PaysFor;
use tantu_domain::money::Money;
use tantu_domain::payment::{Payment, PaymentState};
use tantu_paylater::bill::{Bill, Stage};
use tantu_paylater::prevention::{Forecast, forecast};
use tantu_paylater::schedule::{AutoRepay, AutoRepayState, Collection, Ended, NextStep, next_step};
use tantu_store::Store;
use tantu_store::error::StoreError;
use tantu_store::pay_later::Repayment;
use tantu_store::world::AccountFile;

use crate::command::Tools;
use crate::error::Rejection;
use crate::pay_later::settle::under_way;
use crate::pay_later::{attempts, auto_repay, file_of, offered};
use crate::payments::submit::{collecting_verdict, verdict};

/// All that is known of a bill.
#[derive(Debug, Clone)]
pub struct BillFile {
    /// Its account.
    pub file: AccountFile,
    /// The bill as it was stored last.
    pub bill: Bill,
    /// What was paid on it, or tried, the first first.
    pub repayments: Vec<Repayment>,
    /// The payments of those that were refused.
    pub refused: Vec<Payment>,
    /// What stands.
    pub incidents: Vec<Incident>,
}

impl BillFile {
    /// Reads it; `None` if the account has no such bill.
    pub(crate) fn read(
        store: &dyn Store,
        account: AccountId,
        bill: BillId,
        now: Timestamp,
    ) -> Result<Option<Self>, StoreError> {
        let Some(bill) = store.bill(bill)?.filter(|bill| bill.account == account) else { return Ok(None) };
        let Some(file) = store.account(account, now)? else { return Ok(None) };
        let repayments = store.repayments(bill.id)?;
        let mut refused = Vec::new();
        for repayment in repayments.iter().filter(|one| matches!(one.ended, Ended::Refused { .. })) {
            refused.extend(store.payment(repayment.payment)?);
        }
        Ok(Some(Self { file, bill, repayments, refused, incidents: store.incidents(now)? }))
    }
}

/// How a bill stands.
#[derive(Debug, Clone)]
pub struct BillLook {
    /// The bill, charged until today.
    pub bill: Bill,
    /// Its account with its instruments.
    pub file: AccountFile,
    /// Where it stands today.
    pub stage: Stage,
    /// The last day on which it costs nothing more.
    pub grace_ends_on: Date,
    /// What was paid on it, or tried, the first first.
    pub repayments: Vec<Repayment>,
    /// Why it is not paid: what stops an instrument first, then what stops auto-repay, then what is late.
    pub causes: Vec<Finding>,
    /// What stops each instrument from repaying it now, and what does not.
    pub verdict: Verdict,
    /// What repayments have begun and not ended.
    pub under_way: Money,
    /// What could repay it now.
    pub can_repay_with: Vec<InstrumentId>,
    /// The instrument that a plan is about: the last that was asked, the first that is designated, or what could repay it.
    pub chosen: Option<InstrumentId>,
    /// What happens next; `None` if it is settled or the calendar does not reach there.
    pub next: Option<NextStep>,
    /// What would stop its collection on its due date, while that is to come.
    pub forecast: Option<Forecast>,
}

/// How a bill stands now.
pub(crate) fn look(known: &BillFile, tools: &Tools<'_>) -> Result<BillLook, Rejection> {
    let BillFile { file, repayments, incidents, .. } = known;
    let (product, pay_later, today) = (offered(tools)?, file_of(file)?, day_of(tools.now));
    let bill = known.bill.charged(&product.terms, today)?;
    let owed = bill.owed.total().map_err(|error| Rejection::State(error.to_string()))?;
    let stage = bill.stage(&product.terms, today);
    let asked = if owed.is_positive() { owed } else { bill.amount };
    let by_hand = verdict(file, incidents, asked, &Speaker::default(), (false, None), PaysFor::Bill, tools);
    let collecting = collecting_verdict(file, incidents, asked, &Speaker::default(), tools);
    let designated = auto_repay(file, pay_later, |one| collecting.allows(one.id), tools);
    let settled = stage == Stage::Settled;
    let collection = Collection {
        bill: &bill,
        auto_repay: &designated,
        attempts: &attempts(pay_later, &bill),
        incidents,
        terms: &product.terms.collection,
        calendar: &product.calendar,
    };
    let next = if settled { None } else { next_step(&collection, tools.now).ok() };
    let last = repayments.last().map(|one| one.instrument);
    let first = designated.designated.first().map(|one| one.instrument);
    let own_money = by_hand.can_pay_with().first().copied();
    let any = file.instruments.first().map(|one| one.id);
    let chosen = last.or(first).or(own_money).or(any);
    let ahead = matches!(stage, Stage::Open { .. });
    let can_repay_with = if settled { Vec::new() } else { by_hand.can_pay_with() };
    Ok(BillLook {
        stage,
        grace_ends_on: product.terms.grace_ends_on(bill.due_on),
        repayments: repayments.clone(),
        causes: if settled { Vec::new() } else { causes(known, &by_hand, &designated, (stage, bill.due_on, owed)) },
        under_way: under_way(pay_later, bill.id),
        verdict: by_hand,
        can_repay_with,
        chosen,
        next,
        forecast: ahead.then(|| forecast(&bill, owed, &designated)),
        file: file.clone(),
        bill,
    })
}

/// Why it is not paid. What has been put right since stands no more.
fn causes(
    known: &BillFile,
    verdict: &Verdict,
    auto_repay: &AutoRepay,
    (stage, due_on, owed): (Stage, Date, Money),
) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut seen = Vec::new();
    for repayment in known.repayments.iter().rev() {
        if seen.contains(&repayment.instrument) {
            continue;
        }
        seen.push(repayment.instrument);
        if verdict.allows(repayment.instrument) {
            continue;
        }
        let payment = known.refused.iter().find(|payment| payment.id == repayment.payment);
        if let Some(PaymentState::Refused { refusal, .. }) = payment.map(|payment| &payment.state) {
            // What stops other instruments does not stand in the way of this one.
            let own = |finding: &&Finding| finding.instrument.is_none_or(|id| id == repayment.instrument);
            let fresh = refusal.causes.iter().filter(own).filter(|finding| !found.contains(*finding)).cloned();
            found.extend(fresh.collect::<Vec<_>>());
        }
    }
    let due = !matches!(stage, Stage::Open { .. });
    let off = match auto_repay.state {
        AutoRepayState::Off { since } => Some(since),
        AutoRepayState::On { since } => auto_repay.designated.is_empty().then_some(Some(since)),
    };
    if let (true, Some(since)) = (due, off) {
        found.push(certain(&Evidence::AutoRepayOff { since }));
    }
    if let Stage::Overdue { days, .. } = stage {
        found.push(certain(&Evidence::BillOverdue {
            bill: known.bill.id,
            due_on,
            days: i64::from(days),
            amount: owed,
        }));
    }
    found
}

fn certain(evidence: &Evidence) -> Finding {
    Finding { cause: evidence.cause(), confidence: Confidence::Certain, evidence: evidence.fields(), instrument: None }
}
