//! What a batch writes: its changes as rows and sums of every table, and what the server means by refusing one.

use std::collections::HashSet;

use tantu_domain::ids::PaymentId;
use tokio_postgres::error::{DbError, SqlState};

use super::jobs::Finished;
use super::{
    COMMIT, Loaded, PATIENT, access, accounts, claims, decisions, devices, folds, incidents, instruments, jobs, ledger,
    limits, mandates, observations, payments, proofs, requests,
};
use crate::change::Change;
use crate::error::StoreError;
use crate::wire::burst::Ask;
use crate::wire::failure::refused;
use crate::wire::sums::Sums;
use crate::wire::upsert::{Form, Rows};

/// What a batch writes.
pub(super) struct Writes {
    rows: Rows,
    /// The payments that it makes.
    made: HashSet<PaymentId>,
    finished: Finished,
    uses: Sums,
    moves: Sums,
}

impl Writes {
    pub(super) fn of(changes: &[Change], loaded: &Loaded) -> Result<Self, StoreError> {
        let (uses, moves) = (limits::uses(), ledger::moves());
        let made = HashSet::new();
        let mut writes = Self { rows: Rows::default(), made, finished: Finished::default(), uses, moves };
        changes.iter().try_for_each(|change| writes.add(change, loaded))?;
        writes.uses.fold();
        writes.moves.fold();
        Ok(writes)
    }

    fn add(&mut self, change: &Change, loaded: &Loaded) -> Result<(), StoreError> {
        let rows = &mut self.rows;
        match change {
            Change::PutAccount(account) => accounts::put(rows, account)?,
            Change::PutInstrument(instrument) => instruments::put(rows, instrument)?,
            Change::PutMandate(mandate) => mandates::put(rows, mandate)?,
            Change::PutPayment(payment) => {
                let is_loaded = loaded.payments.contains(&payment.id);
                if !is_loaded {
                    self.made.insert(payment.id);
                }
                payments::put(rows, payment, is_loaded)?;
            }
            Change::PutObservation(observation) => observations::put(rows, observation)?,
            Change::PutIncident(incident) => incidents::put(rows, incident)?,
            Change::PutClaim(claim) => claims::put(rows, claim, loaded.free.contains(&claim.key))?,
            Change::PutRequest(request) => requests::put(rows, request, self.made.contains(&request.payment))?,
            Change::Post(transaction) => ledger::post(rows, &mut self.moves, transaction)?,
            Change::AdjustLimit { account, product, window, starts_on, delta } => {
                limits::adjust(&mut self.uses, *account, *product, *window, *starts_on, *delta);
            }
            Change::PutFold(fold) => folds::put(rows, fold)?,
            Change::PutJob(job) => jobs::put(rows, job)?,
            Change::FinishJob(job) => self.finished.finish(rows, *job),
            Change::PutMerchant(merchant) => access::put_merchant(rows, merchant)?,
            Change::PutApiKey(key) => access::put_api_key(rows, key)?,
            Change::PutSession(session) => access::put_session(rows, session)?,
            Change::PutDecision(decision) => decisions::put(rows, decision)?,
            Change::PutProof(proof) => proofs::put(rows, proof)?,
            Change::PutDeviceKey(key) => devices::put_key(rows, key)?,
            Change::PutDeviceReport(report) => devices::put_report(rows, report)?,
        }
        Ok(())
    }

    /// Every statement, and the commit as the last. The balances go last of all: a merchant's is everybody's, and its row is
    /// locked for the shortest time.
    pub(super) fn asks(&mut self, form: Form, loaded: &Loaded) -> Result<Vec<Ask>, StoreError> {
        let mut asks = self.finished.asks();
        asks.extend(std::mem::take(&mut self.rows).asks(form)?);
        asks.extend(limits::asks(&self.uses, form)?);
        asks.extend(ledger::asks(&self.moves, form, &loaded.balances)?);
        asks.extend([PATIENT, COMMIT].map(Ask::plain));
        Ok(asks)
    }

    /// What the server means by refusing one of them.
    pub(super) fn refused(&self, told: &DbError) -> StoreError {
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
