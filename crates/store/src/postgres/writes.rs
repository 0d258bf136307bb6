//! What a batch writes: every change put into the rows of its table, and the sums that move.

use std::collections::HashMap;

use tantu_domain::ids::PaymentId;
use tokio_postgres::error::{DbError, SqlState};

use super::jobs::Finished;
use super::limits::Uses;
use super::loading::{BEGIN, COMMIT, Loaded};
use super::payments::Made;
use super::{
    access, accounts, announcements, audit_trail, bindings, care, claims, decisions, devices, folds, hits, incidents,
    instruments, jobs, ledger, mandates, observations, pay_later, payments, people, points, proofs, refunds, requests,
    second_factors, tickets,
};
use crate::change::Change;
use crate::error::StoreError;
use crate::wire::answers::ANSWER;
use crate::wire::burst::Ask;
use crate::wire::failure::{Ended, ended, refused};
use crate::wire::link::Link;
use crate::wire::sums::Sums;
use crate::wire::upsert::{Form, Rows};

/// A commit that waits for a standby must not be cut short: the server would call it done without the standby.
const PATIENT: &str = "SET LOCAL statement_timeout = 0";

/// What a batch writes.
pub(crate) struct Writes {
    rows: Rows,
    /// The payments that it makes.
    made: HashMap<PaymentId, Made>,
    finished: Finished,
    uses: Uses,
    moves: Sums,
}

impl Writes {
    pub(crate) fn of<'a>(changes: impl IntoIterator<Item = &'a Change>, loaded: &Loaded) -> Result<Self, StoreError> {
        let (uses, moves) = (Uses::default(), ledger::moves());
        let made = HashMap::new();
        let mut writes = Self { rows: Rows::default(), made, finished: Finished::default(), uses, moves };
        changes.into_iter().try_for_each(|change| writes.add(change, loaded))?;
        writes.moves.fold();
        Ok(writes)
    }

    fn add(&mut self, change: &Change, loaded: &Loaded) -> Result<(), StoreError> {
        let rows = &mut self.rows;
        match change {
            Change::PutAccount(account) => accounts::put(rows, account)?,
            Change::PutInstrument(instrument) => instruments::put(rows, instrument)?,
            Change::PutMandate(mandate) => mandates::put(rows, mandate)?,
            Change::PutBinding(binding) => bindings::put(rows, binding)?,
            Change::PutPayment(payment) => {
                let is_loaded = loaded.payments.contains(&payment.id);
                if let Some(made) = payments::put(rows, payment, is_loaded)? {
                    // The first of two puts: what is in its row stays.
                    self.made.entry(payment.id).or_insert(made);
                }
            }
            Change::PutObservation(observation) => observations::put(rows, observation)?,
            Change::PutIncident(incident) => incidents::put(rows, incident)?,
            Change::PutAnnouncement(announcement) => announcements::put(rows, announcement)?,
            Change::PutHit(hit) => hits::put(rows, hit)?,
            Change::PutClaim(claim) => claims::put(rows, claim, loaded.free.contains(&claim.key))?,
            Change::PutRequest(request) => requests::put(rows, request, self.made.get(&request.payment).copied())?,
            Change::Post(transaction) => ledger::post(rows, &mut self.moves, transaction)?,
            Change::AdjustLimit { account, counter, window, starts_on, delta } => {
                self.uses.adjust(*account, *counter, *window, *starts_on, *delta);
            }
            Change::PutFold(fold) => folds::put(rows, fold)?,
            Change::PutRefund(refund) => refunds::put(rows, refund)?,
            Change::PutLine(line) => pay_later::put_line(rows, line)?,
            Change::PutBill(bill) => pay_later::put_bill(rows, bill)?,
            Change::PutRepayment(repayment) => pay_later::put_repayment(rows, repayment)?,
            Change::PutCreditEntry(account, entry) => pay_later::put_credit_entry(rows, *account, entry)?,
            Change::PutNotice(row) => care::put_notice(rows, row)?,
            Change::PutExtension(extension) => care::put_extension(rows, extension)?,
            Change::PutDispute(account, dispute) => care::put_dispute(rows, *account, dispute)?,
            Change::PutLot(lot) => points::put_lot(rows, lot)?,
            Change::PutTaken(account, taken) => points::put_taken(rows, *account, taken)?,
            Change::PutJob(job) => jobs::put(rows, job)?,
            Change::FinishJob(job) => self.finished.finish(rows, *job),
            Change::PutMerchant(merchant) => access::put_merchant(rows, merchant)?,
            Change::PutApiKey(key) => access::put_api_key(rows, key)?,
            Change::PutSession(session) => access::put_session(rows, session)?,
            Change::PutDecision(decision) => decisions::put(rows, decision, self.made.get(&decision.payment).copied())?,
            Change::PutProof(proof) => proofs::put(rows, proof)?,
            Change::PutAppeal(appeal) => audit_trail::put_appeal(rows, appeal)?,
            Change::Audit(entry) => audit_trail::put(rows, entry)?,
            Change::PutPerson(person) => people::put_person(rows, person)?,
            Change::PutCode(code) => people::put_code(rows, code)?,
            Change::PutTally(tally) => people::put_tally(rows, tally)?,
            Change::PutSecondFactor(factor) => second_factors::put(rows, factor)?,
            Change::PutDeviceKey(key) => devices::put_key(rows, key)?,
            Change::PutDeviceReport(report) => devices::put_report(rows, report)?,
            Change::PutTicket(ticket) => tickets::put(rows, ticket)?,
        }
        Ok(())
    }

    /// The shard of what is written, if anything is.
    pub(crate) fn shard(&self) -> Option<u8> {
        self.finished.shard().or_else(|| self.rows.shard()).or_else(|| self.uses.shard()).or_else(|| self.moves.shard())
    }

    /// Every statement, and the commit as the last. The balances go last of all: a merchant's is everybody's, and its row is
    /// locked for the shortest time.
    pub(crate) fn asks(&mut self, form: Form, loaded: &Loaded) -> Result<Vec<Ask>, StoreError> {
        let mut asks = self.finished.asks();
        asks.extend(std::mem::take(&mut self.rows).asks(form)?);
        asks.extend(self.uses.asks()?);
        asks.extend(ledger::asks(&self.moves, form, &loaded.balances)?);
        asks.extend([PATIENT, COMMIT].map(Ask::frame));
        Ok(asks)
    }

    /// What the server means by refusing one of them.
    pub(crate) fn refused(&self, told: &DbError) -> StoreError {
        match (told.table(), told.code()) {
            (Some(claims::NAME), &(SqlState::NOT_NULL_VIOLATION | SqlState::UNIQUE_VIOLATION)) => StoreError::Claimed,
            (Some(folds::NAME), &SqlState::UNIQUE_VIOLATION) => {
                StoreError::Busy("the same fold was begun there".into())
            }
            (Some(ledger::BALANCES_NAME), &(SqlState::NOT_NULL_VIOLATION | SqlState::CHECK_VIOLATION)) => {
                ledger::refused(&self.moves, told)
            }
            _ => refused(told),
        }
    }
}

/// Sends changes in this form, beside what is loaded, and their commit; a transaction that has not begun begins with them.
pub(crate) async fn commit(
    link: &mut Link,
    mut writes: Writes,
    (form, loaded): (Form, &Loaded),
    begun: bool,
) -> Result<(), StoreError> {
    let mut asks = writes.asks(form, loaded)?;
    if !begun {
        asks.insert(0, Ask::frame(BEGIN));
    }
    let commit = asks.len() - 1;
    // The commit travels with the changes: if one of them fails, the server makes it a rollback.
    match tokio::time::timeout(ANSWER, link.burst(&asks)).await {
        Ok(Ok(_)) => {
            link.settle();
            Ok(())
        }
        Ok(Err(broken)) => Err(match ended(&broken, commit) {
            Ended::Refused(told) => {
                link.settle();
                writes.refused(told)
            }
            Ended::Nothing(error) => error,
            Ended::Unknown(why) => StoreError::Unknown(why),
        }),
        Err(_) => Err(StoreError::Unknown(format!("the database did not answer within {} s", ANSWER.as_secs()))),
    }
}
