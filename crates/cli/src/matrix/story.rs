//! What happened in one case: what was told, what was done, and whether each claim of the row holds.

use std::collections::BTreeMap;

use serde_json::Value;
use tantu_domain::cause::{Cause, System};
use tantu_store::audit::Audit;

use crate::matrix::{Case, not_paid};
use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::actors::Order;
use crate::stage::debtor::Owed;
use crate::stage::reply::Reply;

/// One case as it went.
#[derive(Debug)]
pub(crate) struct Story {
    pub(crate) system: System,
    pub(crate) causes: &'static [Cause],
    pub(crate) name: &'static str,
    pub(crate) whose: &'static str,
    pub(crate) order: Option<(String, i64)>,
    pub(crate) refusal: Value,
    /// What was answered, if any answer came.
    pub(crate) status: Option<u16>,
    pub(crate) evidence: Value,
    pub(crate) steps: Vec<String>,
    pub(crate) failed: bool,
    pub(crate) named_first: bool,
    pub(crate) fixed: bool,
    pub(crate) paid: bool,
    pub(crate) balanced: bool,
    /// What did not hold, in words.
    pub(crate) faults: Vec<String>,
}

impl Story {
    pub(crate) fn new(case: &Case) -> Self {
        Self {
            system: case.system,
            causes: case.causes,
            name: case.name,
            whose: case.whose,
            order: None,
            refusal: Value::Null,
            status: None,
            evidence: Value::Null,
            steps: Vec::new(),
            failed: false,
            named_first: false,
            fixed: false,
            paid: false,
            balanced: false,
            faults: Vec::new(),
        }
    }

    pub(crate) fn ok(&self) -> bool {
        self.failed
            && self.named_first
            && self.fixed
            && self.paid
            && self.balanced
            && self.faults.is_empty()
            && !self.evidence.is_null()
    }

    /// The order was not paid: the causes must be named in order, with the facts of this list in the first's
    /// evidence. Gives the payment's id.
    pub(crate) fn refused(&mut self, order: &Order, reply: &Reply, facts: &[&str]) -> Result<String, Failure> {
        self.order = Some((order.subject.to_owned(), order.fen));
        self.failed = not_paid(reply);
        self.named(reply, facts);
        reply.payment()
    }

    /// A repayment was refused: as of an order. Gives the payment to the lender.
    pub(crate) fn repayment_refused(&mut self, owed: &Owed, reply: &Reply, facts: &[&str]) -> Result<String, Failure> {
        self.order = Some((owed.subject.to_owned(), owed.fen));
        self.failed = not_paid(reply);
        self.named(reply, facts);
        reply.payment()
    }

    /// The bill was to be paid, and is not: the causes must stand on it in order, with these facts.
    pub(crate) fn bill_failed(&mut self, owed: &Owed, bill: &Reply, facts: &[&str]) {
        self.order = Some((owed.subject.to_owned(), owed.fen));
        self.failed = matches!(bill.body["stage"].as_str(), Some("due" | "grace" | "overdue"));
        self.named(bill, facts);
    }

    /// The same where a code fits several causes: this row's must be among the likeliest.
    pub(crate) fn bill_failed_among(&mut self, owed: &Owed, bill: &Reply, facts: &[&str]) {
        self.bill_failed(owed, bill, facts);
        self.among(bill);
    }

    /// The cause stands on the bill, too.
    pub(crate) fn stands_on(&mut self, bill: &Reply) {
        let told = bill.causes();
        let stands = self.causes.iter().all(|cause| told.contains(&cause.id()));
        self.check(stands, || format!("the causes should stand on the bill, which has {told:?}"));
    }

    /// The same bill must be repaid now.
    pub(crate) fn bill_paid(&mut self, bill: &Reply) {
        self.paid = bill.body["stage"] == "settled";
        self.check(self.paid, || format!("the bill stands {}", bill.body["stage"]));
        let left = bill.body["causes"].as_array().map_or(0, Vec::len);
        self.check(left == 0, || "a settled bill should have no causes".into());
    }

    /// The causes must be named in order, with these facts.
    pub(crate) fn named(&mut self, reply: &Reply, facts: &[&str]) {
        self.refusal = reply.body.clone();
        self.status = Some(reply.status);
        let expected: Vec<&str> = self.causes.iter().map(|cause| cause.id()).collect();
        let told = reply.causes();
        self.named_first = told.starts_with(&expected);
        if !self.named_first {
            self.faults.push(format!("expected {expected:?} first, was told {told:?} (status {})", reply.status));
        }
        self.evidence = reply.evidence(expected[0]);
        for fact in facts {
            if self.evidence.get(*fact).is_none() {
                self.faults.push(format!("the evidence has no {fact}: {}", self.evidence));
            }
        }
    }

    /// What was told must be this row's causes, in order, and nothing else.
    pub(crate) fn all(&mut self, told: &[&str]) {
        self.left(told, self.causes);
    }

    /// After a step these causes must be left, in order, and nothing else.
    pub(crate) fn left(&mut self, told: &[&str], expected: &[Cause]) {
        let expected: Vec<&str> = expected.iter().map(|cause| cause.id()).collect();
        self.check(told == expected, || format!("{expected:?} should stand and nothing else; {told:?} do"));
    }

    /// The code fits several causes: this row's must be among the likeliest, all with the same confidence.
    pub(crate) fn refused_among(&mut self, order: &Order, reply: &Reply, facts: &[&str]) -> Result<String, Failure> {
        let payment = self.refused(order, reply, facts)?;
        self.among(reply);
        Ok(payment)
    }

    fn among(&mut self, reply: &Reply) {
        let told = reply.body["causes"].as_array().cloned().unwrap_or_default();
        let first = told.first().map(|cause| cause["confidence"].clone());
        let group = told.iter().take_while(|cause| Some(&cause["confidence"]) == first.as_ref());
        let fits = group.filter_map(|cause| cause["id"].as_str()).any(|id| id == self.causes[0].id());
        self.faults.clear();
        self.named_first = fits;
        self.check(fits, || format!("the cause should be among the likeliest of {:?}", reply.causes()));
        self.check(told.len() > 1, || "a code that fits several causes should name them all".into());
    }

    /// The one further real step has singled it out: it is certain now, and alone.
    pub(crate) fn singled_out(&mut self, diagnosis: &Reply, instrument: &str) {
        let now = diagnosis.body["now"]["causes"].as_array().cloned().unwrap_or_default();
        let told: Vec<&Value> = now.iter().filter(|cause| cause["instrument"] == instrument).collect();
        let alone = told.len() == 1 && told[0]["id"] == self.causes[0].id() && told[0]["confidence"] == "certain";
        self.check(alone, || format!("the payer's word should single it out; now stand {told:?}"));
    }

    /// A fact of the evidence must have this value.
    pub(crate) fn fact(&mut self, name: &str, expected: impl Into<Value>) {
        let expected = expected.into();
        let found = match self.evidence.get(name) {
            Some(Value::Object(amount)) if amount.contains_key("amount") => amount["amount"].clone(),
            Some(found) => found.clone(),
            None => Value::Null,
        };
        self.check(found == expected, || format!("{name} should be {expected}, is {found}"));
    }

    /// The plan must name these operations in this order; others may stand between.
    pub(crate) fn planned(&mut self, operations: &[&str]) {
        let steps = self.refusal["plan"]["steps"].as_array().cloned().unwrap_or_default();
        let named: Vec<&str> = steps.iter().filter_map(|step| step["operation"].as_str()).collect();
        let mut rest = named.iter();
        let in_order = operations.iter().all(|operation| rest.any(|step| step == operation));
        self.check(in_order, || format!("the plan should lead over {operations:?}, leads over {named:?}"));
    }

    /// Something that must hold besides.
    pub(crate) fn check(&mut self, holds: bool, otherwise: impl FnOnce() -> String) {
        if !holds {
            self.faults.push(otherwise());
        }
    }

    /// A step of the plan was carried out.
    pub(crate) fn did(&mut self, step: &str) {
        self.steps.push(step.to_owned());
        self.fixed = true;
    }

    /// The same order must be paid now, and only once.
    pub(crate) async fn paid(&mut self, stage: &Stage, payment: &str) -> Result<(), Failure> {
        let now = stage.payment(payment).await?;
        self.paid = now.body["state"] == "succeeded";
        self.check(self.paid, || format!("the payment stands {}", now.body["state"]));
        Ok(())
    }

    /// The books after the case.
    pub(crate) fn audited(&mut self, audit: &Audit) {
        let broken: BTreeMap<&str, &Vec<String>> = audit
            .checks
            .iter()
            .filter(|check| !check.broken.is_empty())
            .map(|check| (check.id, &check.broken))
            .collect();
        self.balanced = broken.is_empty();
        self.check(broken.is_empty(), || format!("the books do not hold: {broken:?}"));
    }

    /// The stage itself failed.
    pub(crate) fn broken(&mut self, why: String) {
        self.faults.push(why);
    }
}
